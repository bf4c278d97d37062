"""The rep's desk: own leads with the ones due first, the numbers of the day, leads closed today (C5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.timezone import get_current_timezone

from config.median import Median
from dashboards.decisions.agenda import GROUPS, NO_STEP, Task, next_task, task_group
from dashboards.queries.response import seconds_to_contact
from dashboards.queries.team import contacts_since
from dashboards.queries.time_left import contacts_left
from routing.decisions.availability.work_time import TimeLeft
from routing.models import Assignment
from routing.queries.rotation.openings import rep_places_in_line
from routing.queries.rotation.passed_over import PassedOver, passed_over_today

MAX_LEADS = 100
MAX_WITHOUT_STEP = 25
MAX_DOTS = 10
WITHOUT_STEP = Q(first_contact_at__isnull=False, follow_up_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One open lead in the list, with its clock; `left` is what the clock to first contact counts, if it pauses."""

    assignment: Assignment
    task: Task
    left: TimeLeft | None = None


@dataclass(frozen=True, slots=True)
class OwnLeads:
    """Own leads under their headings; `dated` and `without_step` count those beyond the length of the list too."""

    groups: list[tuple[str, list[Row]]]
    dated: int
    without_step: int

    @property
    def rows(self) -> list[Row]:
        return [row for _name, rows in self.groups for row in rows]

    @property
    def count(self) -> int:
        return self.dated + self.without_step

    @property
    def more(self) -> int:
        """Of those with a time."""
        return self.dated - sum(len(rows) for name, rows in self.groups if name != NO_STEP)

    @property
    def more_without_step(self) -> int:
        return self.without_step - sum(len(rows) for name, rows in self.groups if name == NO_STEP)


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """The numbers of a rep's day; None without a measurement (L2)."""

    taken: int
    contacted: int
    median_to_contact: timedelta | None
    counts_hours: bool  # some of the times to contact are working time (D3)
    within: int
    judged: int
    lines: list[dict]
    passed_over: PassedOver | None = None


def my_leads(user, *, at: datetime) -> OwnLeads:
    """Those with a time, due first, and those without a next step, longest without a contact first. Three queries, as
    long as the lists are whole; one more if clocks count working hours."""
    mine = Assignment.objects.open().filter(holder=user).select_related("lead__source", "lead__account")
    due = Case(When(first_contact_at__isnull=True, then=F("first_due_at")), default=F("follow_up_at"))
    dated = mine.exclude(WITHOUT_STEP).annotate(due=due).order_by(F("due").asc(nulls_last=True), "pk")
    idle = mine.filter(WITHOUT_STEP).order_by("first_contact_at", "pk")
    with_time, without = list(dated[:MAX_LEADS]), list(idle[:MAX_WITHOUT_STEP])
    shown = with_time + without
    pairs = zip(shown, contacts_left(shown, at=at), strict=True)
    found = [Row(row, _task_of(row), left) for row, left in pairs]
    here = at.astimezone(get_current_timezone())
    by_group: dict[str, list[Row]] = {name: [] for name in GROUPS}
    for row in found:
        by_group[task_group(row.task, at=here)].append(row)
    return OwnLeads(
        groups=[(name, rows) for name, rows in by_group.items() if rows],
        dated=len(with_time) if len(with_time) < MAX_LEADS else dated.count(),
        without_step=len(without) if len(without) < MAX_WITHOUT_STEP else idle.count(),
    )


def _task_of(row: Assignment) -> Task:
    return next_task(
        first_contact_at=row.first_contact_at,
        first_due_at=row.first_due_at,
        follow_up_at=row.follow_up_at,
        follow_up=row.follow_up,
    )


def day_numbers(user, *, at: datetime) -> DayNumbers:
    """Since midnight in the rep's time zone. `contacted` counts leads, as on Team, whenever they were taken; the median
    is of first contacts. `within` of `judged`: leads taken today that were contacted in time, of those contacted or due
    by now."""
    midnight = midnight_of(at)
    taken, contacted = Q(assigned_at__gte=midnight), Q(first_contact_at__gte=midnight)
    # only who holds a lead contacts it: so it is still open or ended later, and both have an index
    contacted_since = contacted & (Q(ended_at__isnull=True) | Q(ended_at__gte=midnight))
    due = Q(first_due_at__lt=at) | Q(first_contact_at__isnull=False, first_due_at__isnull=False)
    day = (
        Assignment.objects.standing()
        .filter(holder=user)
        .filter(taken | contacted_since)
        .aggregate(
            taken=Count("pk", filter=taken),
            median=Median(seconds_to_contact(), filter=contacted),
            clocks=Count("clock", filter=contacted),
            within=Count("pk", filter=taken & Q(first_contact_at__lte=F("first_due_at"))),
            judged=Count("pk", filter=taken & due),
        )
    )
    rep = getattr(user, "rep", None)
    lines = rep_places_in_line(rep, at=at) if rep else []
    return DayNumbers(
        taken=day["taken"],
        contacted=contacts_since([user.pk], since=midnight, at=at).get(user.pk, 0),
        median_to_contact=None if day["median"] is None else timedelta(seconds=day["median"]),
        counts_hours=day["clocks"] > 0,
        within=day["within"],
        judged=day["judged"],
        lines=[line | {"dots": _dots(line)} for line in lines],
        passed_over=passed_over_today(rep, [line["rotation"] for line in lines], midnight=midnight) if rep else None,
    )


def _dots(line: dict) -> list[bool]:
    """The line as at most ten dots; True is the rep's own."""
    return [number == line["place"] for number in range(1, min(line["of"], MAX_DOTS) + 1)]


def closed_today(user, *, at: datetime) -> QuerySet[Assignment]:
    """What this rep closed today: converted, won, lost or disqualified; not returns and reassignments."""
    ended = (
        Assignment.Ended.CONVERTED,
        Assignment.Ended.WON,
        Assignment.Ended.LOST,
        Assignment.Ended.DISQUALIFIED,
        Assignment.Ended.CLOSED,
    )
    return (
        Assignment.objects.filter(holder=user, ended_at__gte=midnight_of(at), ended_how__in=ended)
        .select_related("lead__source")
        .order_by("-ended_at", "-pk")
    )


def midnight_of(at: datetime) -> datetime:
    """The start of the day in the current time zone."""
    return at.astimezone(get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)
