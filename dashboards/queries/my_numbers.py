"""Reads a rep's own numbers, the leads behind them, and what of them the team has in the middle (C5, C9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

from django.contrib.auth.models import User
from django.db.models import BigIntegerField, BooleanField, Case, F, Q, QuerySet, Value, When

from dashboards.decisions.my_numbers import Period, Span
from queues.decisions.figures.totals import TakenTotals, WaitTotals
from queues.queries.figures.asked import Asked, ask
from queues.queries.figures.seconds import SecondsBetween
from queues.queries.figures.spans import taken_in, waits_in
from queues.queries.figures.taken import ENDS, IS_WITHIN, is_decided, taken, taken_within, with_contact
from routing.models import Assignment, Rep, Turn

MOST_READ = 1_000  # own leads whose times are read; medians of more are read from counts by class
Own = tuple[TakenTotals, WaitTotals]


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """Of the rep in the period, and in all spans together that it is compared with; and of each colleague who took a
    lead in the period. Medians of colleagues are read from counts by class. `stale_days` are being counted again."""

    own: Own
    before: Own
    others: Sequence[Own]
    stale_days: int


def period_totals(user: User, colleague_ids: Sequence[int], period: Period, *, at: datetime) -> PeriodTotals:
    """At most six queries: what all of them took is read together."""
    spans = [period.span, *period.before]
    asked = ask(period.earliest, period.span[1], at=at)
    took = taken_in(asked, spans, [user.pk], first_only=colleague_ids)
    waited = waits_in(asked, spans, [user.pk], first_only=colleague_ids)
    found = [
        (taken_of.get(user.pk, TakenTotals()), waits_of.get(user.pk, WaitTotals()))
        for taken_of, waits_of in zip(took, waited, strict=True)
    ]
    if sum(totals.taken for totals, _waits in found) <= MOST_READ:
        found = _with_times(user, spans, found, asked)
    others = [(each, waited[0].get(pk, WaitTotals())) for pk, each in took[0].items() if pk != user.pk and each.taken]
    return PeriodTotals(found[0], reduce(_added, found[1:]), others, asked.stale_days)


def colleagues(rep: Rep) -> list[int]:
    """The users of other active reps of the rep's teams."""
    mates = Rep.objects.filter(teams__in=rep.teams.all(), user__is_active=True).exclude(pk=rep.pk)
    return list(mates.order_by("user").values_list("user", flat=True).distinct())


def leads_behind(user: User, figure: str, span: Span, *, at: datetime) -> QuerySet[Assignment]:
    """The assignments that a figure counts; for shares, all that it divides by. KeyError for an unknown figure."""
    asked = ask(*span, at=at)
    rows = _described(taken(span[0], asked.counted_end, [user.pk])).select_related("lead")
    narrowed: Mapping[str, QuerySet[Assignment]] = {
        "taken": rows,
        "waited": rows.filter(entry__left_at__isnull=False),
        "contact": rows.filter(first_contact_at__isnull=False),
        "contacted": rows.filter(first_contact_at__isnull=False),
        "within": rows.filter(is_decided(asked.as_of)),
        "conversion": rows,
    }
    return narrowed[figure].order_by("-assigned_at", "-pk")


def turns_behind(rep: Rep, rotation_id: int, span: Span) -> QuerySet[Turn]:
    """The turns of one rotation that this rep was given, without undone ones."""
    rows = Turn.objects.filter(rotation=rotation_id, rep=rep, at__gte=span[0], at__lt=span[1], roster__isnull=False)
    rows = rows.exclude(assignment__ended_how=Assignment.Ended.UNDONE).exclude(size=0)
    return rows.select_related("lead").order_by("-at", "-pk")


def _described(rows: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """With the times that the figures count of each; the wait is that in the queue it was taken from."""
    return with_contact(rows).annotate(
        waited=Case(
            When(entry__left_at__isnull=False, then=SecondsBetween(F("entry__entered_at"), F("entry__left_at"))),
            default=Value(None),
            output_field=BigIntegerField(),
        ),
        within=_is(IS_WITHIN),
        converted=_is(Q(ended_how__in=ENDS["converted"])),
    )


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _with_times(user: User, spans: Sequence[Span], found: Sequence[Own], asked: Asked) -> list[Own]:
    """The same with the times themselves; one query."""
    ends = [(start, asked.between(start, end).counted_end) for start, end in spans]
    took: list[list[int]] = [[] for _span in spans]
    waited: list[list[int]] = [[] for _span in spans]
    rows: Any = _described(taken_within(ends, [user.pk])).order_by()
    for place, contact, wait in rows.values_list("span", "took", "waited"):
        took[place] += [] if contact is None else [contact]
        waited[place] += [] if wait is None else [wait]
    return [
        (replace(totals, times=tuple(took[place])), replace(waits, times=tuple(waited[place])))
        for place, (totals, waits) in enumerate(found)
    ]


def _added(one: Own, other: Own) -> Own:
    return one[0] + other[0], one[1] + other[1]
