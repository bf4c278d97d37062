"""How the reps of the demo take leads: after a usual wait, so that queues keep a length."""

from collections import Counter
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from dashboards.demo.absences import Absences
from dashboards.demo.crew import Crew
from dashboards.demo.rules import HOT, MQL, RECYCLED, SMB
from queues.actions.claims.take import QueueIsEmpty, pick, take_batch, take_next, take_next_of
from queues.models import Entry
from queues.queries.waiting import entries_at, first_positions

PULLED = (HOT, MQL, RECYCLED)
LAST_HOT, LAST_MQL = timedelta(minutes=54), timedelta(minutes=126)  # what is younger at the end is left to the visitor
LAST_RECYCLED = timedelta(hours=3)
LATE_SHIFT = ("Maria", "David", "Rina", "Hadi")
LONGEST_LINE = 60
RINAS_LAST = timedelta(minutes=255)  # after that she takes what the story has for her


class Taking:
    """`reserved` leads belong to the story: a rep who would get one takes nothing."""

    def __init__(self, crew: Crew, absences: Absences) -> None:
        self.crew, self.absences = crew, absences
        self.cast, self.hours, self.agenda, self.rng = crew.cast, crew.hours, crew.agenda, crew.rng
        self.reserved: set[int] = set()  # leads

    def consider(self, at: datetime, span: timedelta) -> None:
        """Plan the claims of the next period, each at its own time."""
        free = self._people(at)
        ripe = self._ripe(at) if free else {}
        for slug in PULLED:
            for _number in range(min(ripe.get(slug, 0), len(free))):
                rep = self.rng.choices(free, [self.cast.habits[user.pk].eagerness for user in free])[0]
                free.remove(rep)
                self.agenda.add(at + span * self.rng.random(), self.take, rep, slug)
        if free and self.rng.random() < 0.06:
            self.agenda.add(at + span * self.rng.random(), self.choose, self.rng.choice(free))

    def _ripe(self, at: datetime) -> dict[str, int]:
        """How many leads of each queue have waited for the usual time."""
        ids = {self.cast.queues[slug].pk: slug for slug in PULLED}
        longest = {slug: self._usual_wait(slug, at) for slug in PULLED}
        line = Entry.objects.waiting().filter(queue__in=ids).values_list("queue", "since_at").order_by()
        ages = [(ids[queue], at - since) for queue, since in line]
        return Counter(slug for slug, age in ages if longest[slug] is not None and age > longest[slug])

    def take(self, rep: User, slug: str, *, at: datetime) -> None:
        queue, way, chance = self.cast.queues[slug], self.cast.habits[rep.pk], self.rng.random()
        batch = slug == RECYCLED or (slug == MQL and way.likes_batches and chance < 0.5)
        count = self.rng.randint(2, 5) if batch else 1
        if self._is_kept(rep, slug, count, at):
            return
        if queue.is_blind:
            for _time in range(count):
                self.crew.notice([take_next(queue, by=rep, at=at)])
        elif batch:
            self.crew.notice(take_batch(queue, count=min(count, queue.batch_size), by=rep, at=at))
        elif chance > 0.88 and not self.reserved:
            self.crew.notice([take_next_of([self.cast.queues[name] for name in PULLED], by=rep, at=at)])
        else:
            self.crew.notice([take_next(queue, by=rep, at=at)])

    def choose(self, rep: User, *, at: datetime) -> int:
        """Pick one of the first leads of SMB; returns its id."""
        queue = self.cast.queues[SMB]
        entries = entries_at(first_positions(queue, at=at, limit=queue.picks_within, for_rep=rep))
        entries = [entry for entry in entries if entry.lead_id not in self.reserved]
        if not entries:
            raise QueueIsEmpty
        taken = pick(self.rng.choice(entries), by=rep, at=at)
        self.crew.notice([taken])
        return taken.lead_id

    def take_this(self, lead_id: int, rep: User, slug: str, *, at: datetime) -> None:
        """This rep gets exactly this lead; colleagues take the leads before it, one by one."""
        queue = self.cast.queues[slug]
        wanted = Entry.objects.waiting().filter(lead=lead_id, queue=queue).values_list("pk", flat=True).first()
        colleagues = [user for user in self._people(at) or self.cast.reps if user.pk != rep.pk]
        for _place in range(LONGEST_LINE if wanted else 0):
            first = next(iter(first_positions(queue, at=at, limit=1, for_rep=rep)), None)
            if first is None or first.entry.id == wanted:
                break
            earlier = at - timedelta(seconds=self.rng.randint(1, 60))
            self.crew.notice([take_next(queue, by=self.rng.choice(colleagues), at=earlier)])
        take_next(queue, by=rep, at=at)

    def pick_this(self, lead_id: int, rep: User, *, at: datetime) -> None:
        pick(Entry.objects.waiting().select_related("queue", "lead").get(lead=lead_id), by=rep, at=at)

    def _people(self, at: datetime) -> list[User]:
        """Who takes leads at this hour; fewer in the afternoon."""
        hours, rng = self.hours, self.rng
        if hours.is_late(at) and not hours.is_open(at):
            name = LATE_SHIFT[at.date().toordinal() % len(LATE_SHIFT)]
            people = [self.cast.people[name]]
        elif hours.is_open(at):
            people = [user for user in self.cast.reps if rng.random() < hours.vigour(at)]
        else:
            people = []
        if at > hours.until - RINAS_LAST:
            people = [user for user in people if user.first_name != "Rina"]
        return [user for user in people if self.absences.back_at(user.pk, at) is None]

    def _usual_wait(self, slug: str, at: datetime) -> timedelta | None:
        """How long a lead of this queue usually waits; None if nobody takes any."""
        left, rng = self.hours.until - at, self.rng
        if slug == HOT:
            return LAST_HOT if left < timedelta(minutes=55) else timedelta(minutes=rng.uniform(2, 34))
        if slug == MQL:
            return LAST_MQL if left < timedelta(hours=4) else timedelta(minutes=rng.uniform(30, 130))
        if left < LAST_RECYCLED:
            return None
        return timedelta(hours=69)

    def _is_kept(self, rep: User, slug: str, count: int, at: datetime) -> bool:
        """Whether one of the first `count` leads for this rep belongs to the story."""
        queue = self.cast.queues[slug]
        kept = Entry.objects.waiting().filter(queue=queue, lead__in=self.reserved).values_list("pk", flat=True)
        kept = set(kept.order_by("pk")) if self.reserved else set()
        head = first_positions(queue, at=at, limit=count, for_rep=rep) if kept else []
        return any(place.entry.id in kept for place in head)
