"""Whether worker and outbox give signs of life, and whether tasks fail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django_q.models import Failure

from config.doctor.findings import Finding, broken, fine, look
from config.worker.heartbeat import OUTBOX, WORKER, heartbeat_ages, heartbeat_state

TASKS = "tasks"
MEANS = {
    WORKER: "clocks, messages and imports stand still",
    OUTBOX: "webhooks and CRMs are slower, by the worker alone",
}
START = "See that manage.py supervise runs."


def findings(at: datetime) -> Iterator[Finding]:
    ages = heartbeat_ages(at, WORKER, OUTBOX)
    for name, age in ages.items():
        kind = broken if name == WORKER else look
        if age is None:
            yield kind(name, f"It has never given a sign of life: {MEANS[name]}.", START)
        elif heartbeat_state(age) != "ok":
            yield kind(name, f"It has been silent for {round(age.total_seconds()):,} s: {MEANS[name]}.", START)
        else:
            yield fine(name, f"Its last sign of life is {max(0, round(age.total_seconds()))} s old.")
    failed = Failure.objects.filter(stopped__gte=at - timedelta(days=1)).order_by("-stopped", "pk")
    newest = failed.first()
    if newest is None:
        yield fine(TASKS, "No task failed within a day.")
    else:
        yield look(TASKS, f"{failed.count()} tasks failed within a day, the last: {newest.func}.", "See the log there.")
