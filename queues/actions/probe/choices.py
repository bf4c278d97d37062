"""Switch the probe on and off, and choose how often it runs and where its lead comes from (K5)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from queues.actions.probe.running import lock_probe
from queues.models import Probe
from queues.queries.probe import Origin

SETTINGS = ("is_on", "every_minutes", "max_seconds", "web_form_id", "source_id")


@transaction.atomic
def change_probe(
    *, is_on: bool, every_minutes: int, max_seconds: int, origin: Origin | None, by: User, at: datetime
) -> Probe:
    """`origin` None: the first open form, else the first source. The next run is due at once, and silence counts from
    now on: what was before does not alert."""
    probe = lock_probe()
    before = [getattr(probe, name) for name in SETTINGS]
    probe.is_on, probe.every_minutes, probe.max_seconds = is_on, every_minutes, max_seconds
    probe.web_form = origin.web_form if origin is not None else None
    probe.source = origin.source if origin is not None else None
    if [getattr(probe, name) for name in SETTINGS] == before:
        return probe
    probe.due_at, probe.heard_at = None, at
    if not is_on:
        probe.down_since, probe.down_why = None, ""
    set_history_author(probe, by)
    probe.save()
    return probe
