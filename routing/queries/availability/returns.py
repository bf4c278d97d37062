"""Reads the preview of returns: what skipped turns mean for members who are, were or will be away (F5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import dumps
from zoneinfo import ZoneInfo

from django.db.models import Count, Min

from config.company import company_zone
from routing.decisions.availability.hours import WorkingHours
from routing.decisions.availability.returns import ReturnPreview, away_span, preview_owed, preview_return
from routing.decisions.availability.skip_reasons import AWAY
from routing.decisions.availability.status import Absence
from routing.decisions.rotation.state import Candidate
from routing.models import Rep, Rotation, TimeOff, Turn
from routing.queries.availability.absences import working_hours_in
from routing.queries.first_teams import first_teams
from routing.queries.rotation.my_turns import my_rotations
from routing.queries.rotation.state import RotationState, availability_rules, load_state, skipped_turn_policy

RECENT = timedelta(days=14)
ONE_DAY = timedelta(days=1)
LOOKED_AHEAD = timedelta(days=366)
MAX_NAMED = 8
MAX_ROTATIONS = 20


@dataclass(frozen=True, slots=True)
class _Calendars:
    """Absences, hours and time zones by rep, read for several reps at once."""

    absences: dict[int, list[Absence]]
    hours: dict[int, WorkingHours | None]
    zones: dict[int, ZoneInfo]


def returns_of_members(rotation: Rotation, *, at: datetime) -> list[tuple[Rep, ReturnPreview]]:
    """Members who are away until a known time, and members who are still owed turns; the first few."""
    state = load_state(rotation, at=at)
    concerned = [each for each in state.members if _is_away(each) or (each.owed > 0 and not each.skip_reason)]
    concerned = concerned[:MAX_NAMED]
    if not concerned:
        return []
    reps = Rep.objects.select_related("user").in_bulk([each.rep_id for each in concerned])
    calendars, pace = _calendars(list(reps.values()), at=at), turns_a_day(rotation, at=at)
    found = []
    for each in concerned:
        preview = _preview(rotation, state, each, calendars, pace, at=at)
        if preview is not None:
            found.append((reps[each.rep_id], preview))
    return found


def returns_of_rep(rep: Rep, *, at: datetime) -> list[tuple[Rotation, ReturnPreview]]:
    """For each of the rep's rotations: the preview for the current or next absence, or for turns still owed."""
    calendars, found = _calendars([rep], at=at), []
    rotations = my_rotations(rep).filter(is_active=True)[:MAX_ROTATIONS]
    for rotation in rotations:
        state = load_state(rotation, at=at)
        mine = next(each for each in state.members if each.rep_id == rep.pk)
        preview = _preview(rotation, state, mine, calendars, turns_a_day(rotation, at=at), at=at)
        if preview is not None:
            found.append((rotation, preview))
    return found


def turns_a_day(rotation: Rotation, *, at: datetime) -> float:
    """How many turns a day the rotation took in the last two weeks, or since its first turn if that was later."""
    recent = Turn.objects.filter(rotation=rotation, at__gt=at - RECENT, at__lte=at)
    counted = recent.aggregate(turns=Count("pk"), first=Min("at"))
    if not counted["turns"]:
        return 0.0
    return counted["turns"] / max((at - counted["first"]) / ONE_DAY, 1.0)


def _is_away(member: Candidate) -> bool:
    return not member.is_paused and member.weight > 0 and member.reason in AWAY


def _preview(
    rotation: Rotation, state: RotationState, member: Candidate, calendars: _Calendars, pace: float, *, at: datetime
) -> ReturnPreview | None:
    rep, policy = member.rep_id, skipped_turn_policy(rotation)
    zone, hours = calendars.zones[rep], calendars.hours[rep]
    span = away_span(calendars.absences.get(rep, []), at=at, rules=availability_rules(rotation), hours=hours)
    is_away = _is_away(member)
    if member.owed > 0 and not is_away:
        return preview_owed(member, policy, today=at.astimezone(zone).date(), hours=hours)
    if span is None or member.is_paused or member.weight <= 0:
        return None
    away_for = state.away_for.get(member.member_id, "")
    return preview_return(
        member,
        state,
        policy,
        away_for=away_for if member.reason == away_for else "",
        span=span,
        turns_a_day=pace,
        today=span[1].astimezone(zone).date(),
        hours=hours,
    )


def _calendars(reps: Sequence[Rep], *, at: datetime) -> _Calendars:
    absences: dict[int, list[Absence]] = {}
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at, starts_at__lte=at + LOOKED_AHEAD)
    for rep, *span in rows.order_by("starts_at", "pk").values_list("rep", "starts_at", "ends_at", "kind"):
        absences.setdefault(rep, []).append(Absence(*span))
    links = Rep.teams.through.objects.filter(rep__in=reps)
    teams = first_teams(links, "team__working_hours", "team__time_zone")
    hours, zones = {}, {}
    for rep in reps:
        week, zone = teams.get(rep.pk, (None, company_zone().key))
        zones[rep.pk] = ZoneInfo(rep.time_zone or zone)
        hours[rep.pk] = _hours(rep.own_hours or week, zones[rep.pk])
    return _Calendars(absences, hours, zones)


def _hours(week: dict | None, zone: ZoneInfo) -> WorkingHours | None:
    return working_hours_in("" if week is None else dumps(week), zone.key)
