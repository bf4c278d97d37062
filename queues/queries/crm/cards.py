"""Connections as their page shows them: what came today, what waits, who is matched (I4)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from config.models import BackgroundJob
from queues.decisions.crm.windows import BEGINNING
from queues.models import Connection, CrmLink, RemotePerson
from queues.queries.crm.removing import removals

State = Connection.State
WORST_FIRST = {State.BROKEN: 0, State.PAUSED: 1, State.DRAFT: 2, State.WORKING: 3, State.OFF: 4, State.REMOVING: 5}
LOOKED_AT = 200  # newest writes, for how fast they are


@dataclass(frozen=True, slots=True)
class Standing:
    """`waiting` changes wait to be written, the oldest since `oldest_at`; `problems` are links that need a person.
    `seconds`: so fast were 95 of 100 writes of the last day; None without one."""

    connection: Connection
    people: int = 0
    matched: int = 0
    in_today: int = 0
    out_today: int = 0
    waiting: int = 0
    oldest_at: datetime | None = None
    problems: int = 0
    seconds: int | None = None
    removal: BackgroundJob | None = None  # of one that is being removed


def standings(*, at: datetime, only: Connection | None = None) -> list[Standing]:
    """The worst first. A fixed number of statements, and each reads a part of an index: the page is asked for again
    and again while there are half a million links."""
    found = Connection.objects.order_by("name", "pk") if only is None else [only]
    connections = list(found)
    figures: dict[int, dict] = {each.pk: {} for each in connections}
    for counted in (_people(connections), *_links(connections, midnight(at))):
        for row in counted:
            figures[row.pop("connection")] |= row
    seconds = _seconds(connections, at)
    ends = removals(connections)
    rows = [
        Standing(each, **figures[each.pk], seconds=seconds.get(each.pk), removal=ends.get(each.pk))
        for each in connections
    ]
    return sorted(rows, key=_badness)


def standing_of(connection: Connection, *, at: datetime) -> Standing:
    return standings(at=at, only=connection)[0]


def midnight(at: datetime) -> datetime:
    return at.astimezone(timezone.get_current_timezone()).replace(hour=0, minute=0, second=0, microsecond=0)


def _badness(row: Standing) -> tuple[int, bool]:
    """What works but was not taken comes before what is being set up."""
    state = State(row.connection.state)
    is_stuck = state == State.WORKING and bool(row.problems)
    return WORST_FIRST[State.PAUSED if is_stuck else state], not row.problems


def _people(connections: list[Connection]):
    theirs = RemotePerson.objects.filter(connection__in=connections, is_active=True, is_group=False)
    return theirs.order_by().values("connection").annotate(people=Count("pk"), matched=Count("pk", ~Q(how="")))


def _links(connections: list[Connection], day: datetime) -> Iterator[QuerySet]:
    """Each with a bound on the second column of its index, without which SQLite takes another one."""
    links = CrmLink.objects.filter(connection__in=connections).order_by().values("connection")
    yield links.filter(made_at__gte=day).annotate(in_today=Count("pk"))
    yield links.filter(written_at__gte=day).annotate(out_today=Count("pk"))
    yield links.filter(next_at__gte=BEGINNING).annotate(waiting=Count("pk"), oldest_at=Min("wanted_at"))
    yield links.exclude(problem="").filter(problem_at__gte=BEGINNING).annotate(problems=Count("pk"))


def _seconds(connections: Sequence[Connection], at: datetime) -> dict[int, int]:
    """By connection, of those that work."""
    working = [each.pk for each in connections if each.state == State.WORKING]
    if not working:
        return {}
    lately = CrmLink.objects.filter(connection__in=working, written_at__gt=at - timedelta(days=1))
    pairs = lately.filter(wanted_at__isnull=False, next_at__isnull=True, written_at__gte=F("wanted_at"))
    newest = pairs.order_by("-written_at", "-pk").annotate(took=F("written_at") - F("wanted_at"))
    times: dict[int, list[float]] = {}
    for pk, took in newest.values_list("connection", "took")[: LOOKED_AT * len(working)]:
        times.setdefault(pk, []).append(took.total_seconds())
    return {pk: ceil(sorted(each)[ceil(len(each) * 0.95) - 1]) for pk, each in times.items()}
