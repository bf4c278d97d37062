"""50 open boards after a history: less than a tenth of one core while nothing changes."""

import asyncio
import io
import os
import urllib.request
from collections import Counter

import psutil
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from config.live.hub import UNPACED_STREAMS
from tests.benchmarks.bench_live import cookie_of, pages_server  # noqa: F401  (a fixture)
from tests.benchmarks.bench_reports import reports
from tests.benchmarks.history import Cast, Copies, make_cast, write_history
from tests.benchmarks.history.writing import another_connection
from tests.benchmarks.measure import report
from tests.benchmarks.open_pages import OpenPage, Seen, parts_of
from tests.factories import make_manager, make_ops

BOARDS = 50
COUNT = int(os.environ.get("SMALL", "100_000"))
SECONDS = 60
BAR = 0.1
OF_MANAGERS = ("/queues/", "/queues/", "/queues/queue-1/", "/escalations/", "/escalations/", "/team/", "/fairness/")
OF_OPS = ("/flow/", "/flow/?range=30d")


@pytest.mark.django_db(transaction=True)
def test_open_boards_cost_little_while_nothing_changes(start_site, pages_server):  # noqa: F811
    at = timezone.now()
    cast = make_cast(at=at)
    write_history(cast, COUNT, Copies(), at=at)
    call_command("rebuild_figures", stdout=io.StringIO())
    seen, events = Seen(), start_site()
    boards = [opened(*each, pages=pages_server, events=events, seen=seen) for each in people(cast)]
    for board in boards:
        assert board.parts, "a board without a part that follows the data"

    spent, idle = asyncio.run(watch(boards))

    asked = sum(seen.statuses.values())
    figures = {
        "boards": len(boards),
        "parts": sum(len(board.parts) for board in boards),
        "asked a second": asked / SECONDS,
        "of a core": sum(spent.values()) / SECONDS,
        **{f"of that {name}": seconds / SECONDS for name, seconds in spent.items()},
        "CPU ms a request": sum(spent.values()) * 1000 / max(1, asked),
        "without boards": sum(idle.values()) / SECONDS,
        "unchanged (204)": seen.statuses[204],
        "whole (200)": seen.statuses[200],
    }
    report("50 open boards while nothing changes", figures, bar=f"at most {BAR} of a core")
    assert asked == seen.statuses[204] + seen.statuses[200] > BOARDS


def people(cast: Cast) -> list[tuple[User, str]]:
    """Who looks at which board; each has an account of her own."""
    teams = sorted({queue.team for queue in cast.queues}, key=lambda team: team.pk)
    ops = [*OF_OPS, *(path for _who, path in reports(cast.queues[1].pk))]
    wanted = [(number, OF_MANAGERS[number % len(OF_MANAGERS)]) for number in range(BOARDS * 4 // 5)]
    found = [(make_manager(teams[0] if "queue-1" in path else teams[n % len(teams)]), path) for n, path in wanted]
    return found + [(make_ops(), ops[number % len(ops)]) for number in range(BOARDS - len(found))]


def opened(person: User, path: str, *, pages: str, events: str, seen: Seen) -> OpenPage:
    cookie = cookie_of(person)
    with urllib.request.urlopen(urllib.request.Request(pages + path, headers={"Cookie": cookie})) as answer:
        parts = parts_of(path, answer.read().decode())
    return OpenPage(
        cookie, (f"holder-{person.pk}", f"inbox-{person.pk}"), parts=parts, pages=pages, events=events, seen=seen
    )


async def watch(boards: list[OpenPage]) -> tuple[Counter[str], Counter[str]]:
    """CPU seconds by kind of process with all boards open, and as long without any."""
    before = cpu_seconds()
    await asyncio.sleep(SECONDS)
    idle = cpu_seconds() - before
    streams = [asyncio.create_task(board.listen()) for board in boards]
    await asyncio.wait_for(asyncio.gather(*(board.is_open.wait() for board in boards)), 60)
    for board in boards:
        board.pace = max(0, len(boards) - UNPACED_STREAMS) / settings.LIVE_ASKS
        board.poll()
    await asyncio.sleep(5)
    boards[0].seen.statuses.clear()
    before = cpu_seconds()
    await asyncio.sleep(SECONDS)
    spent = cpu_seconds() - before
    broken = [stream for stream in streams if stream.done()]
    for board in boards:
        board.close()
    left = [*streams, *(task for board in boards for task in board.asking)]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert not broken, broken[0].exception()
    return spent, idle


def cpu_seconds() -> Counter[str]:
    """Of the servers, which are children of this process, and of the database's processes that serve them."""
    found: Counter[str] = Counter()
    for child in psutil.Process().children(recursive=True):
        name = "streams" if "uvicorn" in " ".join(child.cmdline()) else "pages"
        found[name] += _spent(child)
    with another_connection() as link:
        pids = link.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").fetchall()
    found["database"] = sum(_spent(psutil.Process(pid)) for (pid,) in pids if psutil.pid_exists(pid))
    return found


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
