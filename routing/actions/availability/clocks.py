"""Keep the working time of teams and reps as stretches, some months ahead, for clocks in working hours (D3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from routing.decisions.availability.filling import Refill, refill, spans_of
from routing.decisions.availability.work_time import Stretch
from routing.models import Rep, Team, WorkCalendar, WorkStretch
from routing.queries.availability.work_hours import WorkPlan, plans_of_reps, plans_of_teams
from routing.signals import hours_changed

AHEAD = timedelta(days=200)
PAST = timedelta(days=100)  # a new calendar begins so long ago, for what is being measured already
CHUNK_SIZE = 50
MAX_SUBJECT = 60
CLOCKS = "clocks"
WHY = "hours"  # why deadlines moved, as queues.DeadlineMove names it
MICROSECOND = timedelta(microseconds=1)
OF_NOBODY = WorkPlan(hours=None, zone=ZoneInfo("UTC"))  # its team or rep was deleted


@transaction.atomic
def sync_clocks(scope: Mapping[str, list[int]], *, name: str, by: User | None, at: datetime, why: str = WHY) -> None:
    """After hours, holidays or days off changed, for {"teams": ids} and their reps, {"reps": ids}, or everybody ({}).
    Call it once the change is saved, in its transaction. Reps get a calendar only by give_clocks()."""
    _make_of_teams(scope, at=at)
    found = calendars_in(scope)
    if found.count() <= CHUNK_SIZE:
        _fill(list(found.values_list("pk", flat=True)), name=name, why=why, by=by, at=at)
        return
    subject = "-".join(f"{key} {','.join(map(str, sorted(ids)))}" for key, ids in scope.items()) or "everybody"
    if len(subject) > MAX_SUBJECT:
        scope, subject = {}, "everybody"
    start_job(CLOCKS, subject=subject, subject_name=name, arguments={**scope, "name": name, "why": why}, by=by, at=at)


@transaction.atomic
def give_clocks(rep_ids: Iterable[int], *, at: datetime) -> int:
    """Give these reps a calendar of their own, for queues that count the holder's hours. Returns how many got one."""
    reps = list(Rep.objects.filter(pk__in=list(rep_ids), clock=None).order_by("pk").select_for_update(no_key=True))
    made = []
    for rep in reps:
        calendar, _made = WorkCalendar.objects.get_or_create(rep=rep, defaults=_unfilled(at))
        Rep.objects.filter(pk=rep.pk).update(clock=calendar)
        made.append(calendar.pk)
    _fill(made, by=None, at=at)
    return len(made)


@transaction.atomic
def retire_clock(calendar_id: int, *, name: str, why: str, by: User | None, at: datetime) -> None:
    """After its team or rep was deleted: what it measures counts all hours from now on."""
    _fill([calendar_id], name=name, why=why, by=by, at=at)


def extend_clocks(*, at: datetime) -> int:
    """Every night: one day more for all calendars, and the first days of teams that have none. Returns how many."""
    with transaction.atomic():
        _make_of_teams({}, at=at)
    ids = list(WorkCalendar.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK_SIZE):
        _fill(ids[start : start + CHUNK_SIZE], by=None, at=at)
    return len(ids)


def calendars_in(scope: Arguments) -> QuerySet[WorkCalendar]:
    found = WorkCalendar.objects.order_by("pk")
    if "reps" in scope:
        return found.filter(rep__in=scope["reps"])
    if "teams" in scope:
        reps = Rep.teams.through.objects.filter(team__in=scope["teams"]).values("rep")
        return found.filter(Q(team__in=scope["teams"]) | Q(rep__in=reps))
    return found


def count_calendars(arguments: Arguments) -> int:
    return calendars_in(arguments).count()


def fill_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of such a job: the next calendars by id."""
    ids = list(calendars_in(arguments).filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK_SIZE])
    _fill(ids, name=arguments.get("name", ""), why=arguments.get("why", WHY), by=by, at=at)
    return Chunk(len(ids), ids[-1] if ids else after, is_last=len(ids) < CHUNK_SIZE)


def _make_of_teams(scope: Mapping[str, list[int]], *, at: datetime) -> None:
    """Only teams with hours have a calendar. One that loses its hours keeps it, and then all hours count."""
    if "reps" in scope:
        return
    teams = Team.objects.filter(work_calendar=None).exclude(working_hours={})
    for team in teams.filter(pk__in=scope["teams"]) if "teams" in scope else teams:
        WorkCalendar.objects.get_or_create(team=team, defaults=_unfilled(at))


def _unfilled(at: datetime) -> dict:
    return {"zone": "UTC", "filled_until": (at - PAST).date(), "changed_at": at}


@transaction.atomic
def _fill(calendar_ids: Sequence[int], *, name: str = "", why: str = WHY, by: User | None, at: datetime) -> None:
    """Bring these calendars in line with the hours of now; nothing is written where nothing changed today."""
    if not calendar_ids:
        return
    rows = WorkCalendar.objects.filter(pk__in=calendar_ids).select_related("team", "rep").order_by("pk")
    calendars = list(rows.select_for_update(of=("self",), no_key=True))  # a claim by one of them need not wait
    until = datetime.combine((at + AHEAD).astimezone(UTC).date(), time(0), tzinfo=UTC)
    teams = [each.team for each in calendars if each.team]
    reps = [each.rep for each in calendars if each.rep]
    of_teams = plans_of_teams(teams, first=at - PAST, last=until) if teams else {}
    of_reps = plans_of_reps(reps, first=at - PAST, last=until, at=at) if reps else {}
    changed = []
    for each in calendars:
        plan = of_teams.get(each.team_id or 0) or of_reps.get(each.rep_id or 0, OF_NOBODY)
        if _fill_one(each, plan, until=until, at=at):
            changed.append(each.pk)
    if changed:
        hours_changed.send(WorkCalendar, calendars=changed, name=name, why=why, by=by, at=at)


def _fill_one(calendar: WorkCalendar, plan: WorkPlan, *, until: datetime, at: datetime) -> bool:
    """Whether other hours count now than before; False for what was filled the first time."""
    is_new = not calendar.digest
    start = at - PAST if is_new else at
    spans = spans_of(plan.hours, plan.away, start=start, until=until)
    made_of = until, plan.zone.key, plan.hours and plan.hours.blocks, spans[0][1], spans[1:]
    digest = sha256(repr(made_of).encode()).hexdigest()
    if digest == calendar.digest:
        return False
    known_until = datetime.combine(calendar.filled_until, time(0), tzinfo=UTC)
    found = refill(_known(calendar, start), spans, at=start, known_until=None if is_new else known_until)
    _write(calendar, found, at=start)
    calendar.digest, calendar.zone, calendar.filled_until = digest, plan.zone.key, until.date()
    calendar.changed_at = at if found.is_changed else calendar.changed_at
    calendar.save(update_fields=["digest", "zone", "filled_until", "changed_at"])
    return found.is_changed and not is_new


def _known(calendar: WorkCalendar, at: datetime) -> list[Stretch]:
    """From the last stretch that began before this moment."""
    rows = calendar.stretches.values_list("starts_at", "ends_at", "before")
    last = rows.filter(starts_at__lt=at).order_by("-starts_at", "-pk")[:1]
    later = rows.filter(starts_at__gte=at).order_by("starts_at", "pk")
    return [Stretch(starts_at, ends_at, before * MICROSECOND) for starts_at, ends_at, before in (*last, *later)]


def _write(calendar: WorkCalendar, found: Refill, *, at: datetime) -> None:
    later = calendar.stretches.filter(starts_at__gte=at)
    later._raw_delete(later.db)
    if found.cut is not None:
        calendar.stretches.filter(starts_at=found.cut.starts_at).update(ends_at=found.cut.ends_at)
    WorkStretch.objects.bulk_create(
        WorkStretch(
            calendar=calendar, starts_at=each.starts_at, ends_at=each.ends_at, before=each.before // MICROSECOND
        )
        for each in found.new
    )
