"""What reps and managers do in one moment of their day."""

from contextlib import suppress
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from leads.actions.stages import StageRefused
from leads.decisions.stages import RETURN_REASONS
from queues.actions.claims.guards import LeadIsReserved, TakeNextOnly, TooManyUncontacted
from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import (
    NotPickable,
    NotYourQueue,
    QueueIsEmpty,
    pick,
    take_batch,
    take_next,
)
from queues.actions.claims.undo import QueueIsGone, SkipInstead, undo_assignment
from queues.actions.clocks.away import answer_hand_on, answer_keep
from queues.actions.clocks.escalations import (
    NothingToMove,
    dismiss_escalation,
    move_to_front,
    reassign_escalated,
    snooze_escalation,
    take_over,
)
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.models import AwayQuestion, Entry, Escalation, Queue
from queues.queries.access import claimable_queues
from routing.actions.assignment import LeadHasHolder, return_lead
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.actions.people import deactivate_person, reactivate_person
from routing.actions.undo import AlreadyWorkedOn
from routing.models import Assignment, Rep, TimeOff
from tests.journeys.lives.sixty_days.company import Company

REFUSALS = (
    QueueIsEmpty, NotYourQueue, NotPickable, TooManyUncontacted, TakeNextOnly, LeadIsReserved, QueueIsGone, SkipInstead,
    AlreadyWorkedOn, NobodyToAssign,
)  # fmt: skip
DAY = timedelta(days=1)


class People:
    def __init__(self, company: Company) -> None:
        self.company = company
        self.claims: list[int] = []

    def work(self) -> None:
        """Everybody who is here does something; a claim that nobody should make is refused."""
        for user in list(User.objects.filter(rep__isnull=False, is_active=True).order_by("pk")):
            rep, manner = self.company.rep(user), self.company.manners[user.pk]
            if not rep.is_available or self._is_away(rep):
                continue
            self._work_on_own(user, manner)
            if self.company.chance(manner.claims):
                with suppress(*REFUSALS):
                    self._claim(user)

    def _is_away(self, rep: Rep) -> bool:
        at = self.company.at
        return TimeOff.objects.filter(rep=rep, starts_at__lte=at, ends_at__gt=at).exists()

    def _claim(self, user: User) -> None:
        company = self.company
        queues = list(claimable_queues(user, at=company.at))
        queue, way = company.dice.choice(queues), company.dice.random()
        if queue.slug == "cold" and not company.chance(1):
            return
        if way < 0.6:
            taken = [take_next(queue, by=user, at=company.at)]
        elif way < 0.8:
            taken = take_batch(queue, count=min(3, queue.batch_size), by=user, at=company.at)
        else:
            entries = list(
                Entry.objects.waiting().filter(queue=queue).select_related("queue").order_by("since_at", "pk")
            )
            if not entries:
                return
            entry = company.dice.choice(entries[:4])
            if queue.is_reserving and company.chance(5):
                reserve(entry, by=user, at=company.at)
                return
            taken = [pick(entry, by=user, at=company.at)]
        if company.chance(1):
            undo_assignment(taken[-1], by=user, at=company.at)

    def _work_on_own(self, user: User, manner) -> None:
        company, at = self.company, self.company.at
        held = Assignment.objects.open().filter(holder=user).select_related("lead", "holder")
        for each in list(held.order_by("assigned_at", "pk")[:4]):
            if company.chance(manner.returns):
                reason = company.dice.choice(sorted(RETURN_REASONS))
                return_lead(each, reason=reason, note="", by=user, at=at)
            elif each.first_contact_at is None:
                if company.chance(manner.contacts):
                    outcome = company.dice.choice(("reached", "no_answer", "wrong_number"))
                    log_contact(each, kind="call", outcome=outcome, note="", by=user, at=at)
            elif company.chance(manner.closes):
                stage = company.dice.choice(("won", "lost", "converted", "disqualified", "nurture"))
                with suppress(StageRefused):
                    close_held_lead(each, stage=stage, reason="no_need", by=user, at=at)

    def come_and_go(self) -> None:
        """Now and then somebody goes on leave, is sick, takes no leads for a while, or leaves for some days."""
        company, at = self.company, self.company.at
        user = company.dice.choice(company.people)
        user.refresh_from_db()
        rep = company.rep(user)
        if not user.is_active:
            reactivate_person(user, by=company.ops, at=at)
        elif not rep.is_available:
            set_available(rep, is_available=True, by=user, at=at)
        elif company.chance(4):
            self._plan_leave(rep)
        elif company.chance(6):
            until = company.dice.choice((None, at + timedelta(hours=5)))
            set_available(rep, is_available=False, by=user, at=at, until=until)
        elif company.chance(3):
            deactivate_person(user, by=company.ops, at=at)

    def _plan_leave(self, rep: Rep) -> None:
        company, at = self.company, self.company.at
        starts_at = at + company.dice.choice((timedelta(0), timedelta(hours=3), DAY))
        ends_at = starts_at + company.dice.choice((timedelta(hours=4), 2 * DAY, 6 * DAY))
        with company.committed():
            kind = company.dice.choice(("leave", "sick"))
            plan_time_off(rep, kind=kind, starts_at=starts_at, ends_at=ends_at, note="", by=company.ops, at=at)
        self.company.hours_of(rep)

    def manage(self) -> None:
        """Managers answer about who is away, and decide some of their cases."""
        company, at = self.company, self.company.at
        for question in AwayQuestion.objects.filter(answered_at__isnull=True).order_by("pk"):
            if company.chance(3):
                answer = company.dice.choice((answer_keep, answer_hand_on))
                answer(question, by=company.managers[0], at=at)
        cases = Escalation.objects.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=at), closed_at__isnull=True)
        for case in list(cases.select_related("lead").order_by("pk")[:8]):
            if company.chance(5):
                with suppress(NothingToMove, LeadHasHolder):
                    self._decide(case)
        if company.chance(1):
            queue = company.dice.choice(list(Queue.objects.active().order_by("pk")))
            with suppress(*REFUSALS):
                assign_next(queue, by=company.managers[0], at=at)

    def _decide(self, case: Escalation) -> None:
        company, at = self.company, self.company.at
        by = company.dice.choice(company.managers)
        way = company.dice.randrange(5)
        if way == 0:
            take_over(case, by=by, at=at)
        elif way == 1:
            to = company.rep(company.dice.choice(company.people))
            if to.user.is_active:
                reassign_escalated(case, to=to, by=by, at=at)
        elif way == 2:
            move_to_front(case, by=by, at=at)
        elif way == 3:
            snooze_escalation(case, until=at + company.dice.choice((DAY, 9 * DAY)), reason="waits", by=by, at=at)
        else:
            dismiss_escalation(case, by=by, at=at)
        own = Assignment.objects.uncontacted().filter(holder__in=company.managers).select_related("lead")
        for held in list(own.order_by("pk")):
            if company.chance(5):
                log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=at)
