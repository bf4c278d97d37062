"""Reads what the skipped turns will mean for who is away, was away, or will be (F5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from zoneinfo import ZoneInfo

from django.db.models import Count, Min
from django.utils.timezone import get_default_timezone_name

from routing.decisions.availability.hours import WorkingHours
from routing.decisions.availability.returns import Return, away_span, foreseen, made_good
from routing.decisions.availability.status import AWAY, Absence
from routing.decisions.rotation.state import Candidate
from routing.models import Rep, Rotation, TimeOff, Turn
from routing.queries.availability.absences import hours_in
from routing.queries.first_teams import first_teams
from routing.queries.rotation.state import Seen, seen, skipped_of, skips_of

LATELY = timedelta(days=14)
ONE_DAY = timedelta(days=1)
LOOKED_AHEAD = timedelta(days=366)
MOST_NAMED = 8
MOST_ROTATIONS = 20


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read of several people at once."""

    absences: dict[int, list[Absence]]
    hours: dict[int, WorkingHours | None]
    zones: dict[int, ZoneInfo]


def returning(rotation: Rotation, *, at: datetime) -> list[tuple[Rep, Return]]:
    """The members who are away until a known time, and those to whom turns are still owed; the first few."""
    now = seen(rotation, at=at)
    concerned = [each for each in now.line.members if _is_away(each) or (each.owed > 0 and not each.skip_reason)]
    concerned = concerned[:MOST_NAMED]
    if not concerned:
        return []
    reps = Rep.objects.select_related("user").in_bulk([each.rep_id for each in concerned])
    known, pace = _known(list(reps.values()), at=at), turns_a_day(rotation, at=at)
    found = []
    for each in concerned:
        told = _return_of(rotation, now, each, known, pace, at=at)
        if told is not None:
            found.append((reps[each.rep_id], told))
    return found


def my_returns(rep: Rep, *, at: datetime) -> list[tuple[Rotation, Return]]:
    """For the absence that holds now or comes next, or for what is still owed: one line for each own rotation."""
    known, found = _known([rep], at=at), []
    rotations = Rotation.objects.filter(members__rep=rep, is_active=True).order_by("name", "pk")[:MOST_ROTATIONS]
    for rotation in rotations:
        now = seen(rotation, at=at)
        mine = next(each for each in now.line.members if each.rep_id == rep.pk)
        told = _return_of(rotation, now, mine, known, turns_a_day(rotation, at=at), at=at)
        if told is not None:
            found.append((rotation, told))
    return found


def turns_a_day(rotation: Rotation, *, at: datetime) -> float:
    """How many turns the rotation took a day lately, or since its first turn if that was later."""
    recent = Turn.objects.filter(rotation=rotation, at__gt=at - LATELY, at__lte=at)
    counted = recent.aggregate(turns=Count("pk"), first=Min("at"))
    if not counted["turns"]:
        return 0.0
    return counted["turns"] / max((at - counted["first"]) / ONE_DAY, 1.0)


def _is_away(member: Candidate) -> bool:
    return not member.is_paused and member.weight > 0 and member.reason in AWAY


def _return_of(
    rotation: Rotation, now: Seen, member: Candidate, known: _Known, pace: float, *, at: datetime
) -> Return | None:
    skipped, zone, hours = skipped_of(rotation), known.zones[member.rep_id], known.hours[member.rep_id]
    span = away_span(known.absences.get(member.rep_id, []), at=at, skips=skips_of(rotation), hours=hours)
    is_away = _is_away(member)
    if member.owed > 0 and not is_away:
        return made_good(member, skipped, today=at.astimezone(zone).date(), hours=hours)
    if span is None or member.is_paused or member.weight <= 0:
        return None
    return foreseen(
        member,
        now.line,
        skipped,
        away_for=now.away_for[member.member_id] if member.reason == now.away_for[member.member_id] else "",
        span=span,
        turns_a_day=pace,
        today=span[1].astimezone(zone).date(),
        hours=hours,
    )


def _known(reps: Sequence[Rep], *, at: datetime) -> _Known:
    absences: dict[int, list[Absence]] = {}
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at, starts_at__lte=at + LOOKED_AHEAD)
    for rep, *span in rows.order_by("starts_at", "pk").values_list("rep", "starts_at", "ends_at", "kind"):
        absences.setdefault(rep, []).append(Absence(*span))
    links = Rep.teams.through.objects.filter(rep__in=reps)
    teams = first_teams(links, "team__working_hours", "team__time_zone")
    hours, zones = {}, {}
    for rep in reps:
        week, zone = teams.get(rep.pk, (None, get_default_timezone_name()))
        zones[rep.pk] = ZoneInfo(rep.time_zone or zone)
        hours[rep.pk] = _hours(rep.own_hours or week, zones[rep.pk])
    return _Known(absences, hours, zones)


def _hours(week: dict | None, zone: ZoneInfo) -> WorkingHours | None:
    return hours_in("" if week is None else dumps(week), zone.key)
