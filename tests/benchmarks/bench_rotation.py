"""Rotations on PostgreSQL: parallel writers on one rotation, leads by the ten, and lists of a thousand members (F1-F5).

"All rules on" means leave, meetings, own switch, capacity, not seen, working hours and caps.
"""

import threading
import time
from datetime import timedelta
from functools import partial
from itertools import islice
from statistics import median

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from leads.models import Lead
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rep, Rotation, RotationMember, Team, TimeOff
from tests.benchmarks.measure import interleaved, report
from tests.factories import SourceFactory

ROUNDS = 5
ONE_DAY = timedelta(days=1)
RULES = {
    "skips_over_capacity": True,
    "skips_not_seen": True,
    "skips_outside_hours": True,
    "cap_hour": 100_000,
    "cap_month": 1_000_000,
}
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def rotation_of(count: int, *, away: int = 0, days_off: int = 0, skills: int = 0) -> Rotation:
    """`days_off` of each member were, and as many are to come, as calendars and public holidays write them. With
    `skills` each member holds one of so many."""
    at = timezone.now()
    about = f"{count}, {away} away, {days_off} days off, {skills} skills"
    team = Team.objects.create(name=f"Team of {about}", working_hours=ALWAYS)
    users = User.objects.bulk_create(
        [User(username=f"{about}-{n}", first_name="Rep", last_name=f"{n:04d}") for n in range(count)]
    )
    held = [[f"Skill {n % skills}"] if skills else [] for n in range(count)]
    reps = Rep.objects.bulk_create(
        [
            Rep(user=user, capacity=30_000, last_seen_at=at, skills=skill)
            for user, skill in zip(users, held, strict=True)
        ]
    )
    Rep.teams.through.objects.bulk_create([Rep.teams.through(rep=rep, team=team) for rep in reps])
    rotation = Rotation.objects.create(
        name=f"Rotation of {about}", order="hand", skill="industry" if skills else "", **RULES
    )
    RotationMember.objects.bulk_create(
        [RotationMember(rotation=rotation, rep=rep, position=n) for n, rep in enumerate(reps)]
    )
    TimeOff.objects.bulk_create(
        [TimeOff(rep=rep, starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=9)) for rep in reps[:away]]
    )
    TimeOff.objects.bulk_create(
        TimeOff(rep=rep, origin="calendar", starts_at=at + day * sign, ends_at=at + day * sign + ONE_DAY)
        for day in (timedelta(days=2 * number + 2) for number in range(days_off))
        for sign in (-1, 1)
        for rep in reps
    )
    return rotation


def leads(count: int):
    """The industries matter only to rotations that ask for a skill."""
    at, source = timezone.now(), SourceFactory()
    moments = {"stage_at": at, "captured_at": at, "created_at": at}
    rows = (Lead(company_name="Company", source=source, industry=f"Skill {n % 8}", **moments) for n in range(count))
    made = []
    while chunk := list(islice(rows, 2000)):
        made += Lead.objects.bulk_create(chunk)
    return iter(made)


def give(rotation: Rotation, supply, *, k: int = 1) -> None:
    take_turns(rotation, [TurnRequest(lead) for lead in islice(supply, k)], at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_and_leads_by_the_ten():
    rotation, supply = rotation_of(100), leads(12_000)
    lock = threading.Lock()

    def next_lead() -> Lead:
        with lock:
            return next(supply)

    def rate(writers: int, seconds: float = 3) -> float:
        done, end = [0] * writers, time.monotonic() + seconds

        def run(number: int) -> None:
            while time.monotonic() < end:
                take_turns(rotation, [TurnRequest(next_lead())], at=timezone.now())
                done[number] += 1
            connection.close()

        threads = [threading.Thread(target=run, args=(number,)) for number in range(writers)]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done) / (time.monotonic() - start)

    give(rotation, supply)
    rates: dict[int, list[float]] = {1: [], 8: []}
    for _round in range(ROUNDS):
        for writers in rates:
            rates[writers].append(rate(writers))
    one, eight = median(rates[1]), median(rates[8])
    given = list(RotationMember.objects.filter(rotation=rotation).values_list("turns_given", flat=True))
    spread = max(given) - min(given)
    figures = {"1 writer": one, "8 writers": eight, "ratio": eight / one, "max - min": spread}
    report("one rotation of 100, all rules on, turns/s", figures, bar="at least 0.8, 1")
    assert spread <= 1

    acts = {f"{k} at once": partial(give, rotation, supply, k=k) for k in (1, 10, 100)}
    took = interleaved(acts, rounds=ROUNDS, times=10)
    times = {f"{k} / one by one": took["1 at once"] * k / took[f"{k} at once"] for k in (10, 100)}
    report("leads at once, ms, and times as many a second", took | times, bar="at least 4, 8")


@pytest.mark.django_db(transaction=True)
def test_a_thousand_members_cost_little_more_than_ten():
    few, many, away, supply = rotation_of(10), rotation_of(1000), rotation_of(1000, away=900), leads(3000)
    planned, skilled = rotation_of(1000, days_off=20), rotation_of(1000, skills=8)
    acts = {
        "10 members": lambda: give(few, supply),
        "1,000": lambda: give(many, supply),
        "1,000, 900 away": lambda: give(away, supply),
        "1,000, 20 days off each": lambda: give(planned, supply),
        "1,000, 8 skills": lambda: give(skilled, supply),
    }
    for act in acts.values():
        act()
    took = interleaved(acts, rounds=ROUNDS, times=20)
    base = took["10 members"]
    report(
        "one assignment, ms",
        took | {f"{name} / 10": took[name] / base for name in acts if took[name] != base},
        bar="at most 1.8",
    )
