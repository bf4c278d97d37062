"""A disk without room answers 507 with a sentence; nothing is half done, and with room the same goes through."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from config.disk_full import is_full
from config.models import Heartbeat
from config.tasks import record_worker_heartbeat
from leads.actions.api.keys import make_key
from leads.models import Capture, Upload
from tests.factories import make_ops

SAYS = "Alur has no room to write. Nothing was saved. Please tell the person who runs Alur, and try again later."


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file of this process grows beyond it, as on a full disk; for root as well."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def sent(client: Client, size: int):
    content = b"email,name\n" + b"dewi@maju.co.id,Dewi\n" * (size // 21)
    return client.post("/imports/new", {"file": SimpleUploadedFile("leads.csv", content)})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [100_000, 3_000_000])
def test_an_upload_without_room_leaves_nothing(client: Client, settings, tmp_path: Path, size: int):
    settings.MEDIA_ROOT, client.raise_request_exception = tmp_path, False
    client.force_login(make_ops())
    with room(50_000):
        answer = sent(client, size)
    assert (answer.status_code, SAYS in answer.content.decode(), Upload.objects.count()) == (507, True, 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size > 50_000] == []
    assert (sent(client, size).status_code, Upload.objects.count()) == (302, 1)


@pytest.mark.django_db(transaction=True)
def test_a_database_without_room_takes_nothing_half(client: Client):
    """PostgreSQL writes in a process of its own, which has its room here."""
    _key, secret = make_key("Website", per_minute=100, by=None, at=timezone.now())

    def call():
        headers = {"X-API-Key": secret}
        return client.post("/api/leads", {"name": "Dewi"}, content_type="application/json", headers=headers)

    is_here = connection.vendor == "sqlite"
    with room(1):
        answer = call()
    assert (answer.status_code, Capture.objects.exists()) == ((507, False) if is_here else (201, True))
    assert not is_here or answer.json() == {"detail": SAYS, "errors": []}
    assert (call().status_code, Capture.objects.count()) == ((201, 1) if is_here else (200, 2))  # the same person


@pytest.mark.django_db(transaction=True)
def test_a_task_without_room_fails_alone_and_the_next_one_works():
    if connection.vendor == "sqlite":
        with room(1), pytest.raises(OperationalError) as problem:
            record_worker_heartbeat()
        assert is_full(problem.value)
    record_worker_heartbeat()
    assert Heartbeat.objects.count() == 1


@pytest.mark.parametrize(("code", "is_it"), [("53100", True), ("53200", False)])
def test_postgresql_says_it_by_a_code(code: str, is_it: bool):
    problem = OperationalError("could not extend file")
    problem.__cause__ = type("DiskFull", (Exception,), {"sqlstate": code})()
    assert is_full(problem) == is_it
