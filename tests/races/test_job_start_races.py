"""Two settings are saved at once, and each save starts a job for the same rows (B7)."""

import threading

import pytest
from django.db import connection, transaction

from config.jobs import Chunk, JobKind, kinds, register_job_kind, start_job
from config.models import Heartbeat
from tests.factories import MORNING
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen(monkeypatch) -> list[set[str]]:
    """A job that reads the settings; here the names of heartbeats stand for them."""
    found: list[set[str]] = []

    def step(_arguments, *, after, by, at) -> Chunk:
        found.append(set(Heartbeat.objects.values_list("name", flat=True)))
        return Chunk(0, after, is_last=True)

    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    register_job_kind(JobKind("reading", 2, lambda _: 1, step, sentence=lambda *_: ""))
    return found


def save_setting(name: str) -> None:
    Heartbeat.objects.create(name=name, at=MORNING)
    start_job("reading", subject="all", arguments={}, by=None, at=MORNING)


def test_a_job_reads_both_of_two_changes_that_are_saved_at_once(seen):
    """The second save commits first, if it can. Its job is the newer one, but must not be the last to read."""

    def save_second() -> None:
        try:
            with transaction.atomic():
                save_setting("second")
        finally:
            connection.close()

    other = threading.Thread(target=save_second)
    with transaction.atomic():
        save_setting("first")
        other.start()
        other.join(timeout=1)
    other.join(timeout=PATIENCE)
    assert {"first", "second"} in seen
