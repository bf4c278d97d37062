"""A database that stays busy answers 503 with Retry-After, never 500, and nothing is half done."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from config import urls as real_urls
from config.database_busy import is_busy
from config.models import Session
from config.sqlite.writer_line import WaitedTooLong
from queues.models import Entry
from routing.models import Assignment
from tests.factories import QueueFactory, TeamFactory, make_entry, make_rep

SAYS = "Alur is very busy right now. Nothing was saved. Please try again in a few seconds."


@login_not_required
def waits_too_long(request: HttpRequest) -> HttpResponse:
    raise WaitedTooLong("database is locked: the line of writers is too long")


@login_not_required
def breaks(request: HttpRequest) -> HttpResponse:
    raise DatabaseError("no such table: lead")


urlpatterns = [path("page", waits_too_long), path("api/leads", waits_too_long), path("broken", breaks)]
urlpatterns += real_urls.urlpatterns
handler500 = real_urls.handler500


@pytest.mark.urls(__name__)
def test_a_person_reads_a_plain_page(client: Client):
    answer = client.get("/page")
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"][:9]) == (503, "5", "text/html")
    assert "Alur is very busy right now" in answer.content.decode()
    assert "Nothing was saved. Please go back and try again in a few seconds." in answer.content.decode()


@pytest.mark.urls(__name__)
def test_a_program_gets_json(client: Client):
    answer = client.post("/api/leads", {})
    assert (answer.status_code, answer["Retry-After"], answer.json()) == (503, "5", {"detail": SAYS, "errors": []})


@pytest.mark.urls(__name__)
def test_a_part_gets_words_that_the_page_shows(client: Client):
    answer = client.get("/page", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Content-Type"][:10], answer.content.decode()) == (503, "text/plain", SAYS)


@pytest.mark.urls(__name__)
def test_what_is_broken_is_not_called_busy():
    answer = Client(raise_request_exception=False).get("/broken")
    assert (answer.status_code, "Something broke on our side" in answer.content.decode()) == (500, True)


def wrapped(cause: Exception) -> OperationalError:
    problem = OperationalError(str(cause))
    problem.__cause__ = cause
    return problem


class PoolTimeout(Exception):
    """Named as psycopg_pool names it; no test waits ten seconds for a real one."""


def test_is_busy_tells_busy_from_broken():
    busy = [psycopg.errors.LockNotAvailable(), psycopg.errors.DeadlockDetected(), psycopg.errors.TooManyConnections()]
    assert [is_busy(wrapped(cause)) for cause in [*busy, PoolTimeout()]] == [True] * 4
    broken = [psycopg.errors.UndefinedTable(), psycopg.errors.DiskFull(), ValueError()]
    assert [is_busy(wrapped(cause)) for cause in broken] == [False] * 3
    assert [is_busy(problem) for problem in (None, OperationalError("odd"))] == [False, False]


@contextmanager
def held_by_another(table: str) -> Iterator[None]:
    """Another connection writes and does not end; ours waits for a moment only."""
    if connection.vendor == "sqlite":
        with (
            closing(connection.Database.connect(connection.settings_dict["NAME"])) as other,
            connection.cursor() as own,
        ):
            other.execute("BEGIN IMMEDIATE")
            own.execute("PRAGMA busy_timeout = 50")
            yield
            own.execute("PRAGMA busy_timeout = 30000")
        return
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    with psycopg.connect(**parameters) as other, connection.cursor() as own:
        other.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        own.execute("SET lock_timeout = '50ms'")
        yield
        own.execute("SET lock_timeout = 0")


@pytest.mark.django_db(transaction=True)
def test_a_claim_while_another_writes_for_too_long_takes_nothing(client: Client):
    team = TeamFactory()
    entry = make_entry(QueueFactory(name="MQL", slug="mql", team=team))
    client.force_login(make_rep(team))
    with held_by_another("routing_assignment"):
        answer = client.post("/take-next/", {"queue": "mql"}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["Retry-After"], answer.content.decode()) == (503, "5", SAYS)
    assert (list(Entry.objects.waiting()), Assignment.objects.count()) == ([entry], 0)


@pytest.mark.django_db(transaction=True)
def test_a_failure_around_a_view_is_answered_too(client: Client):
    """The sign-in writes its session after the view has answered."""
    client.raise_request_exception = False
    rep = make_rep()
    rep.set_password("correct horse battery")
    rep.save()
    with held_by_another(Session._meta.db_table):
        answer = client.post("/sign-in/", {"username": rep.username, "password": "correct horse battery"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "sessionid" not in answer.cookies
