"""Who held a lead at each of its activities (I3)."""

from datetime import timedelta

import pytest

from leads.decisions.webhooks.holders import Act, holders
from tests.factories.people import MORNING

RINA, BIMA = 3, 4


def told(*acts: tuple[str, int, dict]) -> list[int | None]:
    """Each is (kind, minute, details)."""
    rows = [
        Act(n, kind, MORNING + timedelta(minutes=minute), details) for n, (kind, minute, details) in enumerate(acts)
    ]
    found = holders(rows, of=range(len(rows)))
    return [found[n] for n in range(len(rows))]


def given(minute: int, holder: int) -> tuple[str, int, dict]:
    return "assigned", minute, {"assignment": 1, "holder": holder, "how": "take_next"}


def test_who_takes_holds_until_it_ends_and_the_end_names_them():
    acts = [("queued", 0, {}), given(1, RINA), ("contacted", 2, {}), ("closed", 3, {"from": "held"}), ("noted", 4, {})]
    assert told(*acts) == [None, RINA, RINA, RINA, None]


@pytest.mark.parametrize(
    "end", ["returned", "released", "closed", "nurtured", "recycled", "archived", "partner", "merged"]
)
def test_each_end_names_who_held_it_until_then(end):
    assert told(given(0, RINA), (end, 1, {}), ("queued", 1, {}), ("breached", 2, {})) == [RINA, RINA, None, None]


def test_the_end_of_a_deal_names_who_made_the_deal():
    acts = [given(0, RINA), ("closed", 1, {"stage": "converted", "from": "held"}), ("closed", 9, {"from": "converted"})]
    assert told(*acts) == [RINA, RINA, RINA]


def test_an_undone_return_or_close_gives_it_back_to_who_had_it():
    for end, undone in (("returned", {"returned": 1, "holder": RINA}), ("closed", {"closed": "lost", "holder": RINA})):
        assert told(given(0, RINA), (end, 1, {}), ("undone", 2, undone), ("contacted", 3, {}))[-1] == RINA


def test_a_deal_that_is_opened_again_for_the_queue_is_held_by_no_one():
    acts = [given(0, RINA), ("closed", 1, {}), ("undone", 2, {"closed": "lost", "holder": None}), ("breached", 3, {})]
    assert told(*acts)[-1] is None


@pytest.mark.parametrize(("handed_at", "back"), [(5, RINA), (4, None)])
def test_an_undone_handover_gives_it_back_to_who_had_it_and_an_undone_claim_to_no_one(handed_at, back):
    undone = ("undone", 6, {"assignment": 2, "holder": BIMA, "how": "handed_over"})
    acts = [given(0, RINA), ("released", handed_at, {"holder": RINA}), given(5, BIMA), undone, ("contacted", 7, {})]
    assert told(*acts) == [RINA, RINA, BIMA, back, back]


def test_an_undone_archive_gives_it_back_and_other_undos_change_nothing():
    assert told(given(0, RINA), ("archived", 1, {}), ("undone", 2, {"from": "archived"}))[-1] == RINA
    assert told(given(0, RINA), ("merged", 1, {"into": 9}), ("undone", 2, {"merge": 1}))[-1] == RINA
    assert told(given(0, RINA), ("undone", 1, {"activity": 5, "was": "contacted"}))[-1] == RINA
    assert told(given(0, RINA), ("undone", 1, {"from": "held"}))[-1] == RINA
