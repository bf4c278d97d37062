"""Ask where the rows of a file would go: one forecast for each choice of columns, defaults and sources (A9)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.forms.models import model_to_dict

from leads.actions.imports.source_choices import read_choices, telling_choices
from leads.models import Forecast, Upload
from queues.actions.imports.counting import LEASE, UNDER_WAY, count_forecast, enqueue_forecast
from queues.models import EntryRule, Queue

SMALL_BYTES = 100_000  # some 500 rows: counted before the answer
FRESH = timedelta(minutes=15)  # then leads and queues have moved on
LIMITS = ("is_active", "when_full", "depth_limit", "overflow_queue", "overflow_pool")
State = Forecast.State


def ask_forecast(
    upload: Upload, choices: Mapping[str, Any], *, by: User, at: datetime, is_again: bool = False
) -> Forecast:
    """The forecast for these choices, as counted lately; else it begins, and replaces what this person asked about the
    file before. A small file is counted before this returns. `is_again` counts it again in any case."""
    telling = telling_choices(read_choices(choices.get("sources", {})))
    choices = {**choices, "sources": {key: choice.as_stored() for key, choice in telling.items()}}
    with transaction.atomic():
        upload = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
        digest = _digest(upload, choices)
        forecast, is_new = Forecast.objects.get_or_create(
            upload=upload, digest=digest, defaults={"choices": choices, "asked_at": at, "asked_by": by}
        )
        others = Forecast.objects.filter(upload=upload, asked_by=by, state__in=UNDER_WAY).exclude(pk=forecast.pk)
        others.update(state=State.REPLACED, finished_at=at)
        if is_new or is_again or not _counts_still(forecast, at=at):
            _begin(forecast, by=by, at=at)
            if upload.bytes > SMALL_BYTES:
                enqueue_forecast(forecast.pk)
    if upload.bytes <= SMALL_BYTES and forecast.state == State.WAITING:
        count_forecast(forecast.pk, clock=lambda: at, max_time=None)
        forecast = Forecast.objects.select_related("upload").get(pk=forecast.pk)
    return forecast


def go_on_if_lost(forecast: Forecast, *, at: datetime) -> None:
    """A count whose process died goes on; the page that waits for it asks for this."""
    since = forecast.touched_at or forecast.asked_at
    if not forecast.is_under_way or since > at - 2 * LEASE:
        return
    lost = Forecast.objects.filter(pk=forecast.pk, state=forecast.state, touched_at=forecast.touched_at)
    with transaction.atomic():
        if lost.update(state=State.WAITING, touched_at=at):
            enqueue_forecast(forecast.pk)


def _counts_still(forecast: Forecast, *, at: datetime) -> bool:
    if forecast.is_under_way:
        return True
    return forecast.state == State.DONE and forecast.counted_at is not None and forecast.counted_at > at - FRESH


def _begin(forecast: Forecast, *, by: User, at: datetime) -> None:
    forecast.state, forecast.counts, forecast.last_line, forecast.bytes_read = State.WAITING, {}, 0, 0
    forecast.attempts, forecast.asked_at, forecast.asked_by = 0, at, by
    forecast.touched_at = forecast.finished_at = forecast.counted_at = None
    forecast.save()


def _digest(upload: Upload, choices: Mapping[str, Any]) -> str:
    """Of all that decides: the choices, how the file is read, and the rules and limits of now."""
    rules = [
        [rule.pk, rule.conditions, rule.outcome, rule.queue_id]
        for rule in EntryRule.objects.filter(is_active=True).order_by("position", "pk")
    ]
    queues = [model_to_dict(queue, LIMITS) for queue in Queue.objects.order_by("pk")]
    asked = json.dumps([upload.shape, choices, rules, queues], sort_keys=True, default=str)
    return sha256(asked.encode()).hexdigest()
