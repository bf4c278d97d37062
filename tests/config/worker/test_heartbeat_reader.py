"""The supervisor reads the same heartbeat as the pages, without loading Django."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from config.models import Heartbeat
from config.worker.heartbeat import record_heartbeat
from config.worker.heartbeat_reader import TABLE, HeartbeatReader, HeartbeatUnreadable

ROOT = Path(__file__).resolve().parents[3]
AT = datetime(2026, 11, 2, 9, 0, 0, 250_000, tzinfo=UTC)
LOADED = "import sys, config.worker.serve, config.worker.supervise; print(*sorted(sys.modules))"


@pytest.fixture
def reader(transactional_db):
    reader = HeartbeatReader(connection.settings_dict)
    yield reader
    reader.close()


def test_reads_what_the_worker_wrote(reader: HeartbeatReader):
    before = reader.last()
    record_heartbeat("import", at=AT)
    other = reader.last()
    record_heartbeat(at=AT)
    assert (before, other, reader.last()) == (None, None, AT)


def test_reads_what_the_outbox_wrote(transactional_db):
    reader = HeartbeatReader(connection.settings_dict, "outbox")
    record_heartbeat(at=AT)
    before = reader.last()
    record_heartbeat("outbox", at=AT)
    assert (before, reader.last()) == (None, AT)
    reader.close()


def test_reads_the_table_of_the_model():
    assert (TABLE, Heartbeat._meta.db_table) == ("config_beat", "config_beat")


def test_a_database_that_does_not_answer_is_no_silence(reader: HeartbeatReader):
    record_heartbeat(at=AT)
    assert reader.last() == AT
    reader.close()
    right = reader.database
    reader.database = right | {"NAME": f"{right['NAME']}-gone"}
    with pytest.raises(HeartbeatUnreadable):
        reader.last()
    reader.database = right
    assert reader.last() == AT


def test_processes_that_only_watch_do_not_load_django():
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = ("django.apps", "django.conf", "django.db", "psycopg", "ssl", "asyncio", "urllib.request")
    assert ("config.worker.supervise" in loaded, [name for name in heavy if name in loaded]) == (True, [])
