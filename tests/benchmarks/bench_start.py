"""`manage.py serve` from the command to the first answer, and what its idle processes hold, on SQLite."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
import pytest

from tests.benchmarks.measure import report
from tests.conftest import ROOT, free_port

ROUNDS = 5
PROCESSES = 12  # of serve, its guards, the web server, the supervisor and the worker's own


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> dict[str, str]:
    """A migrated database of its own: the start must not wait for another one's work."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "TEST_DATABASE_URL")}
    env = kept | {"VAR_DIR": str(tmp_path_factory.mktemp("var")), "ALUR_DEMO": "true", "LOG_LEVEL": "ERROR"}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
    return env


def test_serve_starts_soon_and_stays_small(place):
    bare, heavy = python_alone("pass", place), python_alone("import django; django.setup()", place)
    ups, firsts, sizes = [], [], []
    for _round in range(ROUNDS):
        with served(place) as (process, up, first):
            ups.append(up)
            firsts.append(first)
            sizes.append(size_of_all(process))
    sums = [sum(each.values()) for each in sizes]
    watchers = [each["serve"] + each["supervise"] for each in sizes]
    report(
        "serve on SQLite, seconds",
        {"python": bare, "django.setup()": heavy, "health answered": median(ups), "first page": median(firsts),
         "first page / django.setup()": median(firsts) / heavy},
        bar="first page under 2 s on an idle machine",
    )  # fmt: skip
    report(
        "serve on SQLite, MB (proportional set size)",
        {"all processes": median(sums), "serve and supervise": median(watchers)},
        bar="serve and supervise under 40",
    )
    assert median(watchers) < 40


def python_alone(code: str, env: dict[str, str]) -> float:
    """Seconds of a process that only runs this; median of some."""
    took = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        command = [sys.executable, "-c", code]
        subprocess.run(command, cwd=ROOT, env=env | {"DJANGO_SETTINGS_MODULE": "config.settings"}, check=True)
        took.append(time.perf_counter() - start)
    return median(took)


@contextmanager
def served(env: dict[str, str]) -> Iterator[tuple[psutil.Process, float, float]]:
    """A running `serve` whose worker is complete, and the seconds to its health and to its first page."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    start = time.perf_counter()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        up = answered(f"{address}/healthz") - start
        first = answered(f"{address}/sign-in/") - start
        parent = psutil.Process(process.pid)
        limit = time.monotonic() + 120
        while len(parent.children(recursive=True)) < PROCESSES - 1 and time.monotonic() < limit:
            time.sleep(0.1)
        time.sleep(2)  # the worker's own processes settle
        yield parent, up, first
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def answered(address: str) -> float:
    """When this address first answered."""
    limit = time.monotonic() + 120
    while time.monotonic() < limit:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                answer.read()
                return time.perf_counter()
        except OSError:
            time.sleep(0.01)
    raise AssertionError(f"{address} did not answer")


def size_of_all(parent: psutil.Process) -> dict[str, float]:
    """Megabytes by the command of manage.py, everything else under "other"; memory that is shared is counted once."""
    sizes: dict[str, float] = {"serve": 0, "supervise": 0, "worker": 0, "other": 0}
    for process in [parent, *parent.children(recursive=True)]:
        words = process.cmdline()
        is_guard = "config.worker.process_guard" in words
        name = next((word for word in words if word in sizes and not is_guard), "other")
        sizes[name] += proportional_size(process.pid)
    return sizes


def proportional_size(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
