"""What the reps of the demo do with their leads: contact, follow up, return, close, each with own habits."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User

from dashboards.demo.absences import Absences
from dashboards.demo.agenda import Agenda
from dashboards.demo.cast import SMB_REPS, Cast, Person
from dashboards.demo.hours import Hours
from leads.actions.stages import close_lead
from leads.models import Lead, Source
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment
from routing.signals import holder_changed

STRAIN = timedelta(hours=84)  # before the end: the SMB reps no longer get their leads closed
CONVERTS = {"demo-request": 0.34, "referral": 0.36, "trial": 0.26, "inbound-form": 0.2, "campaign": 0.13, "event": 0.13}
OUTCOMES = (("reached", 62), ("no_answer", 16), ("left_message", 9), ("call_back", 10), ("wrong_number", 3))
KINDS = (("call", 60), ("email", 18), ("message", 18), ("meeting", 4))
GIVEN_BACK = (("not_my_type", 30), ("wrong_segment", 30), ("duplicate", 14), ("no_capacity", 14), ("no_skill", 12))
NO_LEAD = (("duplicate", 30), ("invalid", 40), ("student", 15), ("competitor", 15))
NO_DEAL = (("no_need", 40), ("no_budget", 35), ("wrong_segment", 25))
NOTES = (
    "",
    "",
    "",
    "Wants prices first.",
    "Minta dihubungi lagi besok.",
    "Decides with the owner.",
    "Butuh demo gudang.",
)
PATIENCE = 3  # attempts
CALM = timedelta(hours=3)  # before the end nothing comes back into a line by chance


@dataclass(frozen=True, slots=True)
class Deal:
    """What becomes of a contacted lead: stage and reason, and after how many minutes."""

    stage: str
    reason: str
    minutes: float


class Crew:
    """Plans the work on every assignment when it begins. `reserved` leads belong to the story."""

    def __init__(self, cast: Cast, hours: Hours, absences: Absences, agenda: Agenda, rng: Random) -> None:
        self.cast, self.hours, self.absences, self.agenda, self.rng = cast, hours, absences, agenda, rng
        self.reserved: set[int] = set()
        self.holding: dict[int, int] = {}  # lead -> the assignment under which it is worked on
        self.somebody_is_free = False
        self.strained = {cast.people[person.first_name].pk for person in SMB_REPS}
        self.sources = dict(Source.objects.order_by("pk").values_list("pk", "slug"))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Receive the signal of new assignments, and plan the work on them."""
        holder_changed.connect(self._hear, weak=False, dispatch_uid="queues_demo_crew")
        try:
            yield
        finally:
            holder_changed.disconnect(dispatch_uid="queues_demo_crew")

    def leave_alone(self, lead_id: int) -> None:
        """From now on this lead belongs to the story."""
        self.reserved.add(lead_id)
        self.holding.pop(lead_id, None)

    def notice(self, assignments: Iterable[Assignment]) -> None:
        """Plan the work on these. A claim by the database function sends no signal, so its caller calls this."""
        for held in assignments:
            if held.lead_id not in self.reserved and self.holding.get(held.lead_id) != held.pk:
                self.holding[held.lead_id] = held.pk
                self._plan(held)

    def _hear(self, sender, assignments, **_more) -> None:
        for held in assignments:
            if not held.is_open:
                self.somebody_is_free = True
                if self.holding.get(held.lead_id) == held.pk:
                    del self.holding[held.lead_id]
        self.notice(held for held in assignments if held.is_open)

    def _plan(self, held: Assignment) -> None:
        rng, at, way = self.rng, held.assigned_at, self._way(held.holder_id)
        chance = rng.random()
        is_late = at > self.hours.until - CALM
        if chance < 0.045 and held.how != Assignment.How.BY_HAND and not is_late:
            self._soon(at, rng.uniform(4, 50), self.give_back, held)
        elif chance < 0.08:
            self._soon(at, rng.uniform(4, 40), self.close, held, Deal("disqualified", self._one(NO_LEAD), 0))
        elif chance > 1 - way.forgets and at < self.hours.until - timedelta(hours=9):
            self._soon(at, rng.uniform(125, 410), self.contact, held, 1)
        else:
            then = self.hours.later(at, way.minutes * rng.lognormvariate(0, 0.55), rng)
            if then - at > timedelta(hours=6) and rng.random() < 0.94:
                then = at + timedelta(minutes=rng.uniform(3, 25))  # a quick word before going home
            self.agenda.add(then, self.contact, held, 1)

    def contact(self, held: Assignment, attempts: int, *, at: datetime) -> None:
        user = self._at_work(held, at, self.contact, held, attempts)
        if user is None:
            return
        rng, outcome = self.rng, self._one(OUTCOMES)
        again = self.hours.later(at, rng.uniform(60, 420), rng)
        log_contact(
            held,
            kind="email" if outcome == "wrong_number" and attempts > 1 else self._one(KINDS),
            outcome=outcome,
            note=rng.choice(NOTES),
            by=user,
            at=at,
            follow_up_at=again if outcome == "call_back" else None,
        )
        if outcome == "reached":
            self._go_on(held, attempts, at)
        elif attempts < PATIENCE:
            self.agenda.add(again, self.contact, held, attempts + 1)
        elif rng.random() < 0.5:
            self._end(held, Deal("disqualified", "unreachable_contact", rng.uniform(2, 60)), at)
        else:
            self._end(held, Deal("nurture", "", rng.uniform(2, 60)), at)

    def _go_on(self, held: Assignment, attempts: int, at: datetime) -> None:
        rng = self.rng
        converts = CONVERTS.get(self.sources.get(held.lead.source_id, ""), 0.07)
        if held.assigned_at - held.lead.created_at < timedelta(hours=1):
            converts *= 1.3  # a faster claim converts better
        chance = rng.random()
        if chance < converts:
            self._end(held, Deal("converted", "", rng.uniform(15, 300)), at)
        elif chance < converts + 0.25:
            self._end(held, Deal("disqualified", self._one(NO_DEAL), rng.uniform(2, 40)), at)
        elif chance < converts + 0.45:
            self._end(held, Deal("nurture", "", rng.uniform(2, 50)), at)
        elif chance < converts + 0.57 or attempts >= PATIENCE:
            self._end(held, Deal("lost", "", rng.uniform(30, 420)), at)
        else:
            self._soon(at, rng.uniform(120, 700), self.contact, held, attempts + 1)

    def close(self, held: Assignment, deal: Deal, *, at: datetime) -> None:
        user = self._at_work(held, at, self.close, held, deal)
        if user is None:
            return
        if user.pk in self.strained and at > self.hours.until - STRAIN and self.rng.random() < 0.6:
            return  # it stays open: this is how the trouble begins
        close_lead(held.lead, stage=deal.stage, by=user, at=at, reason=deal.reason)
        if deal.stage == Lead.Stage.CONVERTED:
            self.agenda.add(at + timedelta(days=self.rng.uniform(0.8, 8)), self.settle, held.lead, user)

    def settle(self, lead: Lead, user: User, *, at: datetime) -> None:
        """The opportunity is won or lost; some stay open."""
        stage = self.rng.choices(("won", "lost", ""), (45, 40, 15))[0]
        if stage and self.hours.is_open(at):
            close_lead(lead, stage=stage, by=user, at=at)
        elif stage:
            self.agenda.add(self.hours.later(at, 0, self.rng), self.settle, lead, user)

    def give_back(self, held: Assignment, *, at: datetime) -> None:
        user = self._at_work(held, at, self.give_back, held)
        if user is not None:
            return_lead(held, reason=self._one(GIVEN_BACK), note="", by=user, at=at)

    def clear_desk(self, user: User, most: int, *, at: datetime) -> None:
        """Close at most `most` open leads of this person, the oldest first; those of the story stay."""
        mine = Assignment.objects.open().filter(holder=user).exclude(lead__in=self.reserved).select_related("lead")
        for held in mine.order_by("assigned_at", "pk")[:most]:
            if held.first_contact_at is None:
                log_contact(held, kind="call", outcome="reached", note="", by=user, at=at)
            stage, reason = self.rng.choice((("converted", ""), ("nurture", ""), ("disqualified", "no_need")))
            close_lead(held.lead, stage=stage, by=user, at=at, reason=reason)

    def _end(self, held: Assignment, deal: Deal, at: datetime) -> None:
        self._soon(at, deal.minutes, self.close, held, deal)

    def _soon(self, at: datetime, minutes: float, act, *given: object) -> None:
        self.agenda.add(self.hours.later(at, minutes, self.rng), act, *given)

    def _at_work(self, held: Assignment, at: datetime, act, *given: object) -> User | None:
        """The holder, if he or she still holds the lead and is at work; if away, the act is planned for the return."""
        if self.holding.get(held.lead_id) != held.pk:
            return None
        back_at = self.absences.back_at(held.holder_id, at)
        if back_at is not None:
            self.agenda.add(self.hours.later(back_at, 20, self.rng), act, *given)
            return None
        return self.cast.by_id(held.holder_id)

    def _way(self, user_id: int) -> Person:
        return self.cast.habits.get(user_id) or next(iter(self.cast.habits.values()))

    def _one(self, table: tuple[tuple[str, int], ...]) -> str:
        names, weights = zip(*table, strict=True)
        return self.rng.choices(names, weights)[0]
