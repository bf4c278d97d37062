"""What happens to each lead: where it waits, who gets it, first contact, and how it ends. It touches no database.

Moments are whole seconds since 1970. Waits and times to contact are log-normal; who is taken sooner converts more
often. What would not be over by the end is left out, and `present` leads are added that wait or are held at the
end: so the work of the moment is the same after any history.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from random import Random

from tests.benchmarks.history.patterns import (
    EAST,
    HOUR,
    LIMITS,
    QUEUES,
    SOURCES,
    STALL,
    TYPES,
    coming_by_hour,
    next_working_hours,
)

DAYS = 180
MARGIN = 40  # days behind the end that are known, for what ends there
MOST_STAYS = 3
CONTACT_LIMIT = 2 * HOUR
PULLED = (("take_next", 80), ("batch", 10), ("pick", 7), ("assign_next", 3))
LEAVES = (("nurtured", 70), ("archived", 12), ("closed", 12), ("partner", 6))
DISQUALIFIED = ("duplicate", "competitor", "student", "no_need", "no_budget", "unreachable_contact")
RETURNED = ("not_my_type", "wrong_segment", "no_capacity", "duplicate")


@dataclass(slots=True)
class Hold:
    """One assignment. `rep` is a place among the people of the queue; None: the rotation chooses."""

    rep: int | None
    how: str
    at: int
    contact: int | None = None
    end: int | None = None
    ended: str = ""
    reason: str = ""


@dataclass(slots=True)
class Stay:
    """One stay in a queue. `taken` counts its holds from the first one that was not undone."""

    entered: int
    left: int | None = None
    left_how: str = ""
    undone: list[Hold] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)


@dataclass(slots=True)
class Life:
    queue: int
    source: int
    lead_type: str
    score: int
    came: int
    stays: list[Stay] = field(default_factory=list)
    stage: str = "waiting"
    stage_at: int = 0
    reason: str = ""


def lives(count: int, *, at: datetime, people: int, present: tuple[int, int], seed: int = 14) -> Iterator[Life]:
    """Some `count` leads in the order in which they came, then the present: so many that wait, so many that are held.
    `people` work in each queue."""
    end = int(at.timestamp())
    story = _Story(Random(seed), end, people)
    yield from story.past(count)
    yield from story.present(*present)


class _Story:
    def __init__(self, dice: Random, end: int, people: int) -> None:
        self.dice, self.end, self.people = dice, end, people
        self.start = (end // HOUR - DAYS * 24) * HOUR
        self.working = next_working_hours(self.start, (DAYS + MARGIN) * 24)
        self.shares = list(accumulate(kind.share for kind in QUEUES))
        self.sources = [list(accumulate(shares[n] for shares, _lost in SOURCES.values())) for n in range(len(TYPES))]
        self.lost = [lost for _shares, lost in SOURCES.values()]
        self.pulled = [how for how, _n in PULLED], list(accumulate(n for _how, n in PULLED))
        self.leaves = [how for how, _n in LEAVES], list(accumulate(n for _how, n in LEAVES))
        self.speeds = [0.6 + 0.05 * (number * 7 % people) for number in range(people)]

    def past(self, count: int) -> Iterator[Life]:
        coming = coming_by_hour(self.start, DAYS * 24)
        whole, before, done = sum(coming), 0.0, 0
        for number, share in enumerate(coming):
            before += share
            now = round(before / whole * count) - done
            done += now
            first = self.start + number * HOUR
            for place in range(now):
                came = first + int((place + self.dice.random()) * HOUR / now)
                life = self._born(came)
                if self._live(life):
                    yield life

    def present(self, waiting: int, held: int) -> Iterator[Life]:
        for number in range(waiting):
            life = self._born(self.end - HOUR * (number % 30) - self.dice.randrange(HOUR), queue=number % len(QUEUES))
            life.stays, life.stage_at = [Stay(life.came)], life.came
            yield life
        for number in range(held):
            age = self.dice.randrange(20 * HOUR)
            life = self._born(self.end - age - HOUR, queue=number % len(QUEUES))
            taken = self.end - age
            contact = taken + self.dice.randrange(HOUR) if number % 3 and age > HOUR else None
            hold = Hold(number // len(QUEUES) % self.people, "take_next", taken, contact)
            life.stays = [Stay(life.came, taken, "claimed", holds=[hold])]
            life.stage, life.stage_at = "held", taken
            yield life

    def _born(self, came: int, *, queue: int | None = None) -> Life:
        dice = self.dice
        if queue is None:
            queue = dice.choices(range(len(QUEUES)), cum_weights=self.shares)[0]
        kind = TYPES.index(QUEUES[queue].lead_type) if dice.random() < 0.8 else dice.randrange(len(TYPES))
        source = dice.choices(range(len(SOURCES)), cum_weights=self.sources[kind])[0]
        score = min(100, max(0, int(dice.gauss(80 - 18 * kind, 14))))
        return Life(queue, source, TYPES[kind], score, came)

    def _live(self, life: Life) -> bool:
        """False where its story is not over by the end."""
        entered = life.came
        for number in range(MOST_STAYS):
            stay = Stay(entered)
            life.stays.append(stay)
            if not self._leave(life, stay) or not stay.holds:
                break
            last = stay.holds[-1]
            if last.ended != "returned":
                break
            if number == MOST_STAYS - 1:
                last.ended, last.reason = "disqualified", "no_need"
                break
            entered = last.end or 0
        return self._close(life)

    def _leave(self, life: Life, stay: Stay) -> bool:
        dice, kind = self.dice, QUEUES[life.queue]
        if dice.random() < self.lost[life.source]:
            stay.left = self._worked(stay.entered + int(dice.uniform(1, 8) * 24 * HOUR))
            stay.left_how = dice.choices(self.leaves[0], cum_weights=self.leaves[1])[0]
            return False
        wait = int(dice.lognormvariate(math.log(kind.waits * HOUR), 0.7))
        taken = stay.entered + wait if kind.is_push else self._worked(stay.entered + wait)
        how = "rotation" if kind.is_push else dice.choices(self.pulled[0], cum_weights=self.pulled[1])[0]
        rep = None if kind.is_push else int(self.people * dice.random() ** 1.3)
        if dice.random() < 0.005:
            undone = Hold(dice.randrange(self.people), "take_next", taken, end=taken + 120, ended="undone")
            stay.undone.append(undone)
            taken += 600
        stay.left, stay.left_how = taken, "assigned" if kind.is_push else "claimed"
        self._hold(life, stay, Hold(rep, how, taken))
        return True

    def _hold(self, life: Life, stay: Stay, hold: Hold) -> None:
        """The hold with contact and end, and the one after it where somebody else got the lead."""
        dice = self.dice
        stay.holds.append(hold)
        speed = self.speeds[hold.rep] if hold.rep is not None else 1.0
        if dice.random() > 0.06:
            hold.contact = self._worked(hold.at + int(dice.lognormvariate(math.log(0.5 * HOUR * speed), 0.9)))
        since = hold.contact or hold.at + CONTACT_LIMIT
        hold.end = self._worked(since + int(dice.lognormvariate(math.log(5 * HOUR), 0.6)))
        if len(stay.holds) == 1 and dice.random() < (0.02 if hold.contact else 0.4):
            hold.ended = "reassigned" if hold.contact else "breached"
            how = "by_hand" if hold.contact else "breach"
            self._hold(life, stay, Hold(dice.randrange(self.people), how, hold.end))
            return
        self._decide(life, stay, hold)

    def _decide(self, life: Life, stay: Stay, hold: Hold) -> None:
        waited = ((stay.left or stay.entered) - life.came) / HOUR
        rate = (0.06 + 0.24 * math.exp(-waited / 12)) * (0.6 + life.score / 125)
        luck = self.dice.random()
        if hold.contact is not None and luck < rate:
            hold.ended = ("converted", "won", "converted", "lost")[self.dice.randrange(4)]
        elif luck > 0.95:
            hold.ended, hold.reason = "returned", self.dice.choice(RETURNED)
        elif hold.contact is not None and luck > 0.75:
            hold.ended = "lost"
        else:
            hold.ended, hold.reason = "disqualified", self.dice.choice(DISQUALIFIED)

    def _close(self, life: Life) -> bool:
        last = life.stays[-1]
        if last.holds:
            hold = last.holds[-1]
            life.stage, life.stage_at, life.reason = hold.ended, hold.end or 0, hold.reason
        else:
            stages = {"nurtured": "nurture", "closed": "rejected"}
            life.stage, life.stage_at = stages.get(last.left_how, last.left_how), last.left or 0
        return life.stage_at <= self.end

    def _worked(self, moment: int) -> int:
        """The moment, or one in the first hours of the next working day; in an afternoon often in the evening."""
        number = (moment - self.start) // HOUR
        if number >= len(self.working):
            return moment
        following = self.working[number]
        if following != number:
            return self.start + following * HOUR + self.dice.randrange(2 * HOUR)
        hour = (moment + EAST) // HOUR % 24
        if STALL[0] <= hour < STALL[1] and self.dice.random() < 0.6:
            return moment + (STALL[1] - hour) * HOUR
        return moment


def wait_limit(life: Life) -> int:
    return LIMITS[life.lead_type] * HOUR
