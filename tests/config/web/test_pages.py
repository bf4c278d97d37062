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


def test_readyz_waits_for_the_worker(client: Client):
    never = client.get("/readyz")
    record_heartbeat(at=timezone.now() - timedelta(seconds=600))
    silent = client.get("/readyz")
    record_heartbeat(at=timezone.now())
    ready = client.get("/readyz")
    assert [(each.status_code, each.json()) for each in (never, ready)] == [
        (503, {"status": "not ready", "why": "The worker has never given a sign of life. Start: manage.py supervise"}),
        (200, {"status": "ready"}),
    ]
    assert (silent.status_code, "silent for 600 seconds" in silent.json()["why"]) == (503, True)


def test_readyz_waits_for_migrations_and_lets_newer_ones_be(client: Client):
    record_heartbeat(at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('leads', '9999_later', '2026-11-16')"
        )
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'leads' AND name LIKE '0009%'")
    answer = client.get("/readyz")
    why = "1 migrations are not applied. Run: manage.py migrate"
    assert (answer.status_code, answer.json()) == (503, {"status": "not ready", "why": why})


def test_readyz_fails_when_the_database_does(client: Client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE config_beat RENAME TO config_beat_away")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["why"]) == (503, "The database does not answer.")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_answered_without_encryption(client: Client, settings, address: str):
    settings.SECURE_SSL_REDIRECT = True
    assert (client.get(address).status_code in (200, 503), client.get("/sign-in/").status_code) == (True, 301)


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
