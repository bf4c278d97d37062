"""The company of a week, on Alur's side: its people, queues and rules, and what reps and sales ops do (I4)."""

from contextlib import suppress
from datetime import datetime
from random import Random

from django.contrib.auth.models import User

from leads.actions.intake.capture import capture_lead
from leads.actions.merging import MergeRefused
from leads.actions.stages import StageRefused
from leads.decisions.stages import RETURN_REASONS
from leads.models import Activity, Capture
from queues.actions.claims.handing_over import HandOverRefused, hand_over
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.crm.links import leave_link, try_link_again
from queues.actions.review.decisions import NoLookalike, approve, keep_both
from queues.actions.review.merging import merge_on_desk
from queues.models import CrmLink, EntryRule, Queue, ReviewItem
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment
from tests.factories import QueueFactory, TeamFactory, make_ops, make_rep, make_rotation
from tests.journeys.lives.crm_week.people import Book
from tests.journeys.lives.sixty_days.people import REFUSALS

REPS = 6  # the last one has no account over there


class Office:
    """`contact_minutes`: how soon leads must be contacted; what is overdue goes from one to the other."""

    def __init__(self, dice: Random, at: datetime, book: Book, *, contact_minutes: int) -> None:
        self.dice, self.at, self.book = dice, at, book
        self.ops = make_ops()
        team = TeamFactory(reps_hand_over=True)
        self.reps = [make_rep(team, first_name=f"Rep{number}", last_name="") for number in range(REPS)]
        rotation = make_rotation(*self.reps, name="crm week", when_nobody="hold")
        self.rotation = rotation
        self.pushed = QueueFactory(slug="pushed", dispatch="push", rotation=rotation, contact_minutes=contact_minutes)
        self.pulled = QueueFactory(slug="pulled", team=team, wait_minutes=None, contact_minutes=contact_minutes)
        conditions = [{"field": "city", "operator": "is", "value": "Bandung"}]
        EntryRule.objects.create(name="Bandung", position=1, outcome="queue", queue=self.pulled, conditions=conditions)
        EntryRule.objects.create(name="others", position=2, outcome="queue", queue=self.pushed, conditions=[])
        self.left: dict[int, int] = {}  # links that were left as they are there, and the newest act at that moment

    def chance(self, percent: float) -> bool:
        return self.dice.random() * 100 < percent

    def leads_come_otherwise(self) -> None:
        """By a form, or typed in by somebody: strangers, and people whom the CRM has, or will have, too."""
        person = self.book.somebody(self.dice)
        channel = self.dice.choice((Capture.Channel.API, Capture.Channel.FORM, Capture.Channel.HAND))
        capture_lead({**person, "source": "form"}, channel=channel, at=self.at)

    def work(self) -> None:
        for user in self.reps:
            if self.chance(12):
                with suppress(*REFUSALS):
                    self._claim(user)
            if self.chance(25):
                self._work_on_own(user)
        if self.chance(8):
            self._decide()
        if self.chance(4):
            self._mend_links()

    def _claim(self, user: User) -> None:
        held = take_next(Queue.objects.get(pk=self.pulled.pk), by=user, at=self.at)
        if self.chance(10):
            with suppress(TooLateToUndo, AlreadyWorkedOn):
                undo_assignment(held, by=user, at=self.at)

    def _work_on_own(self, user: User) -> None:
        held = Assignment.objects.open().filter(holder=user).select_related("lead", "holder").order_by("pk")
        rows = list(held[:30])
        if not rows:
            return
        each, way = self.dice.choice(rows), self.dice.random()
        if way < 0.1:
            reason = self.dice.choice(sorted(RETURN_REASONS))
            self._return(each, reason, user)
        elif way < 0.2:
            with suppress(HandOverRefused):
                to = self.dice.choice([rep for rep in self.reps if rep != user]).rep
                hand_over(each, to=to, reason="knows_them", note="", anyway=True, by=user, at=self.at)
        elif each.first_contact_at is None:
            outcome = self.dice.choice(("reached", "no_answer"))
            log_contact(each, kind="call", outcome=outcome, note="", by=user, at=self.at)
        elif way < 0.6:
            stage = self.dice.choice(("lost", "disqualified", "converted", "nurture"))
            with suppress(StageRefused):
                close_held_lead(each, stage=stage, reason="no_need", by=user, at=self.at)

    def _return(self, held: Assignment, reason: str, user: User) -> None:

        return_lead(held, reason=reason, note="", by=user, at=self.at)

    def _decide(self) -> None:
        """Sales ops look at the desk."""
        for item in list(ReviewItem.objects.filter(closed_at__isnull=True).select_related("lead__resembles")[:5]):
            with suppress(NoLookalike, MergeRefused):
                other = item.lead.resembles
                if other is not None and self.chance(40):
                    merge_on_desk(item, other=other, keeps_other=self.chance(50), picks={}, by=self.ops, at=self.at)
                elif other is not None:
                    keep_both(item, by=self.ops, at=self.at)
                else:
                    approve(item, queue=Queue.objects.get(pk=self.pulled.pk), by=self.ops, at=self.at)

    def _mend_links(self) -> None:
        """What a CRM did not take: once more, or left as it is."""
        for link in CrmLink.objects.exclude(problem__in=("", "unmatched")).order_by("pk")[:2]:
            if self.chance(70):
                try_link_again(link, at=self.at)
                self.left.pop(link.pk, None)
            else:
                leave_link(link, at=self.at)
                self.left[link.pk] = Activity.objects.order_by("-pk").values_list("pk", flat=True)[0]
