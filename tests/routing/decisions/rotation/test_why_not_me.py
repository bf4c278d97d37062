"""What one turn meant for one member (C6)."""

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.state import Candidate, RotationState
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


def code(results=(), *, given_to=ANOTHER, **more) -> tuple[str, str]:
    found = outcome_for(ME, given_to=given_to, results=results, **more)
    return found.code, found.reason


def test_the_rep_who_got_it_reads_why():
    assert [code(given_to=ME, because=why)[0] for why in ("in_turn", "turn_back", "fallback")] == [
        "got",
        "got_owed",
        "stood_in",
    ]


def test_only_the_own_reason_is_shown_and_not_a_colleagues():
    results = [skipped(3, "on_leave"), skipped(ME, "over_capacity")]
    assert code(results) == ("passed_over", "over_capacity")
    assert code(results[:1]) == ("behind", "")
    assert code(results[:1], because="turn_back") == ("owed_to_another", "")


def test_a_turn_that_was_undone_says_so():
    assert outcome_for(ME, given_to=ME, results=(), is_undone=True).is_undone


@given(people=PEOPLE, pointer=st.none() | st.integers(0, 9))
def test_it_agrees_with_the_turn_for_every_member(people, pointer):
    pick = pick_next(RotationState(tuple(people), pointer))
    if pick.chosen is None:
        return
    kept = [
        {"rep": result.rep_id, "outcome": result.outcome, "reason": result.reason}
        for result in pick.results
        if result.outcome != "not_reached"
    ]
    because = "owed" if pick.is_owed else "in_turn"
    for result in pick.results:
        found = outcome_for(result.rep_id, given_to=pick.chosen.rep_id, results=kept, because=because)
        wanted = {
            "chosen": "got_owed" if pick.is_owed else "got",
            "skipped": "passed_over",
            "not_reached": "owed_to_another" if pick.is_owed else "behind",
        }
        assert (found.code, found.reason) == (wanted[result.outcome], result.reason)
