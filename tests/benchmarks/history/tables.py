"""The rows of each life: lead, entries, assignments, turns with their ledger, breaches; activities in order of time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.db import models
from django.db.models import Max

from leads.models import Activity, Lead
from queues.models import Breach, Entry, Escalation
from routing.decisions.rotation.state import TURN
from routing.models import Assignment, LedgerLine, Turn
from tests.benchmarks.history.cast import Cast
from tests.benchmarks.history.lives import CONTACT_LIMIT, DAYS, Hold, Life, Stay, wait_limit
from tests.benchmarks.history.patterns import HOUR

Value = str | int | None
DAY = 24 * HOUR
COLUMNS: Mapping[type[models.Model], Sequence[str]] = {
    Lead: (
        *("id", "first_name", "last_name", "company_name", "source_id", "lead_type", "channel", "score", "stage"),
        *("stage_at", "captured_at", "created_at", "closed_reason"),
    ),
    Turn: ("id", "rotation_id", "number", "version", "at", "lead_id", "rep_id", "position", "roster_id", "size"),
    Assignment: (
        *("id", "lead_id", "holder_id", "how", "place_name", "place_id", "turn_id", "assigned_at", "assigned_by_id"),
        *("contact_due_at", "first_due_at", "breaches", "first_contact_at", "contact_seconds", "ended_at", "ended_how"),
        *("ended_by_id", "end_reason"),
    ),
    Entry: (
        *("id", "queue_id", "lead_id", "since_at", "entered_at", "left_at", "left_how", "assignment_id", "key1"),
        *("band", "wait_due_at"),
    ),
    LedgerLine: ("id", "rotation_id", "at", "kind", "rep_id", "member", "turn_id", "given"),
    Breach: ("id", "clock", "number", "lead_id", "assignment_id", "due_at", "at", "act"),
    Escalation: ("id", "lead_id", "queue_id", "kind", "opened_at", "broke_at", "closed_at", "closed_how"),
    Activity: ("id", "lead_id", "kind", "at", "by_id"),
}
KINDS = {"returned": "returned", "reassigned": "released", "breached": "released", "undone": "undone"}
HOT = 80


class Rows:
    """Puts the rows of lives where `put` says; `flush` ends it. Ids begin behind those that are there."""

    def __init__(self, cast: Cast, put: Callable[[type[models.Model], Sequence[Value]], None], *, at: datetime) -> None:
        self.cast, self.put, self.end = cast, put, int(at.timestamp())
        self.start = self.end - DAYS * DAY
        self.ids = {model: model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in COLUMNS}
        self.clock = [f"{s // HOUR:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(DAY)]
        self.days: dict[int, str] = {}
        self.acts: dict[int, list[tuple[int, int, str, int | None]]] = defaultdict(list)
        self.flushed = 0

    def add(self, lives: Iterable[Life]) -> int:
        """How many lives there were."""
        count = 0
        for life in lives:
            self._life(life)
            count += 1
            hour = life.came // HOUR
            if hour > self.flushed and life.came < self.end - 2 * DAY:
                self._flush(hour)
        self._flush(self.end)
        return count

    def _life(self, life: Life) -> None:
        lead, came = self._id(Lead), self._stamp(life.came)
        queue = self.cast.queues[life.queue]
        self.put(
            Lead,
            (
                *(lead, "Dewi", f"Lestari {lead}", f"Company {lead}", self.cast.sources[life.source].pk),
                *(life.lead_type, "api", life.score, life.stage, self._stamp(life.stage_at), came, came, life.reason),
            ),
        )
        for stay in life.stays:
            self._act(lead, "queued", stay.entered, None)
            for hold in stay.undone:
                self._hold(life, lead, hold)
            numbers = [self._hold(life, lead, hold) for hold in stay.holds]
            self._stay(life, lead, stay, numbers[0] if numbers else None, queue.pk)

    def _stay(self, life: Life, lead: int, stay: Stay, assignment: int | None, queue: int) -> None:
        if stay.left is not None and not stay.holds:
            self._act(lead, "withdrawn", stay.left, None)
        age = self.end - life.came
        band = 0 if stay.left is not None or age < DAY else 1 if age < 2 * DAY else 2
        self.put(
            Entry,
            (
                *(self._id(Entry), queue, lead, self._stamp(life.came), self._stamp(stay.entered)),
                *(self._stamp(stay.left), stay.left_how, assignment, 0 if life.score > HOT else 1, band),
                self._stamp(life.came + wait_limit(life)),
            ),
        )
        late = (stay.left or self.end) - life.came
        if late > 3 * DAY and lead % 5 == 0 and stay.left is not None:
            broke = life.came + 3 * DAY
            stamps = self._stamp(broke), self._stamp(broke), self._stamp(stay.left)
            self.put(Escalation, (self._id(Escalation), lead, queue, "age", *stamps, "taken"))

    def _hold(self, life: Life, lead: int, hold: Hold) -> int:
        number, due = self._id(Assignment), hold.at + CONTACT_LIMIT
        turn = None
        if hold.rep is None:
            turn, user = self._turn(life, lead, hold)
        else:
            user = self.cast.people[life.queue][hold.rep][0]
        over = min(hold.contact or hold.end or self.end, self.end) > due
        is_silent = hold.contact is None and hold.end is None
        queue = self.cast.queues[life.queue]
        self.put(
            Assignment,
            (
                *(number, lead, user, hold.how, queue.name, queue.pk, turn, self._stamp(hold.at)),
                *(None if turn else user, self._stamp(due) if is_silent else None, self._stamp(due), int(over)),
                *(self._stamp(hold.contact), hold.contact - hold.at if hold.contact is not None else None),
                *(self._stamp(hold.end), hold.ended, user if hold.end is not None else None, hold.reason),
            ),
        )
        self._act(lead, "assigned", hold.at, None if turn else user)
        if over:
            self._act(lead, "breached", due, None)
            stamp = self._stamp(due)
            self.put(Breach, (self._id(Breach), "contact", 1, lead, number, stamp, stamp, "tell_holder"))
        if hold.contact is not None:
            self._act(lead, "contacted", hold.contact, user)
        if hold.end is not None:
            self._act(lead, KINDS.get(hold.ended, "closed"), hold.end, user)
        return number

    def _turn(self, life: Life, lead: int, hold: Hold) -> tuple[int, int]:
        line = self.cast.lines[life.queue]
        roster, who = line.rosters[min(max(0, (hold.at - self.start) // DAY), DAYS)]
        chosen = who[line.turns % len(who)]
        line.turns += 1
        member, stamp, turn = line.members[chosen], self._stamp(hold.at), self._id(Turn)
        rotation = line.rotation.pk
        self.put(Turn, (turn, rotation, line.turns, 1, stamp, lead, member.rep_id, member.position, roster, TURN))
        given = (self._id(LedgerLine), rotation, stamp, "given", member.rep_id, member.pk, turn, TURN)
        self.put(LedgerLine, given)
        return turn, self.cast.people[life.queue][chosen][0]

    def _act(self, lead: int, kind: str, at: int, by: int | None) -> None:
        self.acts[at // HOUR].append((at, lead, kind, by))

    def _flush(self, hour: int) -> None:
        """Writes the activities of the hours before this one."""
        for each in sorted(one for one in self.acts if one < hour):
            for at, lead, kind, by in sorted(self.acts.pop(each), key=lambda act: act[0]):
                self.put(Activity, (self._id(Activity), lead, kind, self._stamp(at), by))
        self.flushed = hour

    def _id(self, model: type[models.Model]) -> int:
        self.ids[model] += 1
        return self.ids[model]

    def _stamp(self, moment: int | None) -> str | None:
        if moment is None:
            return None
        day, second = divmod(moment, DAY)
        if day not in self.days:
            self.days[day] = datetime.fromtimestamp(day * DAY, UTC).date().isoformat()
        return f"{self.days[day]} {self.clock[second]}"
