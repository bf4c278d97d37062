"""How long tests wait, so that a slow or busy machine makes them slower, not red.

What must happen gets PATIENCE: who waits goes on as soon as it has happened, so a long limit costs nothing. What must
happen soon, or must not happen for a while, gets its time multiplied by how slow this machine is at the moment.
"""

import os
import time

PATIENCE = 600.0  # seconds
PAGE_PATIENCE = 90.0  # the same for what a page should show: 600 would turn one failure into ten minutes
USUAL_SECONDS = 0.0125  # what _work takes on an idle machine of 2026


def slowness() -> float:
    """1 for a usual machine that is idle; 8 when it has work for eight times its cores, or is eight times slower."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    begin = time.perf_counter()
    _work()
    return max(1.0, load, (time.perf_counter() - begin) / USUAL_SECONDS)


def milliseconds(usual: float) -> float:
    """So many milliseconds of a usual machine, as browsers want them."""
    return usual * slowness()


def _work() -> int:
    return sum(number * number % 7 for number in range(200_000))
