"""500 open desks: how long until a claim is gone from all of them, while reps claim five leads a second (C10)."""

import asyncio
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median, quantiles

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from config.live.hub import UNPACED_STREAMS
from queues.models import Entry
from routing import roles
from tests.benchmarks.measure import report
from tests.benchmarks.open_pages import OpenPage, Seen, desk_parts
from tests.benchmarks.rows import fill
from tests.conftest import ROOT, await_health, free_port
from tests.factories import QueueFactory, TeamFactory, make_rep

PAGES = 500
CLAIMS_A_SECOND = 5
SECONDS = 20
WARM = 5  # seconds of claims before those that count


@pytest.mark.django_db(transaction=True)
def test_a_claim_is_gone_from_500_open_desks(start_site, pages_server):
    """As the README runs it: pages by a WSGI server, live updates by uvicorn."""
    make_room_for_files()
    roles.sync_roles()
    team = TeamFactory()
    queues = [QueueFactory(team=team, name=f"Live {n}", slug=f"live{n}") for n in range(3)]
    for queue in queues:
        fill(queue, 1_000, at=timezone.now())
    reps = [make_rep(team) for _number in range(PAGES)]
    seen = Seen()
    place = {"pages": pages_server, "events": start_site(), "seen": seen}
    desks = [
        OpenPage(cookie_of(rep), (f"holder-{rep.pk}", f"inbox-{rep.pk}"), parts=desk_parts(), **place) for rep in reps
    ]

    sent, statuses, counted = asyncio.run(run(desks, [queue.slug for queue in queues]))

    claimed = dict(Entry.objects.filter(left_how=Entry.Left.CLAIMED).values_list("assignment__holder", "pk"))
    entry_of = {number: claimed[rep.pk] for number, rep in enumerate(reps) if rep.pk in claimed}
    took = [max(seen.gone[entry_of[number]]) - at for number, at in sent.items() if number in entry_of]
    everywhere = sum(len(seen.gone[entry_of[number]]) == PAGES for number in sent if number in entry_of)
    asked, answers, failed = counted
    figures = {
        "claims": len(sent),
        "claimed": sum(status == 200 for status, _took in statuses.values()),
        "heard by all": everywhere,
        "p50": median(took),
        "p95": quantiles(took, n=20)[-1],
        "max": max(took),
        "of that to the claim's own answer, p50": median(statuses[number][1] for number in sent),
        "asked again a second": asked / SECONDS,
        "answered in, median": median(answers),
        "answers refused": failed,
    }
    report(f"a claim gone from {PAGES} open desks, s", figures, bar="p95 at most 1")
    assert everywhere == len(sent) == figures["claimed"]


@pytest.fixture
def pages_server(process_env):
    with served_pages(process_env) as place:
        yield place


@contextmanager
def served_pages(env: Mapping[str, str]) -> Iterator[str]:
    """The address of a WSGI server of two processes."""
    place = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--workers", "2"]
    command += ["--bind", place, "--log-level", "error"]
    server = subprocess.Popen(command, cwd=ROOT, env={**env, "ALUR_SERVER": "wsgi"})
    try:
        yield await_health(f"http://{place}", server)
    finally:
        server.terminate()
        server.wait(timeout=20)


def make_room_for_files() -> None:
    """A stream is an open file here and in the server, which inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 3 * PAGES
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.fail(f"{PAGES} streams need {wanted} open files; this machine allows {hard} (ulimit -Hn)")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def cookie_of(user) -> str:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={'a' * 32}"


async def run(desks: list[OpenPage], slugs: list[str]) -> tuple[dict[int, float], dict[int, tuple[int, float]], tuple]:
    """Opens the pages, claims, and waits until everybody has heard; when each claim that counts was sent, its status
    and time, and how often pages asked again in this time, the answers' times and failures."""
    streams = []
    for desk in desks:
        streams.append(asyncio.create_task(desk.listen()))
        await asyncio.sleep(0.005)  # people do not open their desks in one moment
    await asyncio.wait_for(asyncio.gather(*(desk.is_open.wait() for desk in desks)), 60)
    for desk in desks:
        desk.pace = max(0, len(desks) - UNPACED_STREAMS) / settings.LIVE_ASKS  # as the stream has said so far
        desk.poll()
    order = random.Random(7).sample(range(len(desks)), (WARM + SECONDS) * CLAIMS_A_SECOND)
    seen, sent, claims = desks[0].seen, {}, []
    start, asked, answered = time.perf_counter(), 0, 0
    for step, number in enumerate(order):
        await asyncio.sleep(max(0.0, start + step / CLAIMS_A_SECOND - time.perf_counter()))
        if step == WARM * CLAIMS_A_SECOND:
            asked, answered = sum(seen.statuses.values()), len(seen.answers)
        task = asyncio.create_task(desks[number].take_next(slugs[step % len(slugs)]))
        if step >= WARM * CLAIMS_A_SECOND:
            sent[number] = time.perf_counter()
            claims.append(task)
    counted = sum(seen.statuses.values()) - asked, seen.answers[answered:]
    statuses = dict(zip(sent, await asyncio.gather(*claims), strict=True))
    await asyncio.sleep(3)  # pages that received nothing by then count as missed
    failed = sum(n for status, n in seen.statuses.items() if status not in (200, 204))
    broken = [stream for stream in streams if stream.done()]
    for desk in desks:
        desk.close()
    left = [*streams, *(task for desk in desks for task in desk.asking)]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert not broken, broken[0].exception()
    return sent, statuses, (*counted, failed)
