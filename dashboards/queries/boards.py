"""The rows that a figure of a board counts, for the list of leads behind it (E10).

A period is given by its first and its last instant, which both belong to it, so that a list opened later still has what
the board counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, Sum, Value, When

from config.web.ids import read_id
from dashboards.queries.reports.reach import managed_queues
from leads.models import Activity, Lead
from queues.models import Entry
from queues.queries.figures.asked import INSTANT
from queues.queries.figures.moves import DAY, IS_WITHIN_DAY, LASTED_A_DAY, entered, left
from queues.queries.figures.stays import GIVEN
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, Turn
from routing.queries.acts import is_undone
from routing.queries.rotation.overview import openable_rotations
from routing.queries.rotation.turn_sums import standing_turns


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays in these queues; of one source, or of one way out (`left`, `how`), where asked for."""

    queue_ids: list[int]
    source: int | None = None
    way: tuple[str, str] | None = None

    def of(self, rows: QuerySet[Entry]) -> QuerySet[Entry]:
        if self.source is not None:
            rows = rows.filter(lead__source=self.source)
        if self.way is not None:
            rows = rows.filter(_is_way(*self.way))
        return rows.select_related("lead__source", "queue")


def stays_asked(user, by: str, value: str) -> Stays:
    """Of the queues of this person: of all that are on, of one, or of all from one source or out one way. Raises
    KeyError for what is not there."""
    queues = managed_queues(user)
    if not by:
        return Stays(list(queues.filter(is_active=True).values_list("pk", flat=True)))
    ids = list(queues.values_list("pk", flat=True))
    if by == "all":
        return Stays(ids)
    if by == "way":
        way, _dot, how = value.partition(".")
        return Stays(ids, way=(way, how))
    pk = read_id(value)
    if pk is None or by not in ("queue", "source") or (by == "queue" and pk not in ids):
        raise KeyError(value)
    return Stays([pk]) if by == "queue" else Stays(ids, source=pk)


def waiting(asked: Stays) -> QuerySet[Entry]:
    """Who waits now, the oldest first."""
    rows = Entry.objects.waiting().filter(queue__in=asked.queue_ids)
    return asked.of(rows).order_by("since_at", "pk")


def late(asked: Stays, *, at: datetime) -> QuerySet[Entry]:
    """Who waits now beyond the limit, the first to break it on top."""
    rows = Entry.objects.waiting().filter(queue__in=asked.queue_ids, wait_due_at__lt=at)
    return asked.of(rows).order_by("wait_due_at", "pk")


def came(asked: Stays, since: datetime, until: datetime) -> QuerySet[Entry]:
    """The latest first."""
    return asked.of(entered(since, until + INSTANT, asked.queue_ids)).order_by("-entered_at", "-pk")


def went(asked: Stays, since: datetime, until: datetime) -> QuerySet[Entry]:
    """The latest first."""
    return asked.of(left(since, until + INSTANT, asked.queue_ids)).order_by("-left_at", "-pk")


def claimed(asked: Stays, since: datetime, until: datetime) -> QuerySet[Entry]:
    """The latest first, with `is_in_time`: not after the longest wait."""
    rows = went(asked, since, until).filter(left_how__in=GIVEN)
    return rows.annotate(is_in_time=_whether(Q(left_at__lte=F("wait_due_at"))))


def decided(asked: Stays, since: datetime, until: datetime) -> QuerySet[Entry]:
    """Claimed within 24 hours of entering, or became 24 hours old (D5), the latest to enter first; `is_within` tells
    which."""
    rows = entered(since - DAY, until + INSTANT, asked.queue_ids).annotate(is_within=_whether(IS_WITHIN_DAY))
    within = IS_WITHIN_DAY & Q(left_at__gte=since, left_at__lte=until)
    turned = LASTED_A_DAY & Q(entered_at__lte=until - DAY)
    return asked.of(rows.filter(within | turned)).order_by("-entered_at", "-pk")


def held_now(reps: Sequence[int] | None, *, silent: bool = False) -> QuerySet[Assignment]:
    """Open leads of these users (None: of all), those that are due first on top; `silent`: not contacted yet."""
    rows = Assignment.objects.filter(ended_at__isnull=True)
    rows = rows.filter(first_contact_at__isnull=True) if silent else rows
    return _held(rows, reps).order_by(F("contact_due_at").asc(nulls_last=True), "assigned_at", "pk")


def taken(reps: Sequence[int] | None, since: datetime, until: datetime) -> QuerySet[Assignment]:
    """What they took or were given, without what was undone; the latest first."""
    rows = Assignment.objects.standing().filter(assigned_at__gte=since, assigned_at__lte=until)
    return _held(rows, reps).order_by("-assigned_at", "-pk")


def contacted(reps: Sequence[int] | None, since: datetime, until: datetime) -> QuerySet[Lead]:
    """Leads that they contacted, each once; without contacts that were taken back."""
    acts = Activity.objects.filter(~is_undone(), kind=Activity.Kind.CONTACTED, at__gte=since, at__lte=until)
    acts = acts if reps is None else acts.filter(by__in=reps)
    return Lead.objects.filter(pk__in=acts.values("lead")).select_related("source").order_by("-pk")


def turns(user, rotation: int | None, rep: int | None, since: datetime, until: datetime) -> QuerySet[Turn]:
    """What turns of a rotation gave to a member, without undone ones, the latest first. Raises KeyError for a rotation
    that this person does not manage."""
    if rotation is None or rep is None or rotation not in openable_rotations(user, [rotation]):
        raise KeyError(rotation)
    rows = standing_turns([rotation]).filter(rep=rep, at__gte=since, at__lte=until)
    return rows.select_related("lead__source", "assignment").order_by("-at", "-pk")


def given(user, rotation: int | None, rep: int | None, since: datetime, until: datetime) -> QuerySet[LedgerLine]:
    """The lines of a rotation that gave something to a member: turns, without undone ones, and leads that were counted
    as turns, or no longer; the latest first. Raises KeyError for a rotation that this person does not manage."""
    if rotation is None or rep is None or rotation not in openable_rotations(user, [rotation]):
        raise KeyError(rotation)
    stood = Q(turn__in=standing_turns([rotation]).filter(rep=rep, at__gte=since, at__lte=until))
    counted = Q(kind=LedgerLine.Kind.COUNTED, rep=rep, at__gte=since, at__lte=until)
    rows = LedgerLine.objects.filter(stood & Q(kind=LedgerLine.Kind.GIVEN) | counted, rotation=rotation)
    return rows.select_related("turn__lead__source").order_by("-at", "-pk")


def turns_of(lines: QuerySet[LedgerLine]) -> Fraction:
    """How many turns they add up to."""
    sums = lines.order_by().aggregate(turns=Sum("turn__size"), counted=Sum("given", filter=Q(turn__isnull=True)))
    return Fraction((sums["turns"] or 0) + (sums["counted"] or 0), TURN)


def find_leads(lines: Sequence[Any]) -> None:
    """Give each line its lead, which lines of leads by hand name by their assignment, and its size in turns."""
    wanted = {line.details.get("assignment") for line in lines if line.turn is None} - {None}
    held = Assignment.objects.select_related("lead__source").in_bulk(wanted)
    for line in lines:
        assignment = held.get(line.details.get("assignment"))
        line.its_lead = line.turn.lead if line.turn else assignment and assignment.lead
        line.size = Fraction(line.turn.size if line.turn else line.given, TURN)


def _held(rows: QuerySet[Assignment], reps: Sequence[int] | None) -> QuerySet[Assignment]:
    rows = rows if reps is None else rows.filter(holder__in=reps)
    return rows.select_related("lead__source", "holder")


def _is_way(way: str, how: str) -> Q:
    """As counted_ways() names it: a kind of assignment only where the stay ended with one."""
    if way not in GIVEN:
        return Q(left_how=way)
    return Q(left_how=way) & (Q(assignment__how=how) if how else Q(assignment__isnull=True))


def _whether(is_so: Q) -> Case:
    return Case(When(is_so, then=Value(True)), default=Value(False), output_field=BooleanField())
