"""Signs of life."""

from datetime import UTC, datetime, timedelta

import pytest

from config.models import Heartbeat
from config.worker.heartbeat import heartbeat_state, record_heartbeat, worker_heartbeat_age

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def test_worker_heartbeat_age_is_unknown_before_the_first():
    assert (worker_heartbeat_age(AT), heartbeat_state(None)) == (None, "unknown")


def test_worker_heartbeat_age_counts_from_the_last():
    record_heartbeat(at=AT - timedelta(minutes=5))
    record_heartbeat(at=AT - timedelta(seconds=40))
    assert (worker_heartbeat_age(AT), Heartbeat.objects.count()) == (timedelta(seconds=40), 1)


def test_worker_state_is_stale_after_the_limit():
    states = [heartbeat_state(timedelta(seconds=seconds)) for seconds in (90, 91)]
    assert states == ["ok", "stale"]


def test_another_part_does_not_speak_for_the_worker():
    record_heartbeat("import", at=AT)
    assert worker_heartbeat_age(AT) is None
