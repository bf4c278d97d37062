"""Reads what belongs into the letters of a week: facts, as numbers that can be stored (K7)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from config.company import company_zone
from routing.decisions.fairness import Level
from routing.decisions.weeks import NotAWeek, letter_week, read_week
from routing.models import Assignment, FairnessLetter, Rep, RotationMember
from routing.queries.availability.zones import zone_named
from routing.queries.first_teams import first_teams
from routing.queries.shares import RotationShares, memberships_of, rotation_shares
from routing.queries.survey import surveyed_reps

TAKEN = (Assignment.How.TAKE_NEXT, Assignment.How.PICK, Assignment.How.BATCH)
Facts = dict[str, Any]


def zones_of_reps(reps: Collection[Rep]) -> dict[int, ZoneInfo]:
    """Each rep's own time zone, else that of the first team, else that of this installation."""
    teams = first_teams(Rep.teams.through.objects.filter(rep__in=[rep.pk for rep in reps]), "team__time_zone")
    usual = company_zone()
    return {rep.pk: zone_named(rep.time_zone or teams.get(rep.pk, ("",))[0]) or usual for rep in reps}


def due_letters(*, at: datetime) -> list[tuple[Rep, date, ZoneInfo]]:
    """The active reps whose letter of the week is due and not written, with the Monday of the week. Three queries."""
    reps = list(surveyed_reps().select_related("user"))
    zones = zones_of_reps(reps)
    due = [(rep, letter_week(at, zones[rep.pk]), zones[rep.pk]) for rep in reps]
    written = set(
        FairnessLetter.objects.filter(week__in={week for _rep, week, _zone in due}).values_list("rep", "week")
    )
    return [(rep, week, zone) for rep, week, zone in due if (rep.pk, week) not in written]


def letter_facts(
    rep: Rep,
    places: Collection[RotationMember],
    shares: Mapping[int, RotationShares],
    *,
    start: datetime,
    end: datetime,
) -> Facts:
    """`taken` and `other` count leads that came otherwise than from rotations."""
    by_how = leads_by_how(rep, start=start, end=end)
    return {
        "rotations": _rotation_facts(rep, places, shares),
        "taken": sum(by_how.get(how, 0) for how in TAKEN),
        "other": sum(n for how, n in by_how.items() if how not in (*TAKEN, Assignment.How.ROTATION)),
    }


def rotation_facts_of(rep: Rep, start: datetime, end: datetime) -> list[Facts]:
    """The same of one rep for any span, in a fixed number of queries."""
    places = memberships_of([rep.pk], start=start)[rep.pk]
    shares = rotation_shares([place.rotation_id for place in places], start=start, end=end)
    return _rotation_facts(rep, places, shares)


def has_something(facts: Facts) -> bool:
    """A rotation, or a lead. Else there is nothing to tell."""
    return bool(facts["rotations"] or facts["taken"] or facts["other"])


def leads_by_how(rep: Rep, *, start: datetime, end: datetime) -> dict[str, int]:
    """How many leads this rep was given in each way; undone ones do not count."""
    rows = Assignment.objects.standing().filter(holder=rep.user_id, assigned_at__gte=start, assigned_at__lt=end)
    return dict(rows.values_list("how").annotate(n=Count("pk")).order_by("how"))


def letters_of(rep: Rep) -> QuerySet[FairnessLetter]:
    """Those that were sent, the newest first."""
    return FairnessLetter.objects.filter(rep=rep, is_sent=True).order_by("-week")


def letter_of(user: User, week: str) -> FairnessLetter | None:
    """The letter that was sent to this person about a week such as 2026-W47."""
    try:
        monday = read_week(week)
    except NotAWeek:
        return None
    return FairnessLetter.objects.filter(rep__user=user, week=monday, is_sent=True).first()


def _rotation_facts(rep: Rep, places: Collection[RotationMember], shares: Mapping[int, RotationShares]) -> list[Facts]:
    """One part for each rotation that took a turn or is on; numbers are rounded to a hundredth."""
    return [
        _part(rep, place, shares[place.rotation_id])
        for place in places
        if shares[place.rotation_id].turns or place.rotation.is_active
    ]


def _part(rep: Rep, place: RotationMember, shares: RotationShares) -> Facts:
    judged, weights = shares.judged(rep.pk), shares.weights
    return {
        "id": place.rotation_id,
        "name": place.rotation.name,
        "way": place.rotation.way,
        "turns": shares.turns,
        "got": shares.got[rep.pk],
        "given": round(float(judged.share.given), 2),
        "due": round(float(judged.share.due), 2),
        "is_fair": judged.level in (Level.IDEAL, Level.ACCEPTABLE),
        "weight": float(weights.get(rep.pk, 0)),
        "weights": float(sum(weights.values())),
        "has_weights": len(set(weights.values())) > 1,
        "passed": dict(sorted(shares.passed.get(rep.pk, {}).items())),
        "lines": dict(sorted(shares.lines.get(rep.pk, {}).items())),
        "owed": place.owed if place.left_at is None else 0,
        "is_member": place.left_at is None,
    }
