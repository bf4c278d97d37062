"""Weeks of leads drawn from chance, with or without a pattern in them."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from queues.decisions.figures.patterns import HOURS_OF_WEEK, Week

MONDAY = date(2026, 8, 31)


def drawn(rate: float, rng: Random) -> int:
    """Poisson."""
    count, left = 0, rng.expovariate(1.0)
    while left < rate:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def drawn_weeks(
    rng: Random,
    *,
    rate: Callable[[date, int], float],
    wait: Callable[[date, int], float],
    weeks: int = 13,
    monday: date = MONDAY,
) -> list[Week]:
    """`rate`: leads that come in this hour of this day; `wait`: the mean number of hours after which each waiting lead
    is claimed, whatever its age. What waits at first is what usually waits."""
    depth, found = round(rate(monday, 0) * wait(monday, 0)), []
    for number in range(weeks):
        start = monday + timedelta(weeks=number)
        came, claimed, depths = [], [], []
        for place in range(HOURS_OF_WEEK):
            day, hour = start + timedelta(days=place // 24), place % 24
            depths.append(depth)
            came.append(drawn(rate(day, hour), rng))
            chance = 1 / wait(day, hour)
            claimed.append(sum(rng.random() < chance for _lead in range(depth)))
            depth += came[-1] - claimed[-1]
        found.append(Week(start, came, claimed, depths))
    return found
