"""What became of leads: conversion by queue, source and rep, and how far the leads that arrived came (E2, H2)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.models import User

from dashboards.decisions.reports.filters import Filters
from dashboards.decisions.reports.lead_flow import ENDS, Step, Went
from dashboards.decisions.reports.periods import Period
from dashboards.queries.reports.scope import rep_ids
from leads.models import Lead, Source
from queues.decisions.figures.totals import StayTotals, added, by_part
from queues.models import Queue
from queues.queries.figures.asked import Asked
from queues.queries.figures.reading import arrivals, stays

PARTS = ("queue", "source")
FLAGS = {
    Step.REVIEWED: "was_reviewed",
    Step.QUEUED: "was_queued",
    Step.CLAIMED: "was_claimed",
    Step.CONTACTED: "was_contacted",
}
NOTHING = StayTotals()


@dataclass(frozen=True, slots=True)
class Group:
    """Stays of one queue or source, in the period and before it."""

    value: str
    name: str
    now: StayTotals
    before: StayTotals


@dataclass(frozen=True, slots=True)
class Groups:
    """All of a period, and the same by queue and by source."""

    all: Group
    queues: tuple[Group, ...]
    sources: tuple[Group, ...]


def stay_groups(asked: Asked, before: Period, *, of: Sequence[Queue], source_names: Mapping[int, str]) -> Groups:
    """One reading of each period, added up here, so that all parts of a page agree. `of` are the queues asked for,
    `source_names` those that are known already."""
    now = stays(asked, *PARTS)
    earlier = stays(asked.between(before.starts_at, before.ends_at), *PARTS)
    sources = dict(source_names)
    if unknown := {int(str(key[1])) for key in now} - sources.keys():
        sources |= dict(Source.objects.filter(pk__in=unknown).order_by("pk").values_list("pk", "name"))
    return Groups(
        all=Group("", "", added([NOTHING, *now.values()]), added([NOTHING, *earlier.values()])),
        queues=_groups(now, earlier, 0, {queue.pk: queue.name for queue in of}),
        sources=_groups(now, earlier, 1, sources),
    )


def _groups(
    now: Mapping[tuple, StayTotals], earlier: Mapping[tuple, StayTotals], place: int, names: Mapping[Any, str]
) -> tuple[Group, ...]:
    sums, old = by_part(now, place), by_part(earlier, place)
    return tuple(Group(str(pk), names[pk], each, old.get(pk, NOTHING)) for pk, each in sums.items() if pk in names)


def of_arrivals(stays_of: Asked, user: User, filters: Filters) -> Asked:
    """Leads by the queue in which they were last, beside of_stays(), with any holder. Without a filter sales ops see
    those that were in none, too."""
    has_all = filters.queue is None and filters.team is None and user.has_perm("queues.operate_queue")
    return replace(stays_of, queues=None if has_all else stays_of.queues, reps=None)


def taken_beside(stays_of: Asked, user: User, filters: Filters) -> Asked:
    """of_taken() beside of_stays(), without reading again how far the counts are kept."""
    queues = (filters.queue,) if filters.queue is not None else None
    return replace(stays_of, queues=queues, reps=rep_ids(user, filters))


def ways_of_leads(asked: Asked) -> list[Went]:
    """How far the leads came that arrived in the period, and how they stand today, without merged ones."""
    found: Counter[tuple] = Counter()
    for (stage, *flags), count in arrivals(asked, "stage", *FLAGS.values()).items():
        if stage != Lead.Stage.MERGED:
            steps = (step for step, flag in zip(FLAGS, flags, strict=True) if flag)
            found[frozenset({Step.CAPTURED, *steps}), ENDS[str(stage)]] += count
    return [Went(steps, end, count) for (steps, end), count in found.items()]
