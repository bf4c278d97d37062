"""50 open boards after a history: less than a tenth of one core while nothing changes."""

import asyncio
import os
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psutil
import pytest
from django.conf import settings
from django.contrib.auth.models import User

from config.live.hub import UNPACED_STREAMS
from queues.models import Queue
from routing.models import Team
from tests.benchmarks.bench_live import cookie_of, served_pages
from tests.benchmarks.bench_reports import reports
from tests.benchmarks.history.writing import another_connection
from tests.benchmarks.measure import report
from tests.benchmarks.open_pages import OpenPage, Seen, parts_of
from tests.benchmarks.page_databases import own_history
from tests.conftest import ROOT, await_health, free_port
from tests.factories import make_manager, make_ops

BOARDS = 50
COUNT = int(os.environ.get("SMALL", "100_000"))
SECONDS = 60
BAR = 0.1
OF_MANAGERS = ("/queues/", "/queues/", "/queues/queue-1/", "/escalations/", "/escalations/", "/team/", "/fairness/")
OF_OPS = ("/flow/", "/flow/?range=30d")


@pytest.mark.django_db(transaction=True)
def test_open_boards_cost_little_while_nothing_changes(process_env):
    with own_history("bench_figures_boards", COUNT, process_env) as env, servers(env) as places:
        seen = Seen()
        cost_of([opened(*each, *places, seen) for each in people()], seen)


@contextmanager
def servers(env: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The addresses of pages and of streams."""
    with served_pages(env) as pages, served_streams(env) as events:
        yield pages, events


def cost_of(boards: list[OpenPage], seen: Seen) -> None:
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


def people() -> list[tuple[User, str]]:
    """Who looks at which board; each has an account of her own."""
    first = Queue.objects.get(slug="queue-1")
    teams = list(Team.objects.order_by("pk"))
    ops = [*OF_OPS, *(path for _who, path in reports(first.pk))]
    wanted = [(number, OF_MANAGERS[number % len(OF_MANAGERS)]) for number in range(BOARDS * 4 // 5)]
    found = [(make_manager(first.team if "queue-1" in path else teams[n % len(teams)]), path) for n, path in wanted]
    return found + [(make_ops(), ops[number % len(ops)]) for number in range(BOARDS - len(found))]


def opened(person: User, path: str, pages: str, events: str, seen: Seen) -> OpenPage:
    cookie, own = cookie_of(person), (f"holder-{person.pk}", f"inbox-{person.pk}")
    with urllib.request.urlopen(urllib.request.Request(pages + path, headers={"Cookie": cookie})) as answer:
        parts = parts_of(path, answer.read().decode())
    assert parts, f"{path} has no part that follows the data"
    return OpenPage(cookie, own, parts=parts, pages=pages, events=events, seen=seen)


async def watch(boards: list[OpenPage]) -> tuple[Counter[str], Counter[str]]:
    """CPU seconds by kind of process with all boards open, and as long without any."""
    idle = await spent_during(SECONDS)
    streams = [asyncio.create_task(board.listen()) for board in boards]
    await asyncio.wait_for(asyncio.gather(*(board.is_open.wait() for board in boards)), 60)
    for board in boards:
        board.pace = max(0, len(boards) - UNPACED_STREAMS) / settings.LIVE_ASKS
        board.poll()
    await asyncio.sleep(5)
    boards[0].seen.statuses.clear()
    spent = await spent_during(SECONDS)
    broken = [stream for stream in streams if stream.done()]
    for board in boards:
        board.close()
    left = [*streams, *(task for board in boards for task in board.asking)]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert not broken, broken[0].exception()
    return spent, idle


async def spent_during(seconds: int) -> Counter[str]:
    """Looked at every other second, because processes of the database come and go."""
    spent: Counter[str] = Counter()
    last = cpu_seconds()
    for _step in range(seconds // 2):
        await asyncio.sleep(2)
        now = cpu_seconds()
        for (name, pid), value in now.items():
            spent[name] += value - last.get((name, pid), 0.0)
        last = now
    return spent


def cpu_seconds() -> dict[tuple[str, int], float]:
    """By kind and process: the servers, which are children of this one, and those of the database that serve them."""
    found = {}
    for child in psutil.Process().children(recursive=True):
        kind = "streams" if "uvicorn" in " ".join(child.cmdline()) else "pages"
        found[kind, child.pid] = _spent(child)
    with another_connection() as link:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        for (pid,) in link.execute(asked).fetchall():
            if psutil.pid_exists(pid):
                found["database", pid] = _spent(psutil.Process(pid))
    return found


def _spent(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


@contextmanager
def served_streams(env: Mapping[str, str]) -> Iterator[str]:
    """The address of an ASGI server."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    server = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env={**env, "ALUR_SERVER": "asgi"})
    try:
        yield await_health(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(timeout=20)
