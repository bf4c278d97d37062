"""Queues, leads that wait in them, and rotations with members."""

from datetime import datetime

import factory
from django.contrib.auth.models import User

from leads.queries import rule_facts
from queues.actions.placement import Arrival, enter
from queues.models import Entry, Queue
from routing.models import Rotation, RotationMember
from tests.factories.leads import make_lead
from tests.factories.people import MORNING


class QueueFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Queue

    name = factory.Sequence(lambda n: f"Queue {n}")
    slug = factory.Sequence(lambda n: f"queue-{n}")


def make_entry(queue: Queue, *, since: datetime = MORNING, at: datetime | None = None, **lead_fields) -> Entry:
    """A new lead that waits in this queue; its place counts from `since`."""
    lead = make_lead(at=since, **lead_fields)
    arrival = Arrival(lead, rule_facts([lead])[lead.pk], since_at=since)
    return enter(queue, [arrival], at=at or since)[0]


def fill(queue: Queue, count: int, *, since: datetime = MORNING, **lead_fields) -> list[Entry]:
    """This many leads that entered at one moment, in order of their ids."""
    return [make_entry(queue, since=since, **lead_fields) for _number in range(count)]


def make_rotation(*users: User, name: str = "SMB rotation", **fields) -> Rotation:
    """A rotation of these reps, in this order."""
    rotation = Rotation.objects.create(name=name, **fields)
    for position, user in enumerate(users):
        RotationMember.objects.create(rotation=rotation, rep=user.rep, position=position)
    return rotation
