"""Queues, leads that wait in them, and rotations with members."""

from collections.abc import Sequence
from datetime import datetime

import factory
from django.contrib.auth.models import User

from leads.models import Lead
from leads.queries.leads import rule_facts
from queues.actions.entries.placement import Arrival, enter
from queues.models import Entry, Queue
from routing.models import Rotation, RotationMember
from tests.factories.leads import SourceFactory, make_lead
from tests.factories.people import MORNING


class QueueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Queue

    name = factory.Sequence(lambda n: f"Queue {n}")
    slug = factory.Sequence(lambda n: f"queue-{n}")
    when_full = Queue.WhenFull.OFF


def make_entry(queue: Queue, *, since: datetime = MORNING, at: datetime | None = None, **lead_fields) -> Entry:
    """A new lead that waits in this queue; its place counts from `since`."""
    lead = make_lead(at=since, **lead_fields)
    arrival = Arrival(lead, rule_facts([lead])[lead.pk], since_at=since)
    return enter(queue, [arrival], at=at or since)[0]


def fill(queue: Queue, count: int, *, since: datetime = MORNING, **lead_fields) -> list[Entry]:
    """This many leads that entered at one moment, in order of their ids."""
    return [make_entry(queue, since=since, **lead_fields) for _number in range(count)]


def fill_line(queue: Queue, rows: Sequence[tuple[datetime, dict]]) -> list[Entry]:
    """Many at once and without identities: (since, fields of the lead and is_front) for each, none marked as aged."""
    source = SourceFactory()
    leads = Lead.objects.bulk_create(
        Lead(
            **{"company_name": f"Company {n}", "score": 50, "source": source, "stage": Lead.Stage.WAITING}
            | {name: value for name, value in fields.items() if name != "is_front"},
            stage_at=since,
            captured_at=since,
            created_at=since,
        )
        for n, (since, fields) in enumerate(rows)
    )
    facts = rule_facts(leads)
    arrivals = [
        Arrival(lead, facts[lead.pk], since_at=since, is_front=fields.get("is_front", False))
        for lead, (since, fields) in zip(leads, rows, strict=True)
    ]
    return enter(queue, arrivals, at=min((since for since, _fields in rows), default=MORNING))


def make_rotation(*users: User, name: str = "SMB rotation", **fields) -> Rotation:
    """A rotation of these reps, in this order."""
    rotation = Rotation.objects.create(**({"name": name, "order": "hand"} | fields))
    for position, user in enumerate(users):
        RotationMember.objects.create(rotation=rotation, rep=user.rep, position=position)
    return rotation
