"""What colleagues do with the leads they hold while a visitor looks on: contact, call again, give back, finish.

Read from the database at each step, because the visitor and the worker give leads away, too.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User

from dashboards.demo.cast import INSIDE_SALES
from dashboards.demo.crew import GIVEN_BACK, KINDS, NO_DEAL, NOTES
from dashboards.demo.hours import drawn
from leads.actions.stages import StageRefused, close_lead
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SETTLES = timedelta(minutes=20)  # so long after its first contact a lead is not finished yet
FINISHED = 4  # leads in an hour of one colleague
AT_ONCE = 3  # first contacts of one step
HASTE = 0.8  # of the time within which a lead must be contacted, nearly all are
GIVES_BACK = 0.06
OUTCOMES = (("reached", 60), ("no_answer", 15), ("left_message", 12), ("call_back", 13))
ENDS = (("converted", 22), ("lost", 20), ("disqualified", 30), ("nurture", 28))
MINUTES = {person.user_name: person.minutes for person in INSIDE_SALES}


class Working:
    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def go_on(self, colleagues: Sequence[User], span: timedelta, *, at: datetime) -> Counter[str]:
        done: Counter[str] = Counter()
        mine = Assignment.objects.open().filter(holder__in=colleagues).select_related("lead", "holder")
        new = mine.filter(first_contact_at__isnull=True).order_by("assigned_at", "pk")
        due = [held for held in new if at >= self._calls_at(held)][:AT_ONCE]
        again = mine.filter(first_contact_at__isnull=False, follow_up_at__lte=at).order_by("follow_up_at", "pk")[:1]
        for held in due:
            if Random(held.pk).random() < GIVES_BACK:
                done["gave back"] += self._give_back(held, at=at)
            else:
                done["called"] += self._call(held, self._one(OUTCOMES), at=at)
        for held in again:
            done["called"] += self._call(held, "reached", at=at)
        count = drawn(FINISHED * len(colleagues) * (span / HOUR), self.rng)
        over = mine.filter(first_contact_at__lte=at - SETTLES, follow_up_at__isnull=True)
        for held in _of_the_busiest(over.order_by("first_contact_at", "pk"), count):
            done["closed"] += self._finish(held, at=at)
        return done

    def _calls_at(self, held: Assignment) -> datetime:
        """By the habit of the holder; the same at each look."""
        minutes = MINUTES.get(held.holder.username, 20) * Random(held.pk).lognormvariate(0, 0.55)
        then = held.assigned_at + minutes * MINUTE
        return (
            then
            if held.first_due_at is None
            else min(then, held.assigned_at + HASTE * (held.first_due_at - held.assigned_at))
        )

    def _call(self, held: Assignment, outcome: str, *, at: datetime) -> int:
        again = at + self.rng.uniform(25, 120) * MINUTE if outcome in ("call_back", "no_answer") else None
        kind, note = self._one(KINDS), self.rng.choice(NOTES)
        try:
            log_contact(held, kind=kind, outcome=outcome, note=note, by=held.holder, at=at, follow_up_at=again)
        except NotTheHolder:
            return 0
        return 1

    def _give_back(self, held: Assignment, *, at: datetime) -> int:
        try:
            return_lead(held, reason=self._one(GIVEN_BACK), note="", by=held.holder, at=at)
        except NotTheHolder:
            return 0
        return 1

    def _finish(self, held: Assignment, *, at: datetime) -> int:
        stage = self._one(ENDS)
        reason = self._one(NO_DEAL) if stage == "disqualified" else ""
        try:
            close_lead(held.lead, stage=stage, by=held.holder, at=at, reason=reason)
        except StageRefused:
            return 0
        return 1

    def _one(self, table: tuple[tuple[str, int], ...]) -> str:
        names, weights = zip(*table, strict=True)
        return self.rng.choices(names, weights)[0]


def _of_the_busiest(rows: Iterable[Assignment], count: int) -> list[Assignment]:
    """So many, each time the first of the person who has most of them."""
    if not count:
        return []
    by_holder: dict[int, list[Assignment]] = {}
    for held in rows:
        by_holder.setdefault(held.holder_id, []).append(held)
    found = []
    for _number in range(count):
        busiest = max(by_holder.values(), key=len, default=[])
        if not busiest:
            break
        found.append(busiest.pop(0))
    return found
