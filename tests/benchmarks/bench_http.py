"""Take next through HTTP against a trivial page behind the same sign-in: at least 0.20 of its request rate.

The trivial page costs little more than its sign-in, so the ratio falls when the sign-in gets cheaper.
"""

import os
import subprocess
import sys
from statistics import median

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.models import Session
from queues.actions.entries.counts import mark_crossings
from queues.models import Entry
from tests.benchmarks.measure import rate, report
from tests.benchmarks.rows import fill
from tests.conftest import ROOT, await_health, free_port
from tests.factories import QueueFactory, TeamFactory, make_rep

CONNECTIONS = 16
FEW, MANY = 8, 32  # who press at once on one queue
ROUNDS = 5
SECONDS = 4
WORKERS = 2 * (os.cpu_count() or 1)  # as the README advises: a request waits for the database's disk


@pytest.fixture
def wsgi_server(process_env):
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "tests.benchmarks.wsgi:application", "--workers", str(WORKERS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    server = subprocess.Popen(command, cwd=ROOT, env=process_env | {"PYTHONPATH": str(ROOT), "ALUR_SERVER": "wsgi"})
    await_health(f"http://127.0.0.1:{port}", server)
    yield port
    server.terminate()
    server.wait(timeout=20)


@pytest.mark.django_db(transaction=True)
def test_take_next_through_http(wsgi_server):
    team = TeamFactory()
    queue = QueueFactory(team=team)
    fill(queue, 40_000, at=timezone.now())
    cookies = [_cookie(make_rep(team)) for _number in range(MANY)]
    turn = iter(range(10**9))

    def headers() -> dict[str, str]:
        session = cookies[next(turn) % len(cookies)]
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'a' * 32}"
        return {"Cookie": cookie, "X-CSRFToken": "a" * 32, "HX-Request": "true"}

    def claim() -> tuple:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return "POST", reverse("queues:take_next"), f"queue={queue.slug}", headers() | form

    def trivial() -> tuple:
        return "GET", "/trivial", None, headers()

    before = Entry.objects.waiting().count()
    rates: dict[str, list[float]] = {"trivial": [], "take next": []}
    crowds: dict[int, list[float]] = {FEW: [], MANY: []}
    failures = 0
    rate(wsgi_server, trivial, connections=CONNECTIONS, seconds=1)
    rate(wsgi_server, claim, connections=CONNECTIONS, seconds=1)
    for _round in range(ROUNDS):
        mark_crossings(queue, at=timezone.now())  # as the worker does every minute
        for name, request in (("trivial", trivial), ("take next", claim)):
            per_second, failed = rate(wsgi_server, request, connections=CONNECTIONS, seconds=SECONDS)
            rates[name].append(per_second)
            failures += failed
        for crowd, each in crowds.items():
            per_second, failed = rate(wsgi_server, claim, connections=crowd, seconds=SECONDS)
            each.append(per_second)
            failures += failed
    few, many = (median(each) for each in crowds.values())
    report(
        "take next through HTTP, requests/s", {"8 at once": few, "32": many, "ratio": many / few}, bar="at least 0.75"
    )
    small, claimed = median(rates["trivial"]), median(rates["take next"])
    report(
        "take next through HTTP, requests/s",
        {
            "trivial signed-in page": small,
            "take next": claimed,
            "ratio": claimed / small,
            "failed": failures,
            "claims": before - Entry.objects.waiting().count(),
        },
        bar="at least 0.20",
    )


def _cookie(user) -> str:
    client = Client()
    client.force_login(user)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert Session.objects.filter(session_key=key).exists()
    return key
