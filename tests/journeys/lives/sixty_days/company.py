"""A company with five queues of all kinds, two teams with hours, and a rule for most leads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.contrib.auth.models import User
from django.test import TestCase

from queues.actions.clocks.holders import keep_holder_clocks
from queues.models import ContactStep, EntryRule, Queue, TypeLimit
from routing.actions.availability.clocks import extend_clocks
from routing.models import Rep, Team
from tests.factories import QueueFactory, TeamFactory, make_manager, make_ops, make_rep, make_rotation
from tests.journeys.lives.sixty_days.clocks import ExpectedBreaches
from tests.journeys.lives.sixty_days.working_time import WorkedMinutes

SHORT_WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LONG_WEEK = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
WEEKS = (SHORT_WEEK, LONG_WEEK, SHORT_WEEK | {"fri": [["09:00", "15:00"]]}, LONG_WEEK | {"sun": [["10:00", "12:00"]]})
RULES = (  # what leads say of themselves -> where they go; the others match no rule
    ("too small", [["score", "less_than", 5]], "reject", ""),
    ("later", [["source", "is", "newsletter"]], "nurture", ""),
    ("by word of mouth", [["source", "is", "referral"]], "queue", "blind"),
    ("hot", [["lead_type", "is", "hot_inbound"]], "queue", "hot"),
    ("qualified", [["lead_type", "is", "mql"]], "queue", "pushed"),
    ("warm", [["lead_type", "is", "warm"]], "queue", "hybrid"),
    ("cold", [["lead_type", "is", "cold"], ["source", "is", "list"]], "queue", "cold"),
)


@dataclass(frozen=True)
class Manner:
    """How somebody works: of ten chances to do it, so many are taken."""

    claims: int
    contacts: int
    returns: int = 0
    closes: int = 3


MANNERS = (
    Manner(claims=8, contacts=9),
    Manner(claims=5, contacts=6, returns=1),
    Manner(claims=9, contacts=3, closes=1),  # hoards
    Manner(claims=3, contacts=2),  # forgets
    Manner(claims=6, contacts=7, returns=4),
)


class Company:
    """`at` is the time; everything random comes from `dice`."""

    def __init__(self, seed: int, at: datetime, *, reps: int) -> None:
        self.dice, self.at, self.start = Random(seed), at, at
        self.expected = ExpectedBreaches()
        self.ops = make_ops()
        self.teams = [TeamFactory(working_hours=week) for week in (SHORT_WEEK, LONG_WEEK)]
        self.managers = [make_manager(team) for team in self.teams]
        self.people = [make_rep(self.teams[number % 2]) for number in range(reps)]
        self.manners = {user.pk: MANNERS[number % len(MANNERS)] for number, user in enumerate(self.people)}
        self.queues = self._open_queues()
        for position, (name, conditions, outcome, queue) in enumerate(RULES):
            rule = EntryRule(name=name, position=position, outcome=outcome, queue=self.queues.get(queue))
            rule.conditions = [dict(zip(("field", "operator", "value"), each, strict=True)) for each in conditions]
            rule.save()
        TypeLimit.objects.create(queue=self.queues["cold"], lead_type="cold", nurture_after_days=4)
        TypeLimit.objects.create(queue=self.queues["hot"], lead_type="hot_inbound", contact_minutes=50, wait_minutes=45)
        TypeLimit.objects.create(
            queue=None, lead_type="mql", recycle_after_days=3, archive_after_days=9, contact_minutes=100
        )
        extend_clocks(at=at)
        keep_holder_clocks(at=at)
        self.days_off: dict[int, set] = {team.pk: set() for team in self.teams}
        self.expected.teams = {team.pk: WorkedMinutes(at, team.working_hours) for team in self.teams}
        self.expected.reps = {
            rep.pk: WorkedMinutes(at, rep.teams.get().working_hours) for rep in Rep.objects.order_by("pk")
        }

    def _open_queues(self) -> dict[str, Queue]:
        first, second = self.teams
        pushed = make_rotation(*self.people[:-2], name="pushed")
        both = make_rotation(*self.people[1:], name="both", when_nobody="hold", skips_outside_hours=True)
        cold = QueueFactory(
            slug="cold", order="priority", when_full="park", depth_limit=9, depth_lift=5, mean_age_hours=900,
            mean_age_lift_hours=800, picks_within=3, is_reserving=True, wait_minutes=None,
        )  # fmt: skip
        found = {
            "cold": cold,
            "hot": QueueFactory(
                slug="hot", order="fifo", team=first, when_full="park", depth_limit=6, depth_lift=3,
                contact_minutes=60, contact_counts="team", wait_counts="team", uncontacted_limit=6, remind_percent=75,
            ),
            "pushed": QueueFactory(
                slug="pushed", dispatch="push", rotation=pushed, when_full="park", depth_limit=5, depth_lift=3,
                contact_minutes=90, contact_counts="holder", mean_age_hours=12, mean_age_lift_hours=8,
            ),
            "hybrid": QueueFactory(
                slug="hybrid", dispatch="hybrid", rotation=both, when_full="overflow", overflow_queue=cold,
                depth_limit=5, depth_lift=2, on_wait_breach="assign", wait_minutes=600, contact_minutes=240,
                contact_counts="team", wait_counts="team", team=second,
            ),
            "blind": QueueFactory(
                slug="blind", is_blind=True, when_full="park", depth_limit=4, depth_lift=2, mean_age_hours=48,
                mean_age_lift_hours=40, wait_minutes=None, contact_minutes=120, nurture_after_days=5,
            ),
        }  # fmt: skip
        for position, (act, after) in enumerate((("remind", None), ("tell_manager", 45), ("give_to_another", 200))):
            ContactStep.objects.create(queue=found["blind"], position=position + 1, act=act, after_minutes=after)
        return found

    # what everybody asks

    def chance(self, of_ten: float) -> bool:
        return self.dice.random() * 10 < of_ten

    def rep(self, user: User) -> Rep:
        return Rep.objects.select_related("user").get(user=user)

    def queue(self, name: str) -> Queue:
        return Queue.objects.select_related("rotation", "team").get(slug=name)

    def team(self, number: int) -> Team:
        return Team.objects.get(pk=self.teams[number].pk)

    def committed(self):
        """What waits for a commit, such as small background jobs, happens at the end of this block."""
        return TestCase.captureOnCommitCallbacks(execute=True)

    @property
    def day(self) -> int:
        return (self.at - self.start) // timedelta(days=1)

    # hours, as the test counts them

    def hours_changed(self, team: Team) -> None:
        """From now on, those of the team and of all its people."""
        days_off = self.days_off[team.pk]
        self.expected.teams[team.pk].change(self.at, team.working_hours, days_off=days_off, away=())
        for rep in team.reps.order_by("pk"):
            self.hours_of(rep)

    def hours_of(self, rep: Rep) -> None:
        team = rep.teams.get()
        away = list(rep.time_off.filter(kind__in=("leave", "sick")).values_list("starts_at", "ends_at"))
        self.expected.reps[rep.pk].change(self.at, team.working_hours, days_off=self.days_off[team.pk], away=away)
