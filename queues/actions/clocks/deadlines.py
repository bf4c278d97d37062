"""Move deadlines that lie ahead when hours, days off or limits change (D3).

Which rows and what they get is worked out without a lock; one statement writes those that are still as they were read.
So nobody who takes a lead waits for a whole queue, and a clock that somebody stopped meanwhile stays stopped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.live import announce
from config.models import BackgroundJob
from queues.actions.clocks.guarded_update import Moved, write_contacts, write_waits
from queues.decisions.escalation import next_due
from queues.models import DeadlineMove, Entry, Queue
from queues.models.entry import EntryQuerySet
from queues.queries.limits import contact_terms, steps_by_queue, type_limits, wait_clock, wait_due
from routing.decisions.availability.work_time import Clock
from routing.models import Assignment, WorkCalendar
from routing.models.assignment import AssignmentQuerySet
from routing.queries.work_time import clocks_of, contact_calendars

MOVE_DEADLINES = "move_deadlines"
CHUNK_SIZE = 1000
CONTACTS = 2**48  # a cursor from here on counts assignments, one below entries
OF_ENTRIES = ("queue", "since_at", "entered_at", "wait_due_at", "lead__lead_type")  # whole rows take most of the time
OF_CONTACTS = (
    "holder", "place_id", "clock", "clock_from_at", "assigned_at", "breaches", "contact_minutes", "contact_due_at",
    "first_due_at", "remind_at", "lead__lead_type",
)  # fmt: skip
IN_FLIGHT = timedelta(minutes=2)
RECENT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deadlines. Where a queue changed, its terms are read again; where hours did, limits stay as they were."""

    calendars: frozenset[int] = frozenset()
    queues: frozenset[int] = frozenset()
    lead_types: frozenset[str] = frozenset()  # only leads of these; empty: of all
    since: datetime | None = None  # only what began at this time or later

    @classmethod
    def of(cls, arguments: Arguments) -> "Scope":
        lead_types = frozenset(arguments.get("lead_types", ()))  # a job of the release before has none
        return cls(frozenset(arguments["calendars"]), frozenset(arguments["queues"]), lead_types)

    def entries(self, at: datetime) -> EntryQuerySet:
        """Waiting leads whose longest wait is over later than this."""
        by_calendar = Q(queue__wait_counts=Queue.WaitCounts.TEAM, queue__team__work_calendar__in=self.calendars)
        found = Entry.objects.waiting().filter(by_calendar | Q(queue__in=self.queues))
        found = found.filter(self._types(), wait_breached_at=None, wait_due_at__gt=at)
        return found.filter(entered_at__gte=self.since) if self.since else found

    def contacts(self, at: datetime) -> AssignmentQuerySet:
        found = self.held().filter(contact_due_at__gt=at)
        return found.filter(assigned_at__gte=self.since) if self.since else found

    def held(self) -> AssignmentQuerySet:
        of_clock = Q(clock__in=self.calendars) | Q(place_id__in=self.queues)
        return Assignment.objects.uncontacted().filter(of_clock, self._types())

    def _types(self) -> Q:
        return Q(lead__lead_type__in=self.lead_types) if self.lead_types else Q()


def move_deadlines(
    *,
    why: str,
    calendars: Collection[int] = (),
    queues: Collection[int] = (),
    lead_types: Collection[str] = (),
    name: str = "",
    by: User | None,
    at: datetime,
) -> BackgroundJob | None:
    """Start the job that gives waiting leads and open contact clocks of these calendars and queues their new deadlines;
    None if there is nothing to move. Call it after the change is saved, in its transaction.

    A deadline that has passed stays, and none moves before `at`.
    """
    _note_edit(queues, at=at)
    called = name or _name(calendars, queues)
    arguments: dict[str, Any] = {
        "calendars": sorted(calendars),
        "queues": sorted(queues),
        "lead_types": sorted(lead_types),
        "why": str(why),
        "name": called,
        "at": at.isoformat(),
    }
    if not count_deadlines(arguments):
        return None
    marks = [*(f"c{pk}" for pk in arguments["calendars"]), *(f"q{pk}" for pk in arguments["queues"])]
    subject = "-".join([*marks, *arguments["lead_types"]])
    if len(subject) > 60:  # a newer job replaces an older one of its subject, so the subject must say all of it
        subject = sha256(subject.encode()).hexdigest()[:60]
    return start_job(MOVE_DEADLINES, subject=subject, subject_name=called, arguments=arguments, by=by, at=at)


def _note_edit(queues: Collection[int], *, at: datetime) -> None:
    """For claims that are on their way (settle_in_flight). In one order, so that two edits wait for each other."""
    if queues:
        rows = Queue.objects.select_for_update(no_key=True).filter(pk__in=queues).order_by("pk")
        Queue.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(clocks_changed_at=at)


def count_deadlines(arguments: Arguments) -> int:
    scope, edited_at = Scope.of(arguments), datetime.fromisoformat(arguments["at"])
    return scope.entries(edited_at).count() + scope.contacts(edited_at).count()


def move_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of such a job: the next entries by id, after the last of them the next assignments. Twice does no harm:
    then the deadlines are as they should be already."""
    scope, edited_at = Scope.of(arguments), datetime.fromisoformat(arguments["at"])
    with transaction.atomic():
        if after < CONTACTS:
            ids, moved = _move_waits(scope, after=after, edited_at=edited_at)
            last = ids[-1] if len(ids) == CHUNK_SIZE else CONTACTS
            chunk = Chunk(len(ids), last, is_last=False)
        else:
            ids, moved = _move_contacts(scope, after=after - CONTACTS, edited_at=edited_at, at=at)
            last = CONTACTS + ids[-1] if ids else after
            chunk = Chunk(len(ids), last, is_last=len(ids) < CHUNK_SIZE)
        if moved.count:
            _note(arguments, moved.count, by=by, at=edited_at)
            announce(*sorted(moved.topics))
    return chunk


@transaction.atomic
def settle_in_flight(*, at: datetime) -> int:
    """A claim that read the hours or limits of before may commit after the job looked: look once more at what began
    around an edit. Runs each minute. Returns how many deadlines moved."""
    moved = 0
    for scope, edited_at in _edited_lately(at=at):
        moved += _move_waits(scope, after=0, edited_at=edited_at)[1].count
        moved += _move_contacts(scope, after=0, edited_at=edited_at, at=at)[1].count
    return moved


def _edited_lately(*, at: datetime) -> list[tuple[Scope, datetime]]:
    hours = WorkCalendar.objects.filter(changed_at__gt=at - RECENT, changed_at__lte=at).order_by("pk")
    limits = Queue.objects.filter(clocks_changed_at__gt=at - RECENT, clocks_changed_at__lte=at).order_by("pk")
    found = []
    for pk, edited_at in hours.values_list("pk", "changed_at"):
        found.append((Scope(calendars=frozenset({pk}), since=edited_at - IN_FLIGHT), edited_at))
    for pk, changed_at in limits.values_list("pk", "clocks_changed_at"):
        edited_at = changed_at or at
        found.append((Scope(queues=frozenset({pk}), since=edited_at - IN_FLIGHT), edited_at))
    return found


def _move_waits(scope: Scope, *, after: int, edited_at: datetime) -> tuple[list[int], Moved]:
    rows = scope.entries(edited_at).filter(pk__gt=after).select_related("lead").only(*OF_ENTRIES)
    found = list(rows.order_by("pk")[:CHUNK_SIZE])
    queues = Queue.objects.in_bulk({entry.queue_id for entry in found})
    clocks, limits = {pk: wait_clock(queue) for pk, queue in queues.items()}, type_limits(queues)
    changed = []
    for entry in found:
        queue, clock = queues[entry.queue_id], clocks[entry.queue_id]
        due = wait_due(queue, entry.lead, clock, limits, since_at=entry.since_at, entered_at=entry.entered_at)
        if max(due, edited_at) != entry.wait_due_at:
            changed.append((entry, max(due, edited_at)))
    moved = Moved(write_waits(changed), frozenset(queues[entry.queue_id].topic for entry, _due in changed))
    return [entry.pk for entry in found], moved


def _move_contacts(scope: Scope, *, after: int, edited_at: datetime, at: datetime) -> tuple[list[int], Moved]:
    rows = scope.contacts(edited_at).filter(pk__gt=after).select_related("lead").only(*OF_CONTACTS)
    found = list(rows.order_by("pk")[:CHUNK_SIZE])
    before = {held.pk: _values(held) for held in found}
    queues = Queue.objects.in_bulk({held.place_id for held in found if held.place_id})
    _take_terms([held for held in found if held.place_id in scope.queues], queues)
    clocks = clocks_of({held.clock_id for held in found})
    steps = steps_by_queue({held.place_id for held in found})
    for held in found:
        clock, limit = clocks[held.clock_id], timedelta(minutes=held.contact_minutes)
        began_at = held.clock_from_at or held.assigned_at
        step = next_due(clock, began_at, steps[held.place_id], held.breaches, limit)
        if step is None:
            continue
        held.contact_due_at = max(step.due_at, edited_at)
        if not held.breaches:
            held.first_due_at = held.contact_due_at
            queue = queues.get(held.place_id or 0)
            held.remind_at = _reminds_at(
                held, queue, clock, is_new=held.place_id in scope.queues, edited_at=edited_at, at=at
            )
    changed = [(held, before[held.pk][0]) for held in found if _values(held) != before[held.pk]]
    moved = Moved(write_contacts(changed), frozenset(f"holder-{held.holder_id}" for held, _was in changed))
    return [held.pk for held in found], moved


def _values(held: Assignment) -> tuple:
    return (held.contact_due_at, held.first_due_at, held.remind_at, held.clock_id, held.contact_minutes)


def _reminds_at(
    held: Assignment, queue: Queue | None, clock: Clock, *, is_new: bool, edited_at: datetime, at: datetime
) -> datetime | None:
    """Nobody is reminded twice: who has been, or would have been before the edit, is only told when it is due."""
    if queue is None or not queue.remind_percent:
        return None
    share = timedelta(minutes=held.contact_minutes) * queue.remind_percent / 100
    reminds_at = clock.add(held.assigned_at, share)
    if held.remind_at is not None:
        return max(reminds_at, edited_at)
    return reminds_at if is_new and reminds_at > at else None


def _take_terms(held: Sequence[Assignment], queues: Mapping[int, Queue]) -> None:
    """The limit and the calendar by the settings that their queue has now."""
    by_terms: dict = {}
    limits = type_limits(queues)
    for each in held:
        if queue := queues.get(each.place_id or 0):
            by_terms.setdefault(contact_terms(queue, each.lead.lead_type, limits), []).append(each)
    for terms, rows in by_terms.items():
        calendars = contact_calendars(terms, {each.holder_id for each in rows})
        for each in rows:
            each.contact_minutes, each.clock_id = terms.minutes, calendars[each.holder_id]


def _note(arguments: Arguments, moved: int, *, by: User | None, at: datetime) -> None:
    """One line for each edit, which grows while the job runs."""
    late = Scope.of(arguments).held().filter(breaches__gt=0)
    line, _made = DeadlineMove.objects.get_or_create(
        at=at,
        why=arguments["why"],
        name=arguments["name"][:160],
        by=by,
        **_about(arguments),
        defaults={"kept_breaches": late.count()},
    )
    DeadlineMove.objects.filter(pk=line.pk).update(moved=F("moved") + moved)


def _about(arguments: Arguments) -> dict[str, int | None]:
    calendars, queues = arguments["calendars"], arguments["queues"]
    of = _calendar(calendars[0]) if len(calendars) == 1 and not queues else None
    return {
        "queue_id": queues[0] if len(queues) == 1 and not calendars else None,
        "team_id": of.team_id if of else None,
        "rep_id": of.rep_id if of else None,
    }


def _name(calendars: Collection[int], queues: Collection[int]) -> str:
    if len(calendars) == 1 and (of := _calendar(next(iter(calendars)))):
        return str(of.team or of.rep or "")
    rows = Queue.objects.filter(pk__in=queues).order_by("position", "pk")
    return ", ".join(rows.values_list("name", flat=True)[:3])


def _calendar(pk: int) -> WorkCalendar | None:
    return WorkCalendar.objects.filter(pk=pk).select_related("team", "rep__user").first()
