"""What is wanted of a record follows from the lead alone, whatever was read twice or late (I4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.decisions.crm.wishes import Standing, Wanted, Wish, renewed, to_write, wish_of

OWNERS = {1: "u1", 2: "u2"}
STATUSES = {"held": "Open", "contacted": "Working", "converted": "Done"}


@pytest.mark.parametrize(
    ("standing", "wish"),
    [
        (Standing("waiting"), Wish()),
        (Standing("held", 1), Wish("u1", "Open")),
        (Standing("held", 2, is_contacted=True), Wish("u2", "Working")),
        (Standing("held", 3), Wish("", "Open", is_unmatched=True)),
        (Standing("converted"), Wish("", "Done")),
        (Standing("converted", is_contacted=True), Wish("", "Done")),
        (Standing("review"), Wish()),
    ],
)
def test_a_wish_follows_from_holder_and_stage(standing, wish):
    assert wish_of(standing, owners=OWNERS, statuses=STATUSES) == wish


def test_a_contact_without_a_status_of_its_own_keeps_that_of_a_held_lead():
    assert wish_of(Standing("held", 1, is_contacted=True), owners=OWNERS, statuses={"held": "Open"}).status == "Open"


def test_a_contact_repeats_no_owner_that_was_given_up():
    """The CRM's owner u9 was accepted, while user 1 goes on here."""
    wanted = renewed(Wanted("u9", "Open", "Open"), Wish("u1", "Working"), moves_owner=False)
    assert to_write(wanted, owner="u9", status="Open") == (None, "Working")


def test_a_status_that_somebody_chose_there_stays_until_alur_wants_another_one():
    wanted = Wanted("u1", "Open", "Open")
    wanted = renewed(wanted, Wish("u2", "Open"), moves_owner=True)
    assert to_write(wanted, owner="u1", status="Nurturing") == ("u2", None)
    wanted = renewed(wanted, Wish("u2", "Working"), moves_owner=True)
    assert to_write(wanted, owner="u2", status="Nurturing") == (None, "Working")


texts = st.sampled_from(["", "a", "b"])
wishes = st.builds(Wish, texts, texts)
wanteds = st.builds(Wanted, texts, texts, texts)


@given(wanteds, st.lists(wishes, min_size=1), texts, texts)
def test_the_newest_wish_wins_and_reading_it_again_changes_nothing(wanted, stream, owner, status):
    for wish in stream:
        wanted = renewed(wanted, wish, moves_owner=True)
    newest = stream[-1]
    assert (wanted.owner, wanted.status) == (newest.owner, newest.status)
    assert renewed(wanted, newest, moves_owner=True) == wanted
    left = to_write(wanted, owner=owner, status=status)
    assert left[0] == (newest.owner if newest.owner not in ("", owner) else None)
    assert left[1] in (None, newest.status) and left[1] not in ("", status)


@given(wanteds)
def test_what_stands_as_wanted_is_not_written(wanted):
    assert to_write(wanted, owner=wanted.owner, status=wanted.status) == (None, None)
