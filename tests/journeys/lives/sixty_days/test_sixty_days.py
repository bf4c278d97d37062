"""Sixty days of a company, through the actions and sweeps themselves: after each day every lead is in one place, every
clock that ran out is recorded once with its own time, old leads moved once, and what was parked entered in order.

A life is its seed: a failure shows it. `--hypothesis-profile=long` plays a hundred, of which every second goes by the
hour.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine

from config.jobs.run import open_jobs
from queues import tasks
from queues.models import Breach, ReviewItem, StaleStep
from routing.actions.availability.clocks import extend_clocks
from routing.actions.rotation.audit import audit_rotation
from routing.models import Rotation
from tests.effort import examples
from tests.journeys.lives.sixty_days.arrivals import World
from tests.journeys.lives.sixty_days.company import Company
from tests.journeys.lives.sixty_days.nights import Nights
from tests.journeys.lives.sixty_days.operations import Operations
from tests.journeys.lives.sixty_days.people import People
from tests.journeys.lives.sixty_days.places import (
    Admission,
    check_counts,
    check_every_lead_is_in_one_place,
    check_parked,
)
from tests.journeys.lives.sixty_days.working_time import JAKARTA

START = datetime(2026, 11, 16, 0, 0, tzinfo=JAKARTA)  # a Monday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS = 60
COARSE = ((3, 14), (13,))  # on which hours of weekdays, and of weekends
FINE = ((1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22), (4, 9, 12, 15, 19))
OUTAGES = ((9, 13 * HOUR, 3 * HOUR), (23, 0 * HOUR, 24 * HOUR), (40, 12 * HOUR, 3 * HOUR))  # day, from, how long


class SixtyDays:
    def __init__(self, seed: int) -> None:
        self.hours, reps = (FINE, 7) if seed % 2 else (COARSE, 4)
        self.company = Company(seed, START, reps=reps)
        self.world, self.people = World(self.company), People(self.company)
        self.operations, self.nights = Operations(self.company), Nights()
        self.admission = Admission(self.world.book)
        self.stands_still = {
            (START + day * DAY + begins, START + day * DAY + begins + long) for day, begins, long in OUTAGES
        }
        self.parked = 0

    def moments(self, day: int) -> Iterator[datetime]:
        """At random minutes; fewer on weekends and at night."""
        dice = self.company.dice
        hours = self.hours[day % 7 >= 5]
        for hour in hours:
            yield START + day * DAY + hour * HOUR + timedelta(minutes=dice.randrange(60))

    def live_a_day(self, day: int, move_to: Callable[[datetime], None]) -> None:
        for at in self.moments(day):
            self.company.at = at
            move_to(at)
            hour = at.astimezone(JAKARTA).hour
            if hour >= 6:
                self.things_happen(day, hour)
            if not any(begins <= at < ends for begins, ends in self.stands_still):
                self.sweep(is_night=2 <= hour < 6)
                if hour == 14:
                    self.edits(day)
        self.check()

    def things_happen(self, day: int, hour: int) -> None:
        dice, is_weekend = self.company.dice, day % 7 >= 5
        self.world.arrive(dice.choice((0, 0, 1)) if is_weekend else dice.choice((0, 0, 1, 3)))
        if day % 9 == 2 and hour == 14:
            self.world.burst()
        if not is_weekend and 8 <= hour < 18:
            self.people.work()
            self.people.manage()
            self.operations.decide()
        if self.company.chance(1.5):
            self.people.come_and_go()
        if self.company.chance(1):
            self.operations.help_a_full_queue()

    def edits(self, day: int) -> None:
        """The sweeps have just run, so that nothing is overdue and unrecorded at this time."""
        for often, act in (
            (5, self.operations.edit_a_queue),
            (2, self.operations.edit_steps),
            (2, self.operations.edit_hours),
            (2, self.operations.declare_holiday),
        ):
            if self.company.chance(often):
                act()
        if day % 20 == 11:
            self.operations.close_a_queue()
        if day % 20 == 15:
            self.operations.open_it_again()

    def sweep(self, *, is_night: bool) -> None:
        """As the worker does, in any order."""
        at, expected = self.company.at, self.company.expected
        sweeps: list[Callable[[], None]] = [
            lambda: (expected.sweep_contacts(at), tasks.escalate_overdue()),
            lambda: (expected.sweep_waits(at), tasks.expire_waits()),
            lambda: (expected.sweep_ages(at), tasks.lift_aged()),
            lambda: (self.admission.before(), tasks.watch_intakes(), self.admission.after(at=at)),
            tasks.ask_about_absent,
            tasks.serve_waiting,
            tasks.alert_stuck_rotations,
            tasks.resolve_left_over,
            tasks.keep_holder_clocks,
            tasks.settle_deadlines,
        ]
        if is_night:
            sweeps += [self.clear_stale, self.clear_stale]
            sweeps += [lambda: extend_clocks(at=at)] if self.company.chance(3) else []
        self.company.dice.shuffle(sweeps)
        for sweep in sweeps:
            sweep()

    def clear_stale(self) -> None:
        self.nights.before(at=self.company.at)
        tasks.clear_stale()
        self.nights.after()

    def check(self) -> None:
        check_every_lead_is_in_one_place(self.world.book)
        check_counts()
        check_parked(self.world.book)
        self.company.expected.check()
        assert open_jobs() == []
        self.parked = max(self.parked, ReviewItem.objects.filter(parked_for__isnull=False).count())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(examples(1)))
def test_sixty_days(seed):
    with time_machine.travel(START, tick=False) as traveller:
        life = SixtyDays(seed)
        for day in range(DAYS):
            life.live_a_day(day, traveller.move_to)
    for rotation in Rotation.objects.order_by("pk"):
        assert audit_rotation(rotation, at=life.company.at).faults == []
    # it was a life in which all of this happened
    acts = set(Breach.objects.order_by().values_list("clock", "act").distinct())
    assert acts >= {
        ("contact", "remind"),
        ("contact", "give_to_another"),
        ("wait", "escalate"),
        ("age", "tell_manager"),
    }
    assert set(StaleStep.objects.order_by().values_list("step", flat=True)) == {"nurture", "recycle", "archive"}
    assert life.parked and life.admission.entered
