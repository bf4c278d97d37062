"""Policy, health, favicon, errors and ids: what every page shares."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.worker.heartbeat import record_heartbeat

pytestmark = pytest.mark.django_db

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
RELAXED = STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-eval'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)


def directives(policy: str) -> set[str]:
    return {part.strip() for part in policy.split(";")}


def test_policy_is_strict_on_pages(client: Client):
    assert directives(client.get("/").headers["Content-Security-Policy"]) == directives(STRICT)


def test_policy_makes_its_exception_for_the_admin_alone(client: Client):
    User.objects.create_superuser("sari", password="x")
    assert directives(client.get("/admin/login/").headers["Content-Security-Policy"]) == directives(RELAXED)


def test_healthz_is_ok_before_the_first_beat(client: Client):
    answer = client.get("/healthz")
    unknown = {"state": "unknown", "beat_age_seconds": None}
    probe = {"state": "idle", "last_heard_seconds": None}
    told = {"status": "ok", "database": "ok", "worker": unknown, "outbox": unknown, "probe": probe}
    assert (answer.status_code, answer.json()) == (200, told)


@pytest.mark.parametrize(("age", "state"), [(30, "ok"), (600, "stale")])
def test_healthz_tells_how_the_worker_is(client: Client, age: int, state: str):
    record_heartbeat(at=timezone.now() - timedelta(seconds=age))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["worker"]["state"]) == (200, state)


def test_healthz_tells_how_the_outbox_is(client: Client):
    record_heartbeat("outbox", at=timezone.now() - timedelta(seconds=600))
    answer = client.get("/healthz").json()
    assert (answer["outbox"]["state"], answer["worker"]["state"]) == ("stale", "unknown")


def test_healthz_fails_when_the_database_does(client: Client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE config_beat RENAME TO config_beat_away")
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"status": "failed", "database": "unreachable"})


def test_favicon_needs_no_sign_in(client: Client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (301, "/static/img/favicon.svg")


def test_each_answer_has_an_id(client: Client):
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert (len(first), first == second) == (16, False)


def test_an_id_from_outside_is_not_believed(client: Client):
    assert client.get("/healthz", headers={"X-Request-ID": "forged-id"}).headers["X-Request-ID"] != "forged-id"


def test_an_id_from_our_own_proxy_is_kept(client: Client, settings):
    settings.TRUSTED_PROXIES = 1
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-0001"}).headers["X-Request-ID"] == "proxy-0001"
