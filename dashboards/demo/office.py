"""What the manager and sales ops of the demo do: escalations, review desk, inbox; and when people pause."""

from datetime import date, datetime, timedelta
from random import Random

from dashboards.demo.absences import Absences
from dashboards.demo.agenda import Agenda, attempt
from dashboards.demo.cast import Cast
from dashboards.demo.hours import Hours, closing_of, next_morning
from dashboards.demo.rules import SMB
from queues.actions.clocks.escalations import (
    dismiss_escalation,
    move_to_front,
    reassign_escalated,
    snooze_escalation,
    take_over,
)
from queues.actions.clocks.giving_on import least_loaded
from queues.actions.review.decisions import approve, nurture, reject
from queues.actions.review.merging import merge_on_desk
from queues.models import Escalation, ReviewItem
from queues.queries.escalations import open_escalations
from routing.actions.availability.time_off import set_available
from routing.actions.notifications import mark_read
from routing.models import Rep

AT_MOST = 4  # decisions in one go
PATIENCE = timedelta(minutes=40)
KINDS = Escalation.Kind
# what Ayu does about each kind, with weights
DECIDES = {
    KINDS.WAIT: (("front", 34), ("reassign", 30), ("dismiss", 28), ("snooze", 5), ("take_over", 3)),
    KINDS.AGE: (("front", 50), ("reassign", 30), ("dismiss", 20)),
    KINDS.CONTACT: (("reassign", 65), ("dismiss", 30), ("take_over", 5)),
    KINDS.NOBODY: (("reassign", 100),),
    KINDS.DECLINED: (("reassign", 80), ("take_over", 20)),
}
WHY_LATER = ("Waiting for the partner's answer", "Rep is on the phone with them", "Customer asked for tomorrow")
LUNCHES = 2


class Office:
    """`kept_leads` are left to the visitor: the demo decides nothing about them."""

    def __init__(self, cast: Cast, hours: Hours, absences: Absences, agenda: Agenda, rng: Random) -> None:
        self.cast, self.hours, self.absences, self.agenda, self.rng = cast, hours, absences, agenda, rng
        self.kept_leads: set[int] = set()
        self.pauses: list[datetime] = []
        self.nights: list[datetime] = []
        self.ayu, self.bima = cast.people["Ayu"], cast.people["Bima"]

    def begin_day(self, day: date) -> None:
        """Plan lunch breaks and the end of the day; during the show people do not pause."""
        home = closing_of(day)
        for user in self.rng.sample([user for user in self.cast.reps if self._is_here(user, home)], LUNCHES):
            noon = home - timedelta(hours=5, minutes=self.rng.uniform(0, 60))
            self.agenda.add(noon, self.pause, user, noon + timedelta(minutes=self.rng.uniform(25, 50)))
        self.agenda.add(home, self.all_go_home, next_morning(home))

    def _is_here(self, user, at: datetime) -> bool:
        return self.absences.back_at(user.pk, at) is None

    def pause(self, user, until: datetime, *, at: datetime) -> None:
        if at < self.hours.show_from:
            set_available(user.rep, is_available=False, by=user, at=at, until=until)
            self.pauses.append(until)

    def all_go_home(self, until: datetime, *, at: datetime) -> None:
        """Together and in one statement, so that nobody gets a flood, and the nights cost little."""
        if at < self.hours.show_from:
            Rep.objects.filter(is_available=True).update(is_available=False, away_until=until)
            self.nights.append(until)

    def night_ends(self, at: datetime) -> bool:
        """All come back together; whether a night ended by `at`."""
        is_over = any(until <= at for until in self.nights)
        self.nights = [until for until in self.nights if until > at]
        if is_over:
            Rep.objects.filter(is_available=False, away_until__lte=at).update(is_available=True, away_until=None)
        return is_over

    def pauses_end(self, at: datetime) -> bool:
        """Whether a pause ends by `at`."""
        over = [until for until in self.pauses if until <= at]
        self.pauses = [until for until in self.pauses if until > at]
        return bool(over)

    def open_doors(self, *, at: datetime) -> None:
        """The show begins: everybody who is not on leave is available, at any hour."""
        for rep in Rep.objects.filter(is_available=False).select_related("user").order_by("pk"):
            set_available(rep, is_available=True, by=rep.user, at=at)

    def decide(self, at: datetime, *, patience: timedelta = PATIENCE, most: int = AT_MOST) -> None:
        """Ayu decides escalations that are older than her patience."""
        waiting = open_escalations(self.ayu, at=at).filter(opened_at__lt=at - patience)
        waiting = waiting.exclude(lead__in=self.kept_leads).select_related("lead", "queue")
        for escalation in waiting[:most]:
            attempt(self._decide, escalation, at=at)

    def _decide(self, escalation: Escalation, *, at: datetime) -> None:
        names, weights = zip(*DECIDES[escalation.kind], strict=True)
        what, by = self.rng.choices(names, weights)[0], self.ayu
        rep = least_loaded(escalation.queue or self.cast.queues[SMB], at=at) if what == "reassign" else None
        if rep is not None and rep.user.first_name != "Rina":
            reassign_escalated(escalation, to=rep, by=by, at=at)
        elif what == "front":
            move_to_front(escalation, by=by, at=at)
        elif what == "snooze":
            self.snooze(escalation, self.rng.choice(WHY_LATER), at=at)
        elif what == "take_over":
            take_over(escalation, by=by, at=at)
        else:
            dismiss_escalation(escalation, by=by, at=at)

    def snooze(self, escalation: Escalation, reason: str, *, at: datetime) -> None:
        until = at + timedelta(hours=self.rng.randint(2, 4))
        snooze_escalation(escalation, until=until, reason=reason, by=self.ayu, at=at)

    def review(self, at: datetime, *, patience: timedelta = timedelta(minutes=25)) -> None:
        """Bima decides what is on the review desk, except what is left to the visitor."""
        items = ReviewItem.objects.filter(closed_at__isnull=True, opened_at__lt=at - patience)
        items = items.exclude(lead__in=self.kept_leads).select_related("lead").order_by("opened_at", "pk")
        for item in items[:12]:
            attempt(self._review, item, at=at)

    def _review(self, item: ReviewItem, *, at: datetime) -> None:
        reason, chance, by = (item.reasons or [""])[0], self.rng.random(), self.bima
        if reason in ("Competitor", "Student or university"):
            reject(item, by=by, at=at, reason="competitor" if reason == "Competitor" else "student")
        elif reason == "Possible duplicate" and chance < 0.7 and item.lead.resembles is not None:
            merge_on_desk(item, other=item.lead.resembles, keeps_other=True, picks={}, by=by, at=at)
        elif reason in ("no_rule", "Possible duplicate") or chance < 0.25:
            approve(item, queue=self.cast.queues[SMB], by=by, at=at)
        else:
            nurture(item, by=by, at=at)

    def read_inbox(self, *, at: datetime) -> None:
        for user in (self.ayu, self.bima, *self.cast.reps):
            mark_read(user, at=at)
