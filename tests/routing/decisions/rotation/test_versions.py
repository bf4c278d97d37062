"""A draft on top of what stands now: its own changes, and nobody else's lost (F11b)."""

from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.versions import ORDER, diff_snapshots, merge_draft

REPS = st.lists(st.sampled_from([1, 2, 3, 4, 5]), unique=True)


@st.composite
def snapshots(draw):
    fields = {
        "owed_limit": draw(st.integers(1, 3)),
        "resets": draw(st.sampled_from(["never", "daily"])),
        "order": draw(st.sampled_from(["hand", "name"])),
    }
    weights, ramps = st.sampled_from(["1.00", "2.00"]), st.sampled_from(["", "50/100 from 2026-11-16 every 7 days"])
    members = [{"rep": rep, "weight": draw(weights), "ramp": draw(ramps)} for rep in draw(REPS)]
    return {"fields": fields, "members": members}


def reps(snapshot):
    return [each["rep"] for each in snapshot["members"]]


@given(base=snapshots(), draft=snapshots())
def test_when_nobody_else_changed_anything_the_draft_is_what_comes(base, draft):
    found = merge_draft(base, draft, base)
    assert found.conflicts == ()
    assert found.snapshot["fields"] == draft["fields"]
    if draft["fields"]["order"] == "hand" and diff_snapshots(base, draft).order[1]:
        assert found.snapshot["members"] == draft["members"]
    else:
        key = lambda each: each["rep"]  # noqa: E731
        assert sorted(found.snapshot["members"], key=key) == sorted(draft["members"], key=key)


@given(base=snapshots(), now=snapshots())
def test_a_draft_that_changes_nothing_leaves_what_others_did(base, now):
    found = merge_draft(base, base, now)
    assert (found.conflicts, found.snapshot["fields"]) == ((), now["fields"])
    assert found.snapshot["members"] == now["members"]


@given(base=snapshots(), draft=snapshots(), now=snapshots())
def test_a_conflict_is_what_both_changed_and_each_to_something_else(base, draft, now):
    wanted, others = diff_snapshots(base, draft), diff_snapshots(base, now)
    found = merge_draft(base, draft, now)
    assert set(found.conflicts) <= wanted.names & others.names | {"order"}
    for name in (wanted.fields.keys() & others.fields.keys()) - set(found.conflicts):
        assert draft["fields"][name] == now["fields"][name]
    if not found.conflicts:
        assert not diff_snapshots(
            found.snapshot, merge_draft(base, draft, found.snapshot).snapshot
        )  # done twice, nothing new
        gone = {rep for rep, (_old, new) in wanted.members.items() if new is None}
        joined = {rep for rep, (old, new) in wanted.members.items() if old is None and new}
        assert set(reps(found.snapshot)) == (set(reps(now)) - gone) | joined


@given(base=snapshots(), draft=snapshots())
def test_two_orders_of_the_same_people_are_a_conflict_when_both_were_moved(base, draft):
    base = {**base, "fields": {**base["fields"], "order": "hand"}, "members": [{"rep": n} for n in (1, 2, 3)]}
    draft = {**base, "members": [{"rep": n} for n in (2, 1, 3)]}
    now = {**base, "members": [{"rep": n} for n in (3, 2, 1)]}
    assert merge_draft(base, draft, now).conflicts == (ORDER,)
    assert merge_draft(base, draft, draft).conflicts == ()


def test_an_order_by_hand_conflicts_with_an_order_by_rule():
    base = {"fields": {"order": "hand"}, "members": [{"rep": n} for n in (1, 2, 3)]}
    draft = {**base, "members": [{"rep": n} for n in (3, 2, 1)]}
    now = {**base, "fields": {"order": "name"}}
    assert merge_draft(base, draft, now).conflicts == ("order",)
    shuffled = {"fields": {"order": "shuffled"}, "members": draft["members"]}
    before = {**shuffled, "members": base["members"]}
    assert not diff_snapshots(before, shuffled)
    assert diff_snapshots(before, shuffled, with_order=True).order == ((1, 2, 3), (3, 2, 1))
