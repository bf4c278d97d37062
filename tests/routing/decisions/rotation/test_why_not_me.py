"""What one turn meant for one member (C6)."""

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.state import Candidate, Line
from routing.decisions.rotation.turns import pick_next
from routing.decisions.rotation.why_not_me import outcome_for

ME, ANOTHER = 7, 8
PEOPLE = st.lists(
    st.builds(
        Candidate,
        member_id=st.integers(1, 20),
        rep_id=st.integers(1, 20),
        position=st.integers(0, 9),
        is_available=st.booleans(),
        reason=st.just("on_leave"),
        is_paused=st.booleans(),
        owed=st.integers(0, 1),
    ),
    min_size=1,
    max_size=7,
    unique_by=(lambda each: each.member_id, lambda each: each.rep_id, lambda each: each.position),
)


def skipped(rep_id: int, reason: str) -> dict:
    return {"rep": rep_id, "outcome": "skipped", "reason": reason}


def code(looks=(), *, given_to=ANOTHER, **more) -> tuple[str, str]:
    found = outcome_for(ME, given_to=given_to, looks=looks, **more)
    return found.code, found.reason


def test_who_got_it_reads_so_and_on_what_account():
    assert [code(given_to=ME, because=why)[0] for why in ("in_turn", "turn_back", "fallback")] == [
        "got",
        "got_owed",
        "stood_in",
    ]


def test_the_own_reason_is_told_and_not_a_colleagues():
    looks = [skipped(3, "on_leave"), skipped(ME, "over_capacity")]
    assert code(looks) == ("passed_over", "over_capacity")
    assert code(looks[:1]) == ("behind", "")
    assert code(looks[:1], because="turn_back") == ("owed_to_another", "")


def test_a_turn_that_was_undone_says_so():
    assert outcome_for(ME, given_to=ME, looks=(), is_undone=True).is_undone


@given(people=PEOPLE, pointer=st.none() | st.integers(0, 9))
def test_it_agrees_with_the_turn_for_every_member(people, pointer):
    pick = pick_next(Line(tuple(people), pointer))
    if pick.chosen is None:
        return
    kept = [
        {"rep": look.rep_id, "outcome": look.outcome, "reason": look.reason}
        for look in pick.looks
        if look.outcome != "not_reached"
    ]
    because = "owed" if pick.is_owed else "in_turn"
    for look in pick.looks:
        found = outcome_for(look.rep_id, given_to=pick.chosen.rep_id, looks=kept, because=because)
        wanted = {
            "chosen": "got_owed" if pick.is_owed else "got",
            "skipped": "passed_over",
            "not_reached": "owed_to_another" if pick.is_owed else "behind",
        }
        assert (found.code, found.reason) == (wanted[look.outcome], look.reason)
