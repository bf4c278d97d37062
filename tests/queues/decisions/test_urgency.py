"""Which head comes first when a rep takes from all queues (L3)."""

from datetime import UTC, datetime, timedelta

from queues.decisions.urgency import urgency

AT = datetime(2026, 11, 16, 3, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)


def order(**due: timedelta) -> list[str]:
    return sorted(due, key=lambda name: urgency(AT + due[name], 0, list(due).index(name), at=AT))


def test_what_can_be_saved_comes_before_what_is_overdue_each_by_its_deadline():
    assert order(calm=4 * HOUR, late=-HOUR, close=HOUR / 10, later=-2 * HOUR) == ["close", "calm", "later", "late"]


def test_exactly_at_the_deadline_can_be_saved():
    assert order(soon=HOUR, now=0 * HOUR, late=-HOUR) == ["now", "soon", "late"]


def test_ties_go_by_the_queues_own_order():
    assert sorted([(2, 5), (1, 9), (1, 3)], key=lambda queue: urgency(AT, *queue, at=AT)) == [(1, 3), (1, 9), (2, 5)]
