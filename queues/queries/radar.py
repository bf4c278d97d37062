"""Counts what each rep of a team did in a period and in the one before, for the radar (K2).

The past comes from kept days, what is held now and looked at from the rows, all by person: the cost follows the people
on the page, not the history.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from django.db.models import BooleanField, Case, Count, Q, When

from queues.decisions.radar import PREVIEWS_KEPT, Finding, Looked, Period, Rate, RepCounts, team_findings
from queues.queries import radar_filters as count
from queues.queries.figures.asked import Asked, ask
from queues.queries.figures.habits import Part, habits, zones_by_user
from routing.models import Assignment, Rep


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
    found = team_findings([now[rep.user_id] for rep in reps])
    return [RepRadar(rep, now[rep.user_id], before[rep.user_id], each) for rep, each in zip(reps, found, strict=True)]


def counts_by_person(reps: Sequence[Rep], period: Period) -> tuple[dict[int, RepCounts], dict[int, RepCounts]]:
    """By user: of the period, and of the one before; six queries where the days are kept."""
    ids = [rep.user_id for rep in reps]
    zones, asked = zones_by_user(reps), ask(period.starts_at, period.ends_at, at=period.at)
    now, before = _worked(zones, asked, asked.between(period.before_at, period.starts_at))
    silent, held, looked = _silent(ids, period), _held(ids), _looked(ids, period)
    kept_from = period.at - PREVIEWS_KEPT
    for counts, since, is_now in ((now, period.starts_at, True), (before, period.before_at, False)):
        for pk, each in counts.items():
            counts[pk] = replace(
                each,
                silent=Rate(silent.get((pk, is_now), 0), each.quick.whole),
                looked=looked.get((pk, is_now), Looked()) if since >= kept_from else None,
            )
    for pk, (silent_leads, open_leads) in held.items():
        now[pk] = replace(now[pk], held=silent_leads, open_leads=open_leads)
    return now, before


def _worked(
    zones: Mapping[int, tzinfo], asked: Asked, before: Asked
) -> tuple[dict[int, RepCounts], dict[int, RepCounts]]:
    """What was received, given back, picked and contacted, by source and reason."""
    found: dict[tuple[int, bool], list[Part]] = defaultdict(list)
    for part in habits(asked, before, zones):
        found[part.rep_id, part.is_now].append(part)
    now, then = ({pk: _summed(found.get((pk, is_now), [])) for pk in zones} for is_now in (True, False))
    return now, then


def _summed(parts: Sequence[Part]) -> RepCounts:
    total: Counter[str] = Counter()
    sources: dict[int, Rate] = defaultdict(Rate)
    reasons: Counter[str] = Counter()
    for part in parts:
        if part.source_id is not None:
            total.update(part.counts)
            sources[part.source_id] += Rate(part.counts["returned"], part.counts["received"])
        elif part.reason is not None and part.counts["returned"]:
            reasons[part.reason] += part.counts["returned"]
    return RepCounts(
        received=total["received"],
        given=total["received"] - total["claimed"],
        skipped=total["skipped"],
        by_source=dict(sources),
        reasons=dict(reasons),
        picked=Rate(total["jumped"], total["claimed"]),
        places=total["places"],
        friday=Rate(total["late"], total["fridays"]),
        quick=Rate(total["quick"], total["contacted"]),
    )


def _silent(ids: Sequence[int], period: Period) -> dict[tuple[int, bool], int]:
    """By user, and whether received in this period or in the one before. Only what is held is read."""
    rows: Any = count.silent(count.received(ids, period.before_at, period.ends_at), at=period.at)
    is_now = {"is_now": _is_now("assigned_at", period)}
    counted = rows.annotate(**is_now).values("holder", "is_now").annotate(n=Count("pk")).order_by("holder", "is_now")
    return {(row["holder"], row["is_now"]): row["n"] for row in counted}


def _held(ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Without a contact, and all, now."""
    rows = Assignment.objects.open().filter(holder__in=ids).values("holder")
    counted = rows.annotate(n=Count("pk"), silent=Count("pk", filter=count.uncontacted())).order_by("holder")
    return {row["holder"]: (row["silent"], row["n"]) for row in counted}


def _looked(ids: Sequence[int], period: Period) -> dict[tuple[int, bool], Looked]:
    rows: Any = count.previewed(ids, period.before_at, period.ends_at)
    counted = (
        rows.annotate(is_now=_is_now("first_at", period))
        .values("viewer", "is_now")
        .annotate(
            n=Count("pk"),
            took=Count("pk", filter=count.took()),
            others=Count("pk", filter=count.others_took()),
            converted=Count("pk", filter=count.others_converted()),
            decided=Count("pk", filter=count.decided()),
        )
        .order_by("viewer", "is_now")
    )
    return {
        (row["viewer"], row["is_now"]): Looked(
            row["n"], row["took"], row["others"], row["converted"], row["n"] - row["decided"]
        )
        for row in counted
    }


def _is_now(field: str, period: Period) -> Case:
    """Of this period, not of the one before."""
    before = When(**{f"{field}__lt": period.starts_at}, then=False)
    return Case(before, default=True, output_field=BooleanField())
