"""A forecast as one would explain it: every lead of its own, and the queue sorted before anybody takes."""

from collections.abc import Sequence

from queues.decisions.figures.forecast import STEP, STEPS, Week


def one_by_one(
    due: Sequence[float], week: Week, *, overdue: int, limit: float, faster: float = 1.0, fewer: float = 0.0
) -> Sequence[int]:
    """Breaches up to the end of each hour; `due` in seconds from now."""
    waiting, breached, came, hands = list(due), 0, 0.0, 0.0
    counted = []
    for step in range(len(week.came) * STEPS):
        now = step * STEP
        came += week.came[step // STEPS] * (1 - fewer) / STEPS
        while came >= 1:
            waiting, came = [*waiting, now + limit], came - 1
        hands += week.taken[step // STEPS] * faster / STEPS
        while hands >= 1 and (overdue or waiting):
            hands -= 1
            if overdue:
                overdue -= 1
            else:
                waiting.remove(min(waiting))
        hands = min(hands, 1.0)
        late = [moment for moment in waiting if moment < now + STEP]
        waiting = [moment for moment in waiting if moment >= now + STEP]
        breached, overdue = breached + len(late), overdue + len(late)
        if step % STEPS == STEPS - 1:
            counted.append(breached)
    return counted
