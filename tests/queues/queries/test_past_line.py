"""A queue as it stood at past moments is the queue as it was seen then (K3)."""

import random
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.history_author import set_history_author
from leads.actions.corrections import correct_lead
from leads.actions.intake.capture import capture_lead
from leads.actions.merging import merge_leads
from leads.models import Lead, Merge, ScoreRule
from queues.actions.claims.take import QueueIsEmpty, take_batch, take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.cleanup import set_aside, undo_step
from queues.actions.clocks.escalation_undo import undo_decision
from queues.actions.clocks.escalations import escalate, move_to_front
from queues.actions.entries.reordering import reorder_leads
from queues.actions.review.merging import undo_merge
from queues.models import Entry, Escalation, PriorityTier, Queue, StaleStep
from queues.queries.past_line import NotYet, changes_around, line_at, with_details
from queues.queries.waiting import first_positions
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_ops, make_rep

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEPS = 50
LARGE = [{"field": "company_size", "operator": "at_least", "value": 9}]
Seen = list[tuple[int, int, str, int]]


class Life:
    """One queue, its people, and what they saw of it at each moment."""

    def __init__(self, seed: int, order: str) -> None:
        self.chance, self.at = random.Random(seed), MORNING
        self.boss, self.reps = make_ops(), [make_rep() for _number in range(3)]
        self.queue = QueueFactory(order=order, hot_score=70, nurture_after_days=60)
        self.queue.history.update(history_date=MORNING - HOUR)
        if order == "priority":
            conditions = [{"field": "score", "operator": "at_least", "value": 60}]
            PriorityTier.objects.create(name="Warm enough", position=0, conditions=conditions)
            PriorityTier.history.update(history_date=MORNING - HOUR)
        ScoreRule.objects.create(name="Busy", part="fit", points=30, conditions=[])
        self.seen: dict[datetime, Seen] = {}

    def live(self) -> Seen:
        found = first_positions(Queue.objects.get(pk=self.queue.pk), at=self.at, limit=1000)
        scores = dict(Entry.objects.waiting().values_list("pk", "lead__score"))
        return [(each.number, each.entry.id, each.reason.value, scores[each.entry.id]) for each in found]

    def play(self) -> None:
        acts = [
            *[self.arrive] * 7, self.take, self.take_many, self.undo, self.give_back, self.correct,
            self.to_front, self.undo_front, self.put_aside, self.come_back, self.change_order, self.re_engage,
            self.merge, self.undo_merge,
        ]  # fmt: skip
        for _lead in range(4):
            self.arrive()
        for _step in range(STEPS):
            self.chance.choice(acts)()
            self.seen[self.at] = self.live()
            self.at += self.chance.choice([MINUTE, 2 * MINUTE, 47 * MINUTE, 5 * HOUR, 13 * HOUR])
            self.seen[self.at] = self.live()  # nothing happened, but all are older
            self.at += timedelta(seconds=1)

    # what happens

    def arrive(self) -> None:
        older = self.chance.choice([0, 0, 0, 30]) * HOUR
        deal = self.chance.choice([None, Decimal(1000), Decimal(99)])
        make_entry(
            self.queue_now(), since=self.at - older, at=self.at, score=self.chance.randint(0, 100), deal_size=deal
        )

    def take(self) -> None:
        self._quietly(lambda: take_next(self.queue_now(), by=self.somebody(), at=self.at))

    def take_many(self) -> None:
        self._quietly(lambda: take_batch(self.queue_now(), count=2, by=self.somebody(), at=self.at))

    def undo(self) -> None:
        if (held := self._held(self.at - 5 * MINUTE)) is not None:
            undo_assignment(held, by=held.holder, at=self.at)

    def give_back(self) -> None:
        if (held := self._held()) is not None:
            return_lead(held, reason="wrong_segment", note="", by=held.holder, at=self.at)

    def correct(self) -> None:
        if (lead := self._lead()) is not None:
            score = (lead.score + self.chance.randint(1, 99)) % 101
            correct_lead(
                lead, {"score": score, "deal_size": Decimal(self.chance.randint(1, 5000))}, by=None, at=self.at
            )

    def to_front(self) -> None:
        if (lead := self._lead()) is not None:
            broke = escalate(lead, queue=self.queue, kind=Escalation.Kind.WAIT, broke_at=self.at, at=self.at)
            move_to_front(broke, by=self.boss, at=self.at)

    def undo_front(self) -> None:
        rows = Escalation.objects.filter(closed_how="front", closed_at__gte=self.at - 5 * MINUTE)
        rows = rows.filter(lead__entries__left_at__isnull=True, lead__entries__is_front=True)
        if (decided := rows.order_by("pk").first()) is not None:
            undo_decision(decided, by=self.boss, at=self.at)
            Escalation.objects.filter(pk=decided.pk).update(closed_at=self.at, closed_how="left", closed_by=self.boss)

    def put_aside(self) -> None:
        if (lead := self._lead()) is not None:
            set_aside(lead, StaleStep.Step.NURTURE, by=self.boss, at=self.at)

    def come_back(self) -> None:
        step = StaleStep.objects.filter(undone_at=None, lead__stage="nurture").order_by("pk").first()
        if step is not None:
            undo_step(step, by=self.boss, at=self.at)

    def change_order(self) -> None:
        queue = self.queue_now()
        if queue.order != "priority":
            queue.order = self.chance.choice(["fifo", "hybrid"])
        queue.hot_score = self.chance.choice([30, 70, 90])
        queue.first_band_percent = self.chance.choice([25, 50])
        set_history_author(queue, self.boss, at=self.at)
        queue.save()
        reorder_leads(list(Lead.objects.filter(stage="waiting")), at=self.at)

    def re_engage(self) -> None:
        if (lead := self._lead()) is not None and lead.email:
            capture_lead({"email": lead.email, "score": min(lead.score + 7, 100)}, channel="api", at=self.at)

    def merge(self) -> None:
        pair = list(Lead.objects.filter(stage="waiting").order_by("pk")[:2])
        if len(pair) == 2:
            merge_leads(pair[0], pair[1], picks={}, by=self.boss, at=self.at)

    def undo_merge(self) -> None:
        merged = Merge.objects.filter(undone_at=None, kept__stage="waiting", kept__merged_into=None)
        if (merge := merged.order_by("-pk").first()) is not None:
            undo_merge(merge, by=self.boss, at=self.at)

    # who and what

    def queue_now(self) -> Queue:
        return Queue.objects.get(pk=self.queue.pk)

    def somebody(self) -> User:
        return self.chance.choice(self.reps)

    def _held(self, since: datetime = MORNING) -> Assignment | None:
        rows = Assignment.objects.open().filter(assigned_at__gte=since, entry__isnull=False).select_related("holder")
        return rows.order_by("-pk").first()

    def _lead(self) -> Lead | None:
        ids = list(Lead.objects.filter(stage="waiting").order_by("pk").values_list("pk", flat=True))
        return Lead.objects.get(pk=self.chance.choice(ids)) if ids else None

    def _quietly(self, act) -> None:
        with suppress(QueueIsEmpty):
            act()


def as_seen(queue: Queue, at: datetime) -> Seen:
    return [(each.number, each.entry.pk, each.reason, each.score) for each in line_at(queue, at=at).places]


@pytest.mark.parametrize("seed", range(examples(4)))
@pytest.mark.parametrize("order", ["fifo", "hybrid", "priority"])
def test_it_shows_what_people_saw_at_every_moment_of_a_life(order, seed):
    life = Life(seed, order)
    life.play()
    queue = life.queue_now()
    then = {at: as_seen(queue, at) for at in life.seen}
    assert {at: (life.seen[at], found) for at, found in then.items() if found != life.seen[at]} == {}
    assert max(map(len, then.values())) > 5
    reasons = {reason for line in then.values() for _number, _pk, reason, _score in line}
    assert "front" in reasons
    assert len(reasons) >= 3


def test_a_lead_that_left_at_the_moment_has_left_and_one_that_entered_is_there():
    queue, rep = QueueFactory(), make_rep()
    first, second = make_entry(queue, since=MORNING), make_entry(queue, since=MORNING + MINUTE)
    take_next(queue, by=rep, at=MORNING + MINUTE)
    there = {at: [each.entry for each in line_at(queue, at=at).places] for at in (MORNING, MORNING + MINUTE)}
    assert there == {MORNING: [first], MORNING + MINUTE: [second]}


def test_a_claim_that_was_undone_took_the_lead_away_meanwhile():
    queue, rep = QueueFactory(), make_rep()
    entry = make_entry(queue, since=MORNING)
    taken = take_next(queue, by=rep, at=MORNING + MINUTE)
    undo_assignment(taken, by=rep, at=MORNING + 4 * MINUTE)
    there = [[each.entry for each in line_at(queue, at=MORNING + n * MINUTE).places] for n in range(6)]
    assert there == [[entry], [], [], [], [entry], [entry]]


@pytest.mark.parametrize("days", [0.01, 0.99, 1, 1.5, 2, 3.99, 4, 9, 40, 400, 5000])
def test_stays_of_any_length_are_found_at_both_ends(days):
    queue, rep, stay = QueueFactory(), make_rep(), timedelta(days=days)
    entry = make_entry(queue, since=MORNING - stay)
    take_next(queue, by=rep, at=MORNING)
    for at in (MORNING - stay, MORNING - stay / 2, MORNING - timedelta(microseconds=1)):
        assert [each.entry for each in line_at(queue, at=at).places] == [entry]
    assert line_at(queue, at=MORNING).depth == 0


def test_before_its_first_lead_and_its_first_settings_there_was_no_queue():
    queue = QueueFactory()
    make_entry(queue, since=MORNING)
    assert line_at(queue, at=MORNING).settings.is_known is False
    with pytest.raises(NotYet):
        line_at(queue, at=MORNING - MINUTE)


def test_a_queue_that_is_too_long_says_so_and_has_no_places(monkeypatch):
    monkeypatch.setattr("queues.queries.past_line.MOST", 2)
    queue = QueueFactory()
    fill(queue, 3)
    line = line_at(queue, at=MORNING)
    assert (line.is_too_long, line.places) == (True, [])


def test_details_that_arrived_later_leave_a_tier_unsure():
    PriorityTier.objects.create(name="Large", conditions=LARGE)
    queue = QueueFactory(order="priority")
    lead = make_entry(queue, since=MORNING).lead
    make_entry(queue, since=MORNING)
    capture_lead({"email": lead.email, "company_size": "500"}, channel="api", at=MORNING + HOUR)
    assert [each.is_sure for each in line_at(queue, at=MORNING).places] == [False, True]
    assert [each.is_sure for each in line_at(queue, at=MORNING + HOUR).places] == [True, True]


def test_a_correction_gives_back_the_tier_of_before():
    PriorityTier.objects.create(name="Large", conditions=LARGE)
    PriorityTier.history.update(history_date=MORNING - HOUR)
    queue = QueueFactory(order="priority")
    small, large = make_entry(queue, company_size=5, score=10), make_entry(queue, company_size=50, score=5)
    correct_lead(small.lead, {"company_size": 90}, by=None, at=MORNING + HOUR)
    tiers = {at: [(each.entry, each.tier) for each in line_at(queue, at=at).places] for at in (MORNING, MORNING + HOUR)}
    assert tiers == {MORNING: [(large, "Large"), (small, "")], MORNING + HOUR: [(small, "Large"), (large, "Large")]}


def test_steps_lead_to_who_entered_or_left_before_and_after():
    queue, rep = QueueFactory(), make_rep()
    fill(queue, 2, since=MORNING)
    take_next(queue, by=rep, at=MORNING + HOUR)
    assert changes_around(queue, at=MORNING + MINUTE) == (MORNING, MORNING + HOUR)
    assert changes_around(queue, at=MORNING) == (None, MORNING + HOUR)
    assert changes_around(queue, at=MORNING + HOUR) == (MORNING, None)


def test_a_long_line_asks_as_much_as_a_short_one():
    queue, rep, counts = QueueFactory(), make_rep(), []
    for number in (1, 3):
        fill(queue, number)
        take_next(queue, by=rep, at=MORNING + number * HOUR)
        with CaptureQueriesContext(connection) as asked:
            line = line_at(queue, at=MORNING)
            with_details(line.places)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
