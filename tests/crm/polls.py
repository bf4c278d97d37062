"""Polls of tests: a clock that a test moves, and what came of a poll (I4)."""

from datetime import timedelta

from leads.models import Capture
from queues.actions.crm import polling
from queues.models import CrmLog
from tests.factories import MORNING

MINUTE = timedelta(minutes=1)


class Clock:
    """Ticks by `step` at each look, so that slices end."""

    def __init__(self, at, step=timedelta(0)) -> None:
        self.at, self.step = at, step

    def __call__(self):
        self.at += self.step
        return self.at


def poll(connection, at=MORNING + MINUTE, **more):
    began = polling.poll(connection.pk, clock=Clock(at), **more)
    connection.refresh_from_db()
    return began


def states():
    return list(Capture.objects.order_by("pk").values_list("channel", "state"))


def counted():
    return [line.details for line in CrmLog.objects.filter(what="taken").order_by("pk")]
