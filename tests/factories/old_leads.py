"""Leads that have been where they are for days: in a queue, on the review desk, in the hands of a rep (D7)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import send_to_review
from queues.models import Queue
from tests.factories.leads import make_lead
from tests.factories.people import MORNING
from tests.factories.queues import make_entry

DAY = timedelta(days=1)


def old(queue: Queue, days: int = 9, *, now: datetime = MORNING, **fields) -> Lead:
    return make_entry(queue, since=now - days * DAY, at=now - days * DAY, **fields).lead


def on_desk(days: int = 8, *, now: datetime = MORNING, **fields) -> Lead:
    lead = make_lead(at=now - days * DAY, **fields)
    send_to_review([(lead, ["no_rule"], None)], at=now - days * DAY)
    return lead


def held(queue: Queue, rep: User, days: int = 8, *, now: datetime = MORNING, **fields) -> Lead:
    """The queue is empty otherwise."""
    lead = make_entry(queue, since=now - days * DAY, **fields).lead
    take_next(queue, by=rep, at=now - days * DAY)
    return lead
