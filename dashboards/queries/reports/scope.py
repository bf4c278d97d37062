"""What the checked filters of a report mean for the figures: which queues, sources, types and reps count (C9)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q

from dashboards.decisions.reports.filters import Filters
from dashboards.queries.reports.reach import managed_queues, team_reps
from queues.models import Queue
from queues.queries.figures.asked import Asked, ask
from routing.models import Team
from routing.queries.people import managed_reps


def of_stays(queues: Iterable[Queue], filters: Filters, *, at: datetime) -> Asked:
    """Stays in these queues (reported_queues); with a rep, those that the rep ended."""
    reps = (filters.rep,) if filters.rep is not None else None
    return _ask(filters, at=at, queues=tuple(queue.pk for queue in queues), reps=reps)


def of_taken(user: User, filters: Filters, *, at: datetime) -> Asked:
    """What the reps of this person's teams took, or the chosen rep, from wherever it came, or from the chosen queue."""
    queues = (filters.queue,) if filters.queue is not None else None
    return _ask(filters, at=at, queues=queues, reps=rep_ids(user, filters))


def reported_queues(user: User, filters: Filters) -> list[Queue]:
    """The queues that this person manages, or the chosen ones. Those of a team are its own, those of its region, and
    those of everyone."""
    rows = managed_queues(user)
    if filters.queue is not None:
        rows = rows.filter(pk=filters.queue)
    if filters.team is not None:
        regions = Team.objects.filter(pk=filters.team).exclude(region="").values("region")
        everyones = Q(team__isnull=True, region="")
        rows = rows.filter(Q(team=filters.team) | Q(team__isnull=True, region__in=regions) | everyones)
    return list(rows)


def rep_ids(user: User, filters: Filters) -> tuple[int, ...] | None:
    """The users behind the reps; None for all, also those who are no longer in a team."""
    if filters.rep is None and filters.team is None and user.has_perm("queues.operate_queue"):
        return None
    rows = managed_reps(user) if filters.team is None else team_reps(user, filters.team)
    if filters.rep is not None:
        rows = rows.filter(user=filters.rep)
    return tuple(rows.values_list("user", flat=True))


def has_kept_days(asked: Asked) -> bool:
    """Whether days are kept one by one: not of what one rep took out of queues, and not before the first count."""
    return asked.reps is None and asked.counted_at is not None


def _ask(filters: Filters, *, at: datetime, queues: tuple[int, ...] | None, reps: tuple[int, ...] | None) -> Asked:
    period = filters.period
    sources = (filters.source,) if filters.source is not None else None
    types = (filters.lead_type,) if filters.lead_type else None
    return ask(period.starts_at, period.ends_at, at=at, queues=queues, sources=sources, types=types, reps=reps)
