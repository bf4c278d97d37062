"""Keeps the demo going while a visitor looks at it, at the pace of its history: leads arrive, colleagues take them,
contact them and finish them. In the first two minutes more happens, so that a visitor sees things move.

Never touched: what Rina holds, and what only a manager or sales ops may decide. Lines keep their length: nothing
arrives where a line is long, and nobody takes where it is short, except what would soon run out. The team works in the
shift in which the demo is opened, at any hour; after it by its usual hours, and pauses outside them.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User

from dashboards.demo.arrivals import DESK, STREAMS, Post
from dashboards.demo.cast import Cast
from dashboards.demo.companies import Crowd
from dashboards.demo.hours import Hours, drawn
from dashboards.demo.rules import ENTERPRISE, HOT, MQL, RECYCLED, SMB
from dashboards.demo.website import Website
from dashboards.demo.working import Working
from leads.models import Lead
from queues.actions.claims.guards import LeadIsLocked, LeadIsReserved, TooManyUncontacted
from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import AlreadyTaken, NotPickable, NotYourQueue, QueueIsEmpty, take_next
from queues.models import Entry
from queues.queries.counts import depth_by_queue
from queues.queries.review import items_to_decide
from queues.queries.waiting import first_positions
from routing.actions.availability.time_off import set_available
from routing.queries.availability.status import availability_of
from routing.queries.workload import open_leads_by_user

HOUR = timedelta(hours=1)
BURST, BURST_RATE = timedelta(minutes=2), 200  # after the opening so many leads an hour arrive and are taken
LONGEST_STEP = timedelta(minutes=2)  # what was slept through is not made up for
# slug -> (shortest, longest): colleagues take above the one, leads arrive below the other
LINES = {HOT: (2, 6), MQL: (10, 22), SMB: (112, 130), ENTERPRISE: (0, 8), RECYCLED: (20, 56), DESK: (0, 11)}
FLOOD = 3  # how many times as many leads SMB gets in its trouble
# slug -> how long a lead waits at most before a colleague takes it
RIPE = {HOT: timedelta(minutes=57), MQL: timedelta(minutes=200), RECYCLED: timedelta(hours=71)}
PULLED = (HOT, MQL, RECYCLED, SMB)
VISITOR = "Rina"
LOOKS = 40  # previews opened in an hour
TAKE_ERRORS = (QueueIsEmpty, NotYourQueue, TooManyUncontacted)
LOOKED_PAST = (LeadIsReserved, LeadIsLocked, NotPickable, NotYourQueue, AlreadyTaken, TooManyUncontacted)


class Traffic:
    """What happens from `opened_at` on; the same generator and database give the same steps."""

    def __init__(self, cast: Cast, rng: Random, *, opened_at: datetime) -> None:
        self.cast, self.rng, self.website = cast, rng, Website(rng.randrange(1000))
        self.post = Post(Crowd(rng, first_number=Lead.objects.count() + rng.randrange(1000)), rng)
        self.opened_at = self.since = opened_at
        self.hours, self.working = Hours(opened_at), Working(rng)
        self.are_home = False

    def step(self, *, at: datetime) -> Counter[str]:
        """Everything since the step before: what was done, and how often."""
        span = max(min(at - self.since, LONGEST_STEP), timedelta())
        self.since, depths, done = at, self._depths(), Counter[str]()
        done["arrived"] = self._arrive(depths, span, at=at)
        if not (self.hours.is_open(at) or self.hours.is_late(at)):
            self._go_home(at=at)
            return +done
        self.are_home = False
        colleagues = self._colleagues(at=at)
        if colleagues:
            done["took"] = self._take(colleagues, depths, span, at=at)
            done["looked"] = self._look(colleagues, span, at=at)
            done.update(self.working.go_on(colleagues, span, at=at))
        return +done

    def _arrive(self, depths: dict[str, int], span: timedelta, *, at: datetime) -> int:
        intensity, arrived = self.hours.intensity(at), 0
        pace = {slug: kind.a_day * intensity * (FLOOD if slug == SMB else 1) for slug, kind in STREAMS.items()}
        more = max(BURST_RATE / sum(pace.values()), 1) if self._in_burst(at) else 1
        for stream, rate in pace.items():
            room = LINES[stream][1] - depths[stream]
            for _number in range(min(drawn(rate * more * (span / HOUR), self.rng), max(room, 0))):
                self.website.bring(self.post.letter(stream), channel="form", at=at)
                arrived += 1
        return arrived

    def _take(self, colleagues: Sequence[User], depths: dict[str, int], span: timedelta, *, at: datetime) -> int:
        """Above its shortest length a line loses as many as arrive; what is about to run out is taken first."""
        load, intensity, took = open_leads_by_user(user.pk for user in colleagues), self.hours.intensity(at), 0
        for slug in [*self._ripe(at), *self._wanted(depths, intensity, span, at)]:
            free = [user for user in colleagues if load[user.pk] < self.cast.habits[user.pk].capacity]
            if not free:
                break
            rep = self.rng.choices(free, [self.cast.habits[user.pk].eagerness for user in free])[0]
            try:
                take_next(self.cast.queues[slug], by=rep, at=at)
            except TAKE_ERRORS:
                continue
            load[rep.pk] += 1
            took += 1
        return took

    def _wanted(self, depths: dict[str, int], intensity: float, span: timedelta, at: datetime) -> list[str]:
        long = [slug for slug in PULLED if depths[slug] > LINES[slug][0]]
        rate = sum(STREAMS[slug].a_day for slug in long) * intensity
        count = drawn((max(rate, BURST_RATE / 2) if self._in_burst(at) else rate) * (span / HOUR), self.rng)
        return self.rng.choices(long, [STREAMS[slug].a_day for slug in long], k=count) if long else []

    def _ripe(self, at: datetime) -> list[str]:
        ids = {self.cast.queues[slug].pk: slug for slug in RIPE}
        oldest = Entry.objects.waiting().filter(queue__in=ids).order_by("since_at", "pk")
        return [
            ids[pk] for pk, since_at in oldest.values_list("queue", "since_at")[:20] if at - since_at > RIPE[ids[pk]]
        ]

    def _look(self, colleagues: Sequence[User], span: timedelta, *, at: datetime) -> int:
        """A colleague opens the preview of one of the first leads of SMB, if it is free."""
        queue = self.cast.queues[SMB]
        if (
            not drawn(LOOKS * (span / HOUR), self.rng)
            or Entry.objects.waiting().filter(queue=queue).reserved(at).exists()
        ):
            return 0
        rep = self.rng.choice(colleagues)
        places = first_positions(queue, at=at, limit=queue.picks_within, for_rep=rep)
        entry = Entry.objects.select_related("queue").filter(pk__in=[place.entry.id for place in places[1:]]).first()
        try:
            return int(entry is not None and bool(reserve(entry, by=rep, at=at)))
        except LOOKED_PAST:
            return 0

    def _go_home(self, *, at: datetime) -> None:
        """Everybody but the visitor pauses until the next morning, which the worker ends."""
        if self.are_home:
            return
        self.are_home = True
        for user in self._colleagues(at=at):
            set_available(user.rep, is_available=False, by=user, at=at, until=self.hours.next_opening(at))

    def _in_burst(self, at: datetime) -> bool:
        return at - self.opened_at <= BURST

    def _depths(self) -> dict[str, int]:
        queues = self.cast.queues
        by_queue = depth_by_queue(queues.values())
        return {slug: by_queue.get(queue.pk, 0) for slug, queue in queues.items()} | {DESK: items_to_decide().count()}

    def _colleagues(self, *, at: datetime) -> list[User]:
        """Available reps, without the one of the visitor."""
        reps = [user.rep for user in self.cast.reps if user.first_name != VISITOR]
        states = availability_of(reps, at=at)
        return [rep.user for rep in reps if states[rep.pk].is_available]
