"""A week of a company with a CRM: leads on both sides, owners changed on both sides, one call in ten fails, the worker
is killed ten times, a token is revoked and the calls of a day run out. At the end both sides say the same (I4).

A life is its seed. A plain run is one day of 40 leads; `--hypothesis-profile=long` plays 2,000 in seven days.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import time_machine

from queues import tasks
from queues.actions.crm import set_up
from queues.actions.crm.states import mended, switch_on
from queues.actions.crm.trying import read_choices, read_people, try_credentials
from queues.models import Connection
from routing.models import Assignment
from tests.crm.faults import Fault, FaultKind
from tests.effort import examples
from tests.journeys.lives.crm_week.checks import After, turn_faults
from tests.journeys.lives.crm_week.office import Office
from tests.journeys.lives.crm_week.people import Book, There
from tests.journeys.lives.crm_week.sides import SIDES, Side
from tests.journeys.lives.crm_week.worker import POINTS, Worker

START = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)  # a Monday
MINUTE = timedelta(minutes=1)
DAY_BEGINS, DAY_ENDS = 2, 11  # hours in UTC when people work
IS_LONG = examples(1) > 1
DEATHS = 10
FAULTS = (
    Fault(FaultKind.TOO_MANY, wait=3),
    Fault(FaultKind.TOO_MANY, wait=40),
    Fault(FaultKind.STATUS, status=429),
    Fault(FaultKind.STATUS, status=503),
    Fault(FaultKind.ERROR),
    Fault(FaultKind.CUT),
    Fault(FaultKind.HTML),
    Fault(FaultKind.HTML, status=502),
    Fault(FaultKind.HANG, wait=0.01),
    Fault(FaultKind.HANG, wait=0.01, is_done=True),
    Fault(FaultKind.REPEAT),
)


@dataclass(frozen=True)
class Size:
    leads: int
    days: int
    step: int  # minutes, at most, while people work
    contact_minutes: int  # six people cannot call hundreds of leads in four hours, and would hand them on all week


SMALL = Size(leads=40, days=1, step=12, contact_minutes=240)
WHOLE = Size(leads=2000, days=7, step=6, contact_minutes=2880)


class Week:
    def __init__(self, side: Side, seed: int, policy: str, size: Size, move_to: Callable[[datetime], None]) -> None:
        self.side, self.dice, self.size, self.move_to = side, Random(seed), size, move_to
        self.at, self.mended, self.used_up, self.is_quiet = START, 0, 0, False
        self.to_die: list[str] = []
        self.book = Book()
        self.office = Office(self.dice, START, self.book, contact_minutes=size.contact_minutes)
        self.there = There(side, self.dice, self.book, [user.email.title() for user in self.office.reps[:-1]])
        self.worker = Worker(side, self.dice, lambda: self.at)
        self.there.leads_come(size.leads // 4)
        self.pass_time(3)
        self.connection = self.connect(policy)
        self.deaths_at = [self.dice.randrange(self.steps_in_all() * 6 // 10) for _death in range(DEATHS)]

    def connect(self, policy: str) -> Connection:
        """As sales ops do in five steps; all calls are answered until it is switched on."""
        side, by, at = self.side, self.office.ops, self.at
        made = set_up.make_connection(side.KIND, object_name=side.OBJECT, name=f"{side.KIND} week", by=by, at=at)
        self.sign_in(made)
        assert read_people(made, at=at) == len(self.there.reps)
        choices = read_choices(made, fresh=True)
        assert {*side.STATUSES.values(), *side.CLOSING} <= {each.value for each in choices.statuses}
        set_up.set_maps(
            made, field_map=side.FIELDS, status_map=side.STATUSES, closing_map=side.CLOSING, owner_policy=policy,
            takes_in=True, writes_out=True, take_since=None, by=by, at=at,
        )  # fmt: skip
        switch_on(made, by=by, at=at)
        self.faults_begin()
        return made

    def faults_begin(self) -> None:
        self.side.double.fail_a_share(0.1, FAULTS, seed=self.dice.randrange(1000))

    def sign_in(self, connection: Connection) -> None:
        side, at = self.side, self.at
        tried = try_credentials(connection, side.credentials(), place=side.place)
        set_up.set_credentials(
            connection, tried.credentials, place=tried.place, account=tried.account, by=self.office.ops, at=at
        )

    # time

    def steps_in_all(self) -> int:
        return int(self.size.days * ((DAY_ENDS - DAY_BEGINS) * 60 / ((1 + self.size.step) / 2)))

    def pass_time(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)
        self.side.double.now = self.office.at = self.at
        self.move_to(self.at)

    def live(self) -> None:
        step = 0
        for day in range(self.size.days):
            self.pass_to(day, DAY_BEGINS)
            while self.at < START + timedelta(days=day, hours=DAY_ENDS):
                self.pass_time(self.dice.randint(1, self.size.step) + self.dice.random())
                self.happens(step)
                step += 1
        while self.to_die or self.worker.kill_at:  # in the evening
            self.pass_time(self.size.step)
            self.worker_runs()
        self.quiet()

    def pass_to(self, day: int, hour: int) -> None:
        """Nights: nobody works, and calls still fail."""
        while self.at < START + timedelta(days=day, hours=hour):
            self.pass_time(60)
            self.worker_runs()

    def happens(self, step: int) -> None:
        count = self.size.leads * 0.9 / self.steps_in_all()
        for _lead in range(int(count) + (self.dice.random() < count % 1)):
            self.there.leads_come(1) if self.dice.random() < 0.75 else self.office.leads_come_otherwise()
        self.side.look()
        for _act in range(max(1, round(count))):
            self.there.work()
        self.office.work()
        self.to_die += [POINTS[n % len(POINTS)] for n, when in enumerate(self.deaths_at) if when == step]
        if step == self.steps_in_all() // 4:
            self.side.end_grant()
        if step == self.steps_in_all() * 2 // 3:
            self.run_out_of_calls()
        if step % 10 == 9:
            self.mend()
        if step % 60 == 59:
            self.side.double.skew += timedelta(seconds=7)  # a clock over there that is ahead, ever more
            self.side.double.lag = timedelta(seconds=self.dice.choice((0, 5, 15)))
        self.worker_runs()

    def worker_runs(self) -> None:
        if self.to_die and not self.worker.kill_at:
            self.worker.die_at(self.to_die.pop(0))
        self.worker.tick()
        tasks.serve_waiting()
        if not self.is_quiet and self.dice.random() < 0.2:
            tasks.resolve_left_over()
            tasks.escalate_overdue()
        self.at += timedelta(seconds=2)  # the outbox looks again
        self.worker.write()

    def run_out_of_calls(self) -> None:
        """At 80 % Alur waits; in the night the calls come back."""
        double = self.side.double
        if self.side.HAS_USAGE:
            double.most_calls = double.calls_in_window + 60
        else:
            double.next_faults.append(Fault(FaultKind.TOO_MANY, wait=3600))

    def mend(self) -> None:
        """Somebody of sales ops looks at what stands still."""
        row = Connection.objects.get(pk=self.connection.pk)
        if row.state == "broken" and row.problem == "sign_in":
            self.side.give_grant_back()
            self.side.double.fail_no_more()
            self.sign_in(row)
            self.faults_begin()
            self.mended += 1
        elif row.state == "broken":
            mended(row, by=self.office.ops, at=self.at)
        if row.problem == "usage":
            self.used_up += 1

    def quiet(self) -> None:
        """Nobody acts any more, and nothing fails; what waits is done, and nothing else is."""
        self.side.double.fail_no_more()
        self.is_quiet = True
        self.side.double.most_calls = 250_000
        self.mend()
        for _tick in range(14):
            self.pass_time(25)
            self.worker_runs()
        before = len(self.side.notes), Assignment.objects.count()
        for _tick in range(4):
            self.pass_time(25)
            self.worker_runs()
        assert (len(self.side.notes), Assignment.objects.count()) == before, "something goes to and fro"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("policy", ["alur", "crm"])
@pytest.mark.parametrize("kind", sorted(SIDES))
@pytest.mark.parametrize("seed", range(1))
def test_a_week_with_a_crm(kind, policy, seed, settings):
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with time_machine.travel(START, tick=False) as traveller:
        side = SIDES[kind](START)
        with side.double:
            week = Week(side, seed, policy, WHOLE if IS_LONG else SMALL, traveller.move_to)
            week.live()
    after = After(side, week.connection, week.office.left)
    faults = [*after.faults(), *turn_faults(week.office.rotation, at=week.at)]
    assert not faults, "\n".join(faults)
    # it was a life in which all of this happened
    assert week.mended and len(week.worker.deaths) == DEATHS
    assert side.count_writes() > len(side.double.rows) / 4 and len(set(side.double.faults_met)) >= 3
    if side.HAS_USAGE:
        assert week.used_up and not side.double.calls_too_many
