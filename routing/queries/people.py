"""Read across the tables of routing: who is available, who is loaded, who stands where in line."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from json import dumps
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.utils.timezone import get_default_timezone

from leads.models import Activity
from routing.decisions.availability.hours import WorkingHours
from routing.decisions.availability.status import Absence, Availability, Person, Skips, availability
from routing.decisions.rotation.turns import in_line
from routing.models import Assignment, Notification, Rep, Rotation, Team, TimeOff
from routing.queries.availability.absences import hours_in
from routing.queries.rotation.state import candidates, line_of

UNDO_WITHIN = timedelta(minutes=5)  # of an assignment (C4b), and of a decision of the review desk
LARGEST_ID = 2**63 - 1  # what a database takes; addresses may hold more digits


def persons(reps: Iterable[Rep], *, at: datetime) -> dict[int, Person]:
    """What availability() needs to know about these reps, by rep id; one query for any number of them."""
    reps = list(reps)
    absences: dict[int, list[Absence]] = {}
    rows = TimeOff.objects.filter(rep__in=reps, ends_at__gt=at, starts_at__lte=at).order_by("starts_at", "pk")
    for row in rows:
        absences.setdefault(row.rep_id, []).append(Absence(row.starts_at, row.ends_at, row.kind))
    return {
        rep.pk: Person(
            rep_id=rep.pk,
            is_active=rep.user.is_active,
            is_switched_on=rep.is_available or (rep.away_until is not None and rep.away_until <= at),
            absences=tuple(absences.get(rep.pk, ())),
            capacity=rep.capacity,
            last_seen_at=rep.last_seen_at,
        )
        for rep in reps
    }


def availability_of(reps: Iterable[Rep], *, at: datetime) -> dict[int, Availability]:
    """Availability by rep id under the plain rules: active, switched on, not away."""
    return {pk: availability(person, Skips(), at) for pk, person in persons(reps, at=at).items()}


def possible_turns(rotation: Rotation, *, at: datetime) -> int | None:
    """How many leads this rotation would give out now; None is no limit, 0 that nobody can be given one."""
    if rotation.when_nobody != Rotation.WhenNobody.HOLD:
        return None
    rooms = [member.room for member in candidates(rotation, at=at) if not member.skip_reason]
    return None if None in rooms else sum(max(room, 0) for room in rooms)


def team_of(rep: Rep) -> Team | None:
    """Whose hours, time zone and public holidays the rep has where he or she has none: the first team by name."""
    return rep.teams.order_by("name", "pk").first()


def zone_of(rep: Rep) -> ZoneInfo:
    """Where the rep's days begin: the own time zone, else the team's, else that of this installation."""
    team = None if rep.time_zone else team_of(rep)
    name = rep.time_zone or (team.time_zone if team else "")
    return ZoneInfo(name) if name else get_default_timezone()


def hours_of(rep: Rep) -> WorkingHours | None:
    """When the rep works: by the own hours, else by those of the team, in the own time zone, else the team's; a team
    that has none works the usual ones. None for a rep without hours and without a team: around the clock."""
    team = team_of(rep)
    week = rep.own_hours or (team.working_hours if team else None)
    return None if week is None else hours_in(dumps(week), zone_of(rep).key)


def places_in_line(rep: Rep, *, at: datetime) -> list[dict]:
    """This rep's place in each of his or her rotations (C5): name, place (None when passed over), how many."""
    found = []
    rotations = Rotation.objects.filter(members__rep=rep, is_active=True).order_by("name", "pk").distinct()
    for rotation in rotations:
        line = in_line(line_of(rotation, at=at))
        place = line.index(rep.pk) + 1 if rep.pk in line else None
        found.append({"rotation": rotation, "place": place, "of": len(line)})
    return found


def team_mates(user) -> QuerySet[Rep]:
    """The reps of the teams this person manages; ops see all."""
    reps = Rep.objects.select_related("user").order_by("user__last_name", "user__first_name", "pk")
    if user.has_perm("queues.operate_queue"):
        return reps
    return reps.filter(teams__managers=user).distinct()


def manager_ids(team_ids: Iterable[int]) -> list[int]:
    """The active managers of these teams; without any, all active managers answer."""
    teams = Team.objects.filter(pk__in=list(team_ids))
    ids = teams.filter(managers__is_active=True).values_list("managers", flat=True).order_by("managers").distinct()
    return [pk for pk in ids if pk is not None]


def managers_of(holder_id: int) -> list[int]:
    """The managers of the teams of the rep who holds a lead."""
    team_ids = Team.objects.filter(reps__user=holder_id).values_list("pk", flat=True).order_by("pk")
    return manager_ids(team_ids)


def open_assignment(lead_id: int) -> Assignment | None:
    return Assignment.objects.open().filter(lead=lead_id).select_related("holder", "lead").first()


def can_be_undone(held: Assignment, *, at: datetime) -> bool:
    """For five minutes, and not once somebody has worked on it (C4b)."""
    is_untouched = held.is_open and held.first_contact_at is None and not held.breaches
    return is_untouched and at - held.assigned_at <= UNDO_WITHIN


def undoable_by(user, pk: int) -> Assignment | None:
    """An assignment, open or not, that this person made, or whose holder he or she manages (C4b)."""
    if pk > LARGEST_ID:
        return None
    mine = Q(assigned_by=user)
    if user.has_perm("queues.watch_queue"):
        mine |= Q(holder__in=Rep.objects.filter(teams__managers=user).values("user"))
    return Assignment.objects.filter(mine, pk=pk).select_related("lead", "holder", "ended_by").first()


def batch_of(one: Assignment) -> QuerySet[Assignment]:
    """Everything that was taken in the same act, ended or not; for a lead that was taken alone, only that."""
    together = Assignment.objects.filter(
        holder=one.holder_id,
        assigned_by=one.assigned_by_id,
        assigned_at=one.assigned_at,
        place_name=one.place_name,
        how=Assignment.How.BATCH,
    )
    found = together if one.how == Assignment.How.BATCH else Assignment.objects.filter(pk=one.pk)
    return found.select_related("lead", "holder").order_by("pk")


def unread_count(user) -> int:
    return Notification.objects.filter(user=user, read_at__isnull=True).count()


def may_hold(user_id: int, lead_id: int) -> bool:
    """Does this user hold the lead now?"""
    return Assignment.objects.open().filter(lead=lead_id, holder=user_id).exists()


def held_by(user, lead_id: int) -> Assignment | None:
    """The open assignment with which this person holds the lead."""
    if lead_id > LARGEST_ID:
        return None
    return Assignment.objects.open().filter(lead=lead_id, holder=user).select_related("lead__source", "holder").first()


def last_held_by(user, lead_id: int) -> Assignment | None:
    """The last time this person held the lead, if ever."""
    if lead_id > LARGEST_ID:
        return None
    mine = Assignment.objects.filter(lead=lead_id, holder=user).select_related("lead", "ended_by")
    return mine.order_by("-assigned_at", "-pk").first()


def did_already(lead_id: int, *, by, kind: str, seen: int | None, details: dict) -> bool:
    """Whether this person wrote the very same line after the newest one (`seen`) that the page had shown: a second
    click, not a second act."""
    if seen is None:
        return False
    later = Activity.objects.filter(lead=lead_id, by=by, kind=kind, pk__gt=seen)
    return later.filter(**{f"details__{name}": value for name, value in details.items()}).exists()
