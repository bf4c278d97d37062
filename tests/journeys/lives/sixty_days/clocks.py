"""Which breaches there must be, worked out beside the application: when each step of each clock was due, and which
sweep was the first after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from queues.models import Breach, ContactStep, Entry, Queue, TypeLimit
from routing.models import Assignment, Rep
from tests.journeys.lives.sixty_days.working_time import MINUTE, WorkedMinutes

WAIT_MINUTES = {"hot_inbound": 60, "mql": 240, "warm": 1440, "cold": 4320}
USUAL_STEPS = [("remind", None), ("tell_manager", None), ("give_to_another", None)]
Step = tuple[str, int, str, int]  # the clock, whose, and which step
Done = tuple[datetime, datetime, str]  # due, recorded, and what was done


@dataclass
class Running:
    """One clock and its step that runs; `counts` is None where all hours count. It is never due before `floor`."""

    place: int
    counts: WorkedMinutes | None
    begins: datetime
    minutes: int
    floor: datetime
    limit: int = 0
    done: int = 0
    is_over: bool = False

    @property
    def due(self) -> datetime:
        begins = self.begins
        due = self.counts.add(begins, self.minutes) if self.counts else begins + self.minutes * MINUTE
        return max(due, self.floor)


class ExpectedBreaches:
    """Told of each sweep before it runs, and of each edit after it is saved."""

    def __init__(self) -> None:
        self.steps: dict[Step, Done] = {}
        self.contacts: dict[int, Running] = {}
        self.waits: dict[int, Running] = {}
        self.aged: set[int] = set()
        self.teams: dict[int, WorkedMinutes] = {}
        self.reps: dict[int, WorkedMinutes] = {}

    # what runs

    def observe(self) -> None:
        """Clocks that began since the last time."""
        fresh = Assignment.objects.uncontacted().exclude(pk__in=self.contacts).select_related("lead")
        for held in fresh.order_by("pk"):
            queue = Queue.objects.get(pk=held.place_id)
            counts = self._counts(queue, held.holder_id)
            limit = minutes_of("contact_minutes", queue, held.lead.lead_type)
            self.contacts[held.pk] = Running(queue.pk, counts, held.assigned_at, limit, held.assigned_at, limit)
        rows = Entry.objects.waiting().select_related("queue", "lead").exclude(pk__in=self.waits)
        for entry in rows.order_by("pk"):
            self._begin_waiting(entry)

    def _begin_waiting(self, entry: Entry) -> None:
        queue = entry.queue
        counts = self.teams.get(queue.team_id) if queue.wait_counts == "team" else None
        limit = minutes_of("wait_minutes", queue, entry.lead.lead_type)
        running = Running(queue.pk, counts, entry.since_at, limit, entry.entered_at)
        self.waits[entry.pk] = running
        before = Entry.objects.filter(lead=entry.lead, pk__lt=entry.pk).order_by("-pk").first()
        if before is None or before.since_at != entry.since_at:
            return
        if before.pk in self.aged and before.left_how in ("claimed", "assigned", "moved"):
            self.aged.add(entry.pk)  # its manager knows
        running.is_over = before.left_how == "moved" and self.waits[before.pk].is_over

    def _counts(self, queue: Queue, holder: int) -> WorkedMinutes | None:
        if queue.contact_counts == "team":
            return self.teams.get(queue.team_id)
        if queue.contact_counts == "holder":
            rep = Rep.objects.filter(user=holder, clock__isnull=False).first()
            return self.reps[rep.pk] if rep is not None else None
        return None

    # what happens

    def sweep_contacts(self, at: datetime) -> None:
        self.observe()
        steps: dict[int, list] = {}
        for pk in Assignment.objects.uncontacted().order_by("pk").values_list("pk", flat=True):
            self._contact(pk, self.contacts[pk], steps, at)

    def _contact(self, pk: int, clock: Running, steps: dict[int, list], at: datetime) -> None:
        while not clock.is_over and clock.due < at:
            rules = steps.setdefault(clock.place, steps_of(clock.place))
            if clock.done < len(rules):
                clock.done += 1
                self.steps["contact", pk, "", clock.done] = clock.due, at, rules[clock.done - 1][0]
                clock.begins = clock.floor = clock.due
            clock.is_over = clock.done >= len(rules)
            if not clock.is_over:
                clock.minutes = rules[clock.done][1] or clock.limit

    def sweep_waits(self, at: datetime) -> None:
        self.observe()
        for pk, act in Entry.objects.waiting().order_by("pk").values_list("pk", "queue__on_wait_breach"):
            clock = self.waits[pk]
            if not clock.is_over and clock.due < at:
                self.steps["entry", pk, "wait", 1] = clock.due, at, act
                clock.is_over = True

    def sweep_ages(self, at: datetime) -> None:
        self.observe()
        rows = Entry.objects.waiting().filter(queue__is_active=True).order_by("pk")
        for pk, since, hours in rows.values_list("pk", "since_at", "queue__escalate_after_hours"):
            due = since + timedelta(hours=hours)
            if pk not in self.aged and due <= at:
                self.steps["entry", pk, "age", 1] = due, at, "tell_manager"
                self.aged.add(pk)

    def queue_changed(self, queue: Queue, at: datetime) -> None:
        """Deadlines that lie ahead follow the limits of now, and never into the past."""
        steps = steps_of(queue.pk)
        known = Assignment.objects.uncontacted().filter(pk__in=self.contacts).select_related("lead")
        for held in known.order_by("pk"):
            clock = self.contacts[held.pk]
            if clock.place != queue.pk or clock.is_over or clock.due <= at or clock.done >= len(steps):
                continue
            clock.limit = minutes_of("contact_minutes", queue, held.lead.lead_type)
            clock.counts = self._counts(queue, held.holder_id)
            clock.minutes, clock.floor = steps[clock.done][1] or clock.limit, max(clock.floor, at)
        for entry in Entry.objects.waiting().filter(queue=queue, pk__in=self.waits).select_related("lead"):
            clock = self.waits[entry.pk]
            if clock.is_over or clock.due <= at:
                continue
            clock.counts = self.teams.get(queue.team_id) if queue.wait_counts == "team" else None
            clock.minutes = minutes_of("wait_minutes", queue, entry.lead.lead_type)
            clock.floor = max(entry.entered_at, at)

    # what must hold

    def check(self) -> None:
        """Every step that was due is recorded once, with its own time, and no other is."""
        found = recorded(Breach.objects.order_by("pk"))
        wrong = {
            step: (self.steps.get(step), found.get(step))
            for step in self.steps.keys() | found.keys()
            if self.steps.get(step) != found.get(step)
        }
        assert not wrong, wrong


def minutes_of(name: str, queue: Queue, lead_type: str) -> int:
    """The first that is set: by queue and type, by queue, by type."""
    rows = dict(TypeLimit.objects.filter(lead_type=lead_type).order_by("pk").values_list("queue", name))
    usual = 120 if name == "contact_minutes" else WAIT_MINUTES[lead_type]
    return rows.get(queue.pk) or getattr(queue, name) or rows.get(None) or usual


def steps_of(queue_id: int) -> list[tuple[str, int | None]]:
    rows = ContactStep.objects.filter(queue=queue_id).order_by("position")
    return list(rows.values_list("act", "after_minutes")) or USUAL_STEPS


def recorded(rows: Iterable[Breach]) -> dict[Step, Done]:
    found: dict[Step, Done] = {}
    for row in rows:
        key = ("contact", row.assignment_id, "", row.number) if row.assignment_id else _of_entry(row)
        assert key not in found, f"{key} twice"
        found[key] = row.due_at, row.at, row.act
    return found


def _of_entry(row: Breach) -> Step:
    return "entry", row.entry_id, row.clock, row.number
