"""Send a test lead because somebody wants to see its way (M3): the way of the probe, and no run of the probe."""

import logging
from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from queues.actions.probe.running import KEPT_FOR
from queues.actions.probe.sending import trace_lead
from queues.decisions.probe import try_stop
from queues.models import ProbeRun
from queues.queries.probe import Origin, probe_settings

log = logging.getLogger(__name__)


def send_try(origin: Origin, *, door: str, says: Mapping[str, str], by: User, at: datetime) -> ProbeRun:
    """Nothing is left but the row of this try, and no message is sent, however it ends (L15). `door` is kept so that
    it can be sent again; `says` is what the lead is to say in place of the usual sample, by column."""
    way, took = trace_lead(origin, longest=probe_settings().longest, at=at, says=says)
    stopped = try_stop(way)
    log.info("a test lead was sent", extra={"door": door, "ended": str(way.ended), "stopped": stopped})
    with transaction.atomic():
        ProbeRun.objects.filter(is_try=True, at__lt=at - KEPT_FOR).delete()
        return ProbeRun.objects.create(
            at=at,
            is_ok=not stopped,
            seconds=round(took.total_seconds(), 4),
            origin=origin.name,
            ended=way.ended,
            stopped=stopped,
            steps=list(way.steps),
            by=by,
            is_try=True,
            asked={"door": door, "says": dict(says)},
        )
