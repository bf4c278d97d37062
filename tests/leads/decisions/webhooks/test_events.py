"""Which activities other programs hear of (I3)."""

import pytest

from leads.decisions.webhooks.events import KINDS, Event, UnknownEvents, event_of, kinds_of, known_events
from leads.models import Activity


def test_each_kind_of_activity_is_an_event_or_is_not():
    found = {kind: event_of(kind, {}) for kind in Activity.Kind.values}
    assert {kind: str(event) for kind, event in found.items() if event} == {
        "captured": "lead.captured",
        "queued": "lead.queued",
        "assigned": "lead.assigned",
        "contacted": "lead.contacted",
        "breached": "lead.breached",
        "returned": "lead.returned",
        "closed": "lead.closed",
        "archived": "lead.closed",
        "merged": "lead.closed",
    }
    assert {kind for kind, event in found.items() if event} == KINDS


@pytest.mark.parametrize(
    ("stage", "event"),
    [("converted", Event.CONVERTED), *((each, Event.CLOSED) for each in ("won", "lost", "disqualified", "rejected"))],
)
def test_a_closed_lead_is_converted_or_closed_by_its_stage(stage, event):
    assert event_of("closed", {"stage": stage}) == event


def test_every_event_has_activities():
    assert [kinds_of(event) for event in Event] == [
        ["captured"],
        ["queued"],
        ["assigned"],
        ["contacted"],
        ["breached"],
        ["returned"],
        ["closed", "archived", "merged"],
        ["closed", "archived", "merged"],
    ]


def test_names_of_events_are_sorted_and_each_kept_once():
    assert known_events(["lead.closed", "lead.captured", "lead.closed"]) == [Event.CAPTURED, Event.CLOSED]


@pytest.mark.parametrize("names", [[], ["lead.noted"], ["captured", "lead.captured"]])
def test_unknown_events_are_named(names):
    with pytest.raises(UnknownEvents) as problem:
        known_events(names)
    assert problem.value.names == [name for name in names if not name.startswith("lead.c")]
