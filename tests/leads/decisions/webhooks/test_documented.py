"""docs/webhooks.md names every event and field that leaves, and no other."""

import re
from datetime import UTC, datetime
from pathlib import Path

from leads.decisions.webhooks.body import PERSON, fields
from leads.decisions.webhooks.events import Event
from leads.decisions.webhooks.retries import WAITS
from leads.decisions.webhooks.sample import made_up

PAPER = (Path(__file__).resolve().parents[4] / "docs" / "webhooks.md").read_text()
AT = datetime(2026, 11, 29, tzinfo=UTC)


def first_cells(head: str) -> list[str]:
    table = PAPER.partition(f"| {head} |")[2].partition("\n\n")[0]
    return [name for row in table.split("\n")[2:] for name in re.findall(r"`([\w.]+)`", row.split("|")[1])]


def test_every_field_is_named():
    happened = made_up(Event.ASSIGNED, at=AT, site="https://alur.example", own=[], is_test=False)
    sent = fields(happened, may_see_person=True)
    assert sorted(first_cells("fields")) == sorted([*sent, "own_KEY"])
    assert set(sent) - set(fields(happened, may_see_person=False)) == set(PERSON)


def test_every_event_is_named():
    assert first_cells("event") == [str(event) for event in Event]


def test_the_waits_are_those_of_the_page():
    said = re.search(r"after (30 s, .*? and 24 h)", PAPER, re.DOTALL)
    assert said is not None
    seconds = [wait.total_seconds() for wait in WAITS]
    assert seconds == [30, 300, 1800, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24))]
    assert re.findall(r"\d+", said[1]) == ["30", "5", "30", "2", "5", "10", "14", "20", "24"]
