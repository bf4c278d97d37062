"""The test leads that sales ops sent, and what was changed after those that stopped (M3)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from leads.models import WebForm
from queues.decisions.probe import Halt, Stop
from queues.models import EntryRule, ProbeRun, Queue
from routing.models import Rep, Rotation, RotationMember, Team

MOST_CHANGES = 200
RULES: tuple[type[models.Model], ...] = (EntryRule, Queue)
PEOPLE: tuple[type[models.Model], ...] = (Queue, Team, Rep, RotationMember, Rotation)
MENDED_IN: Mapping[str, tuple[type[models.Model], ...]] = {  # where what mends it is set
    Stop.NO_RULE: RULES,
    Stop.NO_QUEUE: RULES,
    Stop.QUEUE_OFF: RULES,
    Stop.NOBODY: PEOPLE,
    Stop.FORM_CLOSED: (WebForm,),
    Stop.FORM_FULL: (WebForm,),
    Stop.REFUSED: (WebForm,),
    Halt.REVIEW: RULES,
    Halt.NURTURE: RULES,
    Halt.REJECTED: RULES,
    Halt.PARKED: RULES,
    Halt.NO_MEMBERS: PEOPLE,
    Halt.ROTATION_OFF: PEOPLE,
    Halt.AWAY: PEOPLE,
    Halt.FULL: PEOPLE,
    Halt.NO_SKILL: PEOPLE,
}


@dataclass(frozen=True, slots=True)
class Mended:
    """What was changed between a try that stopped and the next one that did not stop there. `name` is that of the only
    thing of this kind that changed, or empty."""

    at: datetime
    model: type[models.Model]
    count: int
    name: str = ""


def newest_tries(limit: int) -> list[ProbeRun]:
    return list(ProbeRun.objects.filter(is_try=True).select_related("by").order_by("-at", "-pk")[:limit])


def try_of(pk: int | None) -> ProbeRun | None:
    return ProbeRun.objects.filter(is_try=True, pk=pk or 0).first()


def mended(tries: Sequence[ProbeRun]) -> dict[int, Mended]:
    """By the key of a try that stopped, what was changed until it stopped there no more; `tries` from the newest on.
    One query for each table that may hold it, at most seven."""
    spans = list(_spans(tries))
    if not spans:
        return {}
    since = min(each.at for each, _after in spans)
    asked = dict.fromkeys(model for each, _after in spans for model in MENDED_IN[each.stopped])
    changes = {model: _changes(model, since) for model in asked}
    found = {}
    for each, after in spans:
        for model in MENDED_IN[each.stopped]:
            rows = [row for row in changes[model] if each.at < row.history_date <= after.at]
            if rows:
                ids = {row.id for row in rows}
                name = str(getattr(rows[0], "name", "")) if len(ids) == 1 else ""
                found[each.pk] = Mended(rows[0].history_date, model, len(ids), name)
                break
    return found


def _spans(tries: Sequence[ProbeRun]) -> Iterator[tuple[ProbeRun, ProbeRun]]:
    """Each try that stopped, with the first one after it by the same door that did not stop there."""
    for index, each in enumerate(tries):
        later = [other for other in tries[:index] if other.asked == each.asked and other.stopped != each.stopped]
        if each.stopped in MENDED_IN and later:
            yield each, later[-1]


def _changes(model: type[models.Model], since: datetime) -> list:
    rows = model.history.filter(history_date__gt=since)  # type: ignore[attr-defined]
    return list(rows.order_by("-history_date", "-history_id")[:MOST_CHANGES])
