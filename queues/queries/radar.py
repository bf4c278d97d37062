"""Counts what each rep of a team did in a period and in the one before, for the radar (K2).

All reads are by person and time, each one statement for all of a team: a team's people can only do so much in 90 days,
however long the history is.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, Sum, When
from django.db.models.functions import Coalesce

from queues.decisions.radar import PREVIEWS_KEPT, Finding, Looked, Period, Rate, RepCounts, findings
from queues.queries import radar_filters as count
from routing.models import Assignment, Rep, Team
from routing.queries.people import zone_with_teams

LIMIT = F("limit")


@dataclass(frozen=True, slots=True)
class RepRadar:
    """One rep: the counts of the period and of the one before, and how they stand beside the others of the team."""

    rep: Rep
    now: RepCounts
    before: RepCounts
    findings: list[Finding]

    @property
    def unusual(self) -> list[Finding]:
        return [each for each in self.findings if each.is_unusual]


def people_of(team_ids: Collection[int], *, or_none: bool = False) -> list[Rep]:
    """Who works in these teams now, by name, with all teams of each; two queries. `or_none`: also who has no team."""
    belongs = Q(teams__in=team_ids) | Q(teams__isnull=True) if or_none else Q(teams__in=team_ids)
    reps = Rep.objects.filter(belongs, user__is_active=True).select_related("user").distinct()
    return list(reps.prefetch_related("teams").order_by("user__last_name", "user__first_name", "pk"))


def beside(reps: Sequence[Rep], counts: tuple[Mapping[int, RepCounts], Mapping[int, RepCounts]]) -> list[RepRadar]:
    """The reps of one team, each beside all others of it."""
    now, before = counts
    return [
        RepRadar(
            rep,
            now[rep.user_id],
            before[rep.user_id],
            findings(now[rep.user_id], [now[other.user_id] for other in reps if other.pk != rep.pk]),
        )
        for rep in reps
    ]


def radar_of(rep: Rep, period: Period, *, tz: tzinfo) -> RepRadar:
    """One rep's own row beside the first team by name, for the rep: nothing of it names a colleague (K2, C9)."""
    team = first_team(rep)
    mates = [each for each in people_of([team.pk]) if each.pk != rep.pk] if team else []
    reps = [rep, *mates]
    return beside(reps, counts_by_person(reps, period, tz=tz))[0]


def first_team(rep: Rep) -> Team | None:
    return min(rep.teams.all(), key=lambda team: (team.name, team.pk), default=None)


def counts_by_person(
    reps: Sequence[Rep], period: Period, *, tz: tzinfo
) -> tuple[dict[int, RepCounts], dict[int, RepCounts]]:
    """By user: of the period, and of the one before; five queries. `tz` is for those without a zone."""
    ids = [rep.user_id for rep in reps]
    zones = {rep.user_id: zone_with_teams(rep, tz) for rep in reps}
    found: dict[tuple[int, datetime], RepCounts] = _worked(ids, period)
    for key, friday in _fridays(zones, period).items():
        found[key] = replace(found[key], friday=friday)
    for key, part in _silent(ids, period).items():
        found[key] = replace(found[key], silent=Rate(part, found[key].silent.whole))
    for key, (held, open_leads) in _held(ids, period).items():
        found[key] = replace(found[key], held=held, open_leads=open_leads)
    for key, looked in _looked(ids, period).items():
        found[key] = replace(found[key], looked=looked)
    for begin, end in ((period.starts_at, period.ends_at), (period.before_at, period.starts_at)):
        if begin < period.ends_at - PREVIEWS_KEPT:
            found |= {(pk, end): replace(found[pk, end], looked=None) for pk in ids}
    now, before = ({pk: found[pk, end] for pk in ids} for end in (period.ends_at, period.starts_at))
    return now, before


def _worked(ids: Sequence[int], period: Period) -> dict[tuple[int, datetime], RepCounts]:
    """What was received, given back, picked and contacted, by source and reason."""
    reason = Case(When(count.returned(LIMIT), then=F("end_reason")), default=None, output_field=CharField())
    rows: Any = (
        count.received(ids, period.before_at, period.ends_at)
        .annotate(limit=count.limit_of("assigned_at", period), reason=reason, place=count.PICKED_PLACE)
        .values("holder", "limit", "lead__source", "reason")
        .annotate(
            n=Count("pk"),
            given=Count("pk", filter=~Q(how__in=count.CLAIMED)),
            returned=Count("pk", filter=count.returned(LIMIT)),
            skipped=Count("pk", filter=count.skipped(LIMIT)),
            pickable=Count("pk", filter=count.pickable()),
            jumped=Count("pk", filter=count.jumped()),
            places=Coalesce(Sum(F("place") - 1, filter=count.jumped()), 0),
            contacted=Count("pk", filter=count.contacted(LIMIT)),
            quick=Count("pk", filter=count.quick(LIMIT)),
            settled=Count("pk", filter=count.settled(LIMIT)),
        )
        .order_by("holder", "limit", "lead__source", "reason")
    )
    found: dict[tuple[int, datetime], list[dict]] = defaultdict(list)
    for row in rows:
        found[row["holder"], row["limit"]].append(row)
    ends = (period.starts_at, period.ends_at)
    return {(pk, end): _summed(found.get((pk, end), [])) for pk in ids for end in ends}


def _summed(rows: Iterable[dict]) -> RepCounts:
    total: dict[str, int] = defaultdict(int)
    sources: dict[int, Rate] = defaultdict(Rate)
    reasons: dict[str, int] = defaultdict(int)
    for row in rows:
        for name, value in row.items():
            if name not in ("holder", "limit", "lead__source", "reason"):
                total[name] += value
        sources[row["lead__source"]] += Rate(row["returned"], row["n"])
        if row["reason"] is not None:
            reasons[row["reason"]] += row["returned"]
    return RepCounts(
        received=total["n"],
        given=total["given"],
        skipped=total["skipped"],
        by_source=dict(sources),
        reasons=dict(reasons),
        picked=Rate(total["jumped"], total["pickable"]),
        places=total["places"],
        quick=Rate(total["quick"], total["contacted"]),
        silent=Rate(0, total["settled"]),
    )


def _fridays(zones: Mapping[int, tzinfo], period: Period) -> dict[tuple[int, datetime], Rate]:
    """A weekend belongs to the period of its Friday; one that is not over by now does not count."""
    claims: Any = count.late_fridays(zones, period.before_at, period)
    if claims is None:
        return {}
    rows = claims.annotate(limit=count.limit_of("assigned_at", period)).values("holder", "limit")
    counted = rows.annotate(n=Count("pk"), late=Count("pk", filter=count.over_weekend())).order_by("holder", "limit")
    return {(row["holder"], row["limit"]): Rate(row["late"], row["n"]) for row in counted}


def _silent(ids: Sequence[int], period: Period) -> dict[tuple[int, datetime], int]:
    rows = count.received(ids, period.before_at, period.ends_at)
    silent: Any = count.silent(rows.annotate(limit=count.limit_of("assigned_at", period)))
    counted = silent.values("holder", "limit").annotate(n=Count("pk")).order_by("holder", "limit")
    return {(row["holder"], row["limit"]): row["n"] for row in counted}


def _held(ids: Sequence[int], period: Period) -> dict[tuple[int, datetime], tuple[int, int]]:
    """Without contact, and all, at the end of each period."""
    ends = {"now": period.ends_at, "before": period.starts_at}
    since = Q(ended_at__isnull=True) | Q(ended_at__gte=period.starts_at)
    rows = Assignment.objects.standing().filter(since, holder__in=ids, assigned_at__lt=period.ends_at)
    held = {f"held_{name}": Count("pk", filter=count.uncontacted_at(end)) for name, end in ends.items()}
    held |= {
        f"open_{name}": Count("pk", filter=count.held_at(end) & Q(assigned_at__lt=end)) for name, end in ends.items()
    }
    counted = rows.values("holder").annotate(**held).order_by("holder")
    return {
        (row["holder"], end): (row[f"held_{name}"], row[f"open_{name}"])
        for row in counted
        for name, end in ends.items()
    }


def _looked(ids: Sequence[int], period: Period) -> dict[tuple[int, datetime], Looked]:
    rows = (
        count.previewed(ids, period.before_at, period.ends_at)
        .annotate(limit=count.limit_of("first_at", period))
        .values("viewer", "limit")
        .annotate(
            n=Count("pk"),
            took=Count("pk", filter=count.took(LIMIT)),
            others=Count("pk", filter=count.others_took(LIMIT)),
            converted=Count("pk", filter=count.others_converted(LIMIT)),
            decided=Count("pk", filter=count.decided(LIMIT)),
        )
        .order_by("viewer", "limit")
    )
    return {
        (row["viewer"], row["limit"]): Looked(
            row["n"], row["took"], row["others"], row["converted"], row["n"] - row["decided"]
        )
        for row in rows
    }
