"""After any history, with edits, merges and undo, what is kept is what a count from nothing gives (E10)."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leads.actions.corrections import NotCorrectable, NothingCorrected, correct_lead
from leads.actions.intake.capture import capture_lead
from leads.actions.merging import MergeRefused, SplitRefused
from leads.actions.stages import StageRefused, close_lead
from leads.decisions.stages import REOPENED_BY_HAND
from leads.models import Activity, Lead, Merge
from queues.actions.claims.handing_over import HandOverRefused, hand_over
from queues.actions.claims.reopening import ReopenRefused, reopen_lead
from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.claims.undo import QueueIsGone, undo_assignment
from queues.actions.claims.undo_close import NotClosed, undo_close
from queues.actions.claims.undo_return import ReturnStands, undo_return
from queues.actions.clocks.cleanup import StepCannotBeUndone, clear_stale, set_aside, undo_step
from queues.actions.entries.moving import move_waiting
from queues.actions.figures.sweep import count_figures
from queues.actions.review.merging import merge_pair, undo_merge
from queues.models import EntryRule, StaleDay, StaleStep
from routing.actions.act_undo import ActIsUndone, correct_contact, undo_act
from routing.actions.assignment import NotTheHolder, return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import ContactRefused, log_contact
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment
from tests.effort import examples
from tests.factories import MORNING, QueueFactory, SourceFactory, TeamFactory, make_entry, make_ops, make_rep
from tests.queues.kept_counts import kept, recounted

MINUTE = timedelta(minutes=1)
PASSES = st.sampled_from([MINUTE, 7 * MINUTE, 50 * MINUTE, 300 * MINUTE, 1500 * MINUTE])


class History:
    """Two queues, two reps, two sources, and whatever happens to their leads."""

    def __init__(self) -> None:
        self.at: datetime = MORNING
        self.queues = [QueueFactory(), QueueFactory()]
        team = TeamFactory(reps_hand_over=True)
        self.reps, self.ops = [make_rep(team), make_rep(team)], make_ops()
        EntryRule.objects.create(name="Everybody", position=9, outcome="queue", queue=self.queues[0])
        self.sources = [SourceFactory(slug="web", name="Web"), SourceFactory(slug="fair", name="Fair")]

    def arrive(self, n: int) -> None:
        make_entry(self.queues[n % 2], since=self.at, source=self.sources[n // 2 % 2])

    def take(self, n: int) -> None:
        with suppress(QueueIsEmpty):
            take_next(self.queues[n % 2], by=self.reps[n // 2 % 2], at=self.at)

    def contact(self, n: int) -> None:
        if held := self._held(n):
            log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=self.at)

    def close(self, n: int) -> None:
        if held := self._held(n):
            stage = ("converted", "won", "lost", "disqualified")[n % 4]
            close_held_lead(held, stage=stage, by=held.holder, at=self.at, reason="competitor" if n % 4 > 1 else "")

    def come_back(self, n: int) -> None:
        if lead := self._lead(n):
            capture_lead({"email": lead.email, "source": "Web"}, channel="api", at=self.at)

    def win(self, n: int) -> None:
        deals = list(Lead.objects.filter(stage="converted").order_by("pk"))
        if deals:
            close_lead(deals[n % len(deals)], stage=("won", "lost")[n % 2], by=self.ops, at=self.at)

    def give_back(self, n: int) -> None:
        if held := self._held(n):
            return_lead(held, reason="no_capacity", note="", by=held.holder, at=self.at)

    def undo(self, n: int) -> None:
        if held := self._held(n):
            with suppress(NotTheHolder, QueueIsGone, TooLateToUndo, AlreadyWorkedOn):
                undo_assignment(held, by=held.holder, at=self.at)

    def correct(self, n: int) -> None:
        if lead := self._lead(n):
            with suppress(NotCorrectable, NothingCorrected):
                change = {"source": self.sources[n % 2]} if n % 3 else {"lead_type": ("mql", "cold")[n % 2]}
                correct_lead(lead, change, by=self.ops, at=self.at)

    def merge(self, n: int) -> None:
        one, other = self._lead(n), self._lead(n + 1)
        if one and other and one.pk != other.pk:
            with suppress(MergeRefused):
                merge_pair(one, other, by=self.ops, at=self.at)

    def split(self, n: int) -> None:
        if merge := Merge.objects.filter(undone_at__isnull=True).order_by("-pk").first():
            with suppress(SplitRefused):
                undo_merge(merge, by=self.ops, at=self.at)

    def set_aside(self, n: int) -> None:
        if lead := self._lead(n):
            with suppress(StageRefused):
                set_aside(lead, StaleStep.Step.NURTURE, by=self.ops, at=self.at)

    def bring_back(self, n: int) -> None:
        if step := StaleStep.objects.filter(undone_at__isnull=True).order_by("-pk").first():
            with suppress(StepCannotBeUndone, QueueIsGone):
                undo_step(step, by=self.ops, at=self.at)

    def clean(self, n: int) -> None:
        clear_stale(at=self.at)

    def move(self, n: int) -> None:
        move_waiting(self.queues[n % 2], to=self.queues[1 - n % 2], by=self.ops, at=self.at)

    def sweep(self, n: int) -> None:
        count_figures(at=self.at, patience=n % 2)

    def take_contact_back(self, n: int) -> None:
        if act := Activity.objects.filter(kind="contacted").order_by("-pk").first():
            with suppress(NotTheHolder, TooLateToUndo, ActIsUndone):
                undo_act(act, by=act.by, at=self.at)

    def correct_contact(self, n: int) -> None:
        if act := Activity.objects.filter(kind="contacted").order_by("-pk").first():
            outcome = ("wrong_number", "reached", "no_answer")[n % 3]
            with suppress(NotTheHolder, ContactRefused, ActIsUndone):
                correct_contact(
                    act, kind="call", outcome=outcome, made_at=act.at - n * MINUTE / 4, by=act.by, at=self.at
                )

    def open_again(self, n: int) -> None:
        if ended := Assignment.objects.exclude(ended_at=None).order_by("-ended_at", "-pk").first():
            with suppress(NotClosed, TooLateToUndo, AlreadyWorkedOn):
                undo_close(ended, by=ended.holder, at=self.at)

    def take_return_back(self, n: int) -> None:
        if ended := Assignment.objects.filter(ended_how="returned").order_by("-ended_at", "-pk").first():
            with suppress(ReturnStands, TooLateToUndo):
                undo_return(ended, by=ended.holder, at=self.at)

    def hand_over(self, n: int) -> None:
        if held := self._held(n):
            with suppress(HandOverRefused):
                to = next(rep for rep in self.reps if rep.pk != held.holder_id).rep
                hand_over(held, to=to, reason="no_skill", note="", anyway=True, by=held.holder, at=self.at)

    def open_later(self, n: int) -> None:
        closed = list(Lead.objects.filter(stage__in=REOPENED_BY_HAND).order_by("pk"))
        if closed:
            with suppress(ReopenRefused):
                reopen_lead(closed[n % len(closed)], reason="by mistake", by=self.ops, at=self.at)

    def _held(self, n: int) -> Assignment | None:
        rows = list(Assignment.objects.open().select_related("holder", "lead").order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def _lead(self, n: int) -> Lead | None:
        rows = list(Lead.objects.filter(merged_into__isnull=True).order_by("pk"))
        return rows[n % len(rows)] if rows else None


ACTS = [name for name in vars(History) if not name.startswith("_")]
OFTEN = [*ACTS, "arrive", "arrive", "take", "take", "sweep"]


class AnyHistory(TestCase):
    @settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(st.sampled_from(OFTEN), st.integers(0, 11), PASSES), min_size=5, max_size=20))
    def test_kept_is_recounted(self, acts):
        history = History()
        for name, number, passes in acts:
            history.at += passes
            getattr(history, name)(number)
        history.at += MINUTE
        count_figures(at=history.at, patience=60)
        assert not StaleDay.objects.exists()
        assert kept() == recounted(at=history.at)


@pytest.mark.django_db
def test_this_history_has_something_of_everything():
    history = History()
    for number, name in [(turn + place // 2, name) for turn in range(3) for place, name in enumerate(ACTS)]:
        history.at += 40 * MINUTE
        getattr(history, name)(number)
    count_figures(at=history.at, patience=60)
    assert [name for name, rows in kept().items() if not rows] == []
