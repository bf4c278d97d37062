"""Sessions in the database: what is stored, who is named beside it, when it ends."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as OldStore
from django.contrib.sessions.models import Session as OldSession
from django.core import signing
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from config.models import Session
from config.sessions.statement import read_session
from config.sessions.store import SessionStore
from config.tasks import clear_expired_sessions
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BACKEND = "routing.backends.RoutingBackend"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def test_a_session_names_who_signed_in():
    user = make_user()
    client = signed_in(user)
    assert list(Session.objects.values_list("session_key", "user")) == [(key_of(client), user.pk)]


def test_a_visitor_has_a_session_without_a_user():
    store = SessionStore()
    store["colour"] = "green"
    store.save()
    again = SessionStore(store.session_key)
    assert (again["colour"], again.joined_user, Session.objects.get().user) == ("green", None, None)


def test_a_session_and_its_user_are_read_in_one_statement(django_assert_num_queries):
    user = make_user()
    store = SessionStore(key_of(signed_in(user)))
    with django_assert_num_queries(1):
        assert store["_auth_user_id"] == str(user.pk)
        assert (store.joined_user, store.joined_user.get_username()) == (user, user.get_username())


def test_the_statement_reads_what_the_orm_reads():
    """PostgreSQL has a hand-written statement, and SQLite only the way of the ORM."""
    user = make_user(first_name="Rina", last_login=timezone.now())
    key, now = key_of(signed_in(user)), timezone.now()
    expected = Session.objects.get(session_key=key, expire_date__gt=now)
    found = read_session(key, at=now) if connection.vendor == "postgresql" else SessionStore(key)._get_session_from_db()
    fields = [field.attname for field in user._meta.concrete_fields]
    assert [getattr(found.user, name) for name in fields] == [getattr(expected.user, name) for name in fields]
    assert (found.pk, found.session_data, found.expire_date) == (key, expected.session_data, expected.expire_date)


def test_an_expired_session_is_no_session():
    client = signed_in(make_user())
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    store = SessionStore(key_of(client))
    assert (dict(store.items()), store.joined_user, store.session_key) == ({}, None, None)


def test_an_unknown_key_is_not_taken_over():
    """Nobody can choose the key of a session that somebody will later sign in with (session fixation)."""
    store = SessionStore("chosen0by0an0attacker0")
    store["colour"] = "green"
    store.save()
    assert store.session_key != "chosen0by0an0attacker0"


@pytest.mark.parametrize("cookie", ['"abcdefgh\\000ij"', "é" * 20, "x" * 5000])
def test_a_cookie_that_can_be_no_key_is_that_of_a_visitor(client: Client, cookie):
    answer = client.get("/", headers={"cookie": f"sessionid={cookie}"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/")


def test_data_that_was_tampered_with_is_an_empty_session():
    client = signed_in(make_user())
    Session.objects.update(session_data="x" + Session.objects.get().session_data)
    assert dict(SessionStore(key_of(client)).items()) == {}


def test_a_new_key_keeps_the_data_and_ends_the_old_one():
    user = make_user()
    store = SessionStore(key_of(signed_in(user)))
    old = store.session_key
    store.cycle_key()
    store.save()
    assert list(Session.objects.values_list("session_key", "user")) == [(store.session_key, user.pk)]
    assert (store.session_key != old, dict(SessionStore(old).items())) == (True, {})


def test_flushing_removes_the_row_and_the_user():
    store = SessionStore(key_of(signed_in(make_user())))
    store.flush()
    assert (Session.objects.count(), store.session_key, dict(store.items())) == (0, None, {})


def test_sessions_go_with_their_user():
    user = make_user()
    signed_in(user)
    user.delete()
    assert Session.objects.count() == 0


def test_expired_sessions_are_cleared_every_day():
    gone, kept = signed_in(make_user()), signed_in(make_user())
    Session.objects.filter(pk=key_of(gone)).update(expire_date=timezone.now() - timedelta(seconds=1))
    clear_expired_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [key_of(kept)]


def old_session(expires_in: timedelta = timedelta(days=1), **data) -> str:
    """A row as Django's own engine wrote it."""
    store = OldStore()
    store.update(data)
    store.save()
    OldSession.objects.filter(pk=store.session_key).update(expire_date=timezone.now() + expires_in)
    return store.session_key


def carry_over() -> None:
    migration = import_module("config.migrations.0002_sessions_with_user")
    migration.carry_over(apps, SimpleNamespace(connection=connection))


def test_people_stay_signed_in_when_sessions_move_to_their_table():
    user = make_user()
    hash_ = user.get_session_auth_hash()
    theirs = {"_auth_user_id": str(user.pk), "_auth_user_backend": BACKEND, "_auth_user_hash": hash_}
    mine, visitor = old_session(**theirs), old_session(colour="green")
    old_session(timedelta(seconds=-1), **theirs)
    old_session(**theirs | {"_auth_user_id": str(user.pk + 1)})
    OldSession.objects.filter(pk=old_session(**theirs)).update(session_data=signing.dumps({}))
    carry_over()
    assert dict(Session.objects.values_list("pk", "user")) == {mine: user.pk, visitor: None}
    assert (OldSession.objects.count(), SessionStore(mine).joined_user) == (0, None)
    client = Client()
    client.cookies["sessionid"] = mine
    assert client.get("/sign-in/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_kept_connection_that_the_database_closed_is_replaced_by_the_first_statement(django_assert_num_queries):
    """Only PostgreSQL closes connections; the request does not ask SELECT 1 first."""
    user = make_user()
    key = key_of(signed_in(user))
    if connection.vendor == "postgresql":
        connection.health_check_enabled, connection.health_check_done = True, False
        closed = connection.connection
        closed.close()
        assert (read_session(key, at=timezone.now()).user, closed.closed) == (user, True)
        connection.health_check_done = False
    with django_assert_num_queries(1):
        assert SessionStore(key)._get_session_from_db().user == user


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_in_the_middle_of_a_request_is_not_replaced():
    """What was written before is gone with it, so nothing may go on as if it were there."""
    key = key_of(signed_in(make_user()))
    if connection.vendor == "postgresql":
        connection.health_check_enabled, connection.health_check_done = True, True
        connection.connection.close()
        with pytest.raises((OperationalError, InterfaceError)):
            read_session(key, at=timezone.now())
        connection.close()
    assert SessionStore(key)._get_session_from_db() is not None
