"""What a program reads from a real server after a crash and beyond a limit: the answer, and how long to wait."""

import threading

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.decisions.identity.fingerprint import fingerprint
from leads.models import ApiKey, Capture, Lead
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

LEAD = {"email": "dewi@maju.co.id", "name": "Dewi"}


@pytest.fixture
def secret() -> str:
    return make_key("Website", per_minute=1000, by=None, at=timezone.now())[1]


def send(site: str, secret: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"}
    return httpx.post(f"{site}/api/leads", json=LEAD, headers=headers, timeout=PATIENCE)


def left_by_a_killed_process() -> Capture:
    return Capture.objects.create(
        channel="api",
        received_at=timezone.now(),
        raw=LEAD,
        fingerprint=fingerprint(LEAD),
        api_key=ApiKey.objects.get(),
        idempotency_key="one",
    )


def test_the_retry_after_a_crash_is_answered_at_once(site: str, secret: str):
    left_by_a_killed_process()
    answer = send(site, secret)
    assert (answer.status_code, answer.json()["state"], Lead.objects.count()) == (201, "made", 1)
    again = send(site, secret)
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (answer.json(), "true")
    assert (Lead.objects.count(), Capture.objects.count()) == (1, 1)


def test_while_another_one_works_on_it_the_answer_says_when_to_ask_again(site: str, secret: str):
    """SQLite lets one write at a time: there the retry waits its turn and is answered."""
    capture = left_by_a_killed_process()
    held, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Capture.objects.select_for_update().filter(pk=capture.pk))
            held.set()
            go_on.wait(PATIENCE)
        connection.close()

    holder = threading.Thread(target=hold)
    if connection.vendor == "postgresql":
        holder.start()
        held.wait(PATIENCE)
        answer = send(site, secret)
        assert (answer.status_code, answer.headers["Retry-After"]) == (409, "1")
        go_on.set()
        holder.join()
    assert send(site, secret).status_code == 201


def test_a_key_beyond_its_limit_reads_how_long_to_wait(site: str):
    _key, secret = make_key("Slow", per_minute=1, by=None, at=timezone.now())
    answers = [send(site, secret) for _call in range(3)]
    late = answers[-1]
    assert (late.status_code, 1 <= int(late.headers["Retry-After"]) <= 60) == (429, True)
