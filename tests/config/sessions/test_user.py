"""Who is signed in: Django's checks, on the user that came with the session."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as django_settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.models import Session
from config.sessions.store import SessionStore
from config.sessions.user import AuthenticationMiddleware
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BACKEND = "routing.backends.RoutingBackend"
PASSWORD = "right horse battery"


@pytest.fixture(autouse=True)
def trivial_page(settings):
    settings.ROOT_URLCONF = "tests.benchmarks.urls"


@pytest.fixture
def user():
    user = make_user(username="rina@alur.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def who(client: Client) -> str:
    """The primary key of the person that the page greets; empty when it leads to the sign-in."""
    response = client.get("/trivial")
    return "" if response.status_code == 302 else response.content.decode()


def key_of(client: Client) -> str:
    return client.cookies["sessionid"].value


def request_of(key: str) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore(key)
    AuthenticationMiddleware(lambda request: None).process_request(request)
    return request


def test_a_signed_in_page_reads_session_and_user_in_one_statement(user, django_assert_num_queries):
    client = signed_in(user)
    with django_assert_num_queries(1):
        assert who(client) == str(user.pk)


def test_each_request_has_the_user_of_its_own_session(user):
    first, second = signed_in(user), signed_in(make_user())
    assert [who(client) == str(user.pk) for client in (first, second, first)] == [True, False, True]


def test_a_page_without_a_session_reads_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert who(Client()) == ""


def test_a_deactivated_person_is_out_at_once(user):
    client = signed_in(user)
    user.is_active = False
    user.save()
    assert who(client) == ""


def test_a_new_password_ends_every_session(user):
    clients = [signed_in(user), signed_in(user)]
    user.set_password("another horse staple")
    user.save()
    assert [who(client) for client in clients] == ["", ""]
    assert Session.objects.count() == 0


def test_a_key_that_was_rotated_keeps_people_signed_in_under_a_new_session_key(user, settings):
    client = signed_in(user)
    before = key_of(client)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [settings.SECRET_KEY]
    assert (who(client), key_of(client) != before) == (str(user.pk), True)
    settings.SECRET_KEY_FALLBACKS = []
    assert who(client) == str(user.pk)
    stale = Client()
    stale.cookies["sessionid"] = before
    assert who(stale) == ""


def test_a_key_that_was_replaced_ends_all_sessions(user, settings):
    client = signed_in(user)
    settings.SECRET_KEY = "new" * 20
    assert who(client) == ""


def test_an_expired_session_leads_to_the_sign_in(user):
    client = signed_in(user)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert who(client) == ""


def test_signing_in_gives_a_new_key_to_the_session_of_a_visitor(user):
    visitor = Client()
    store = SessionStore()
    store["colour"] = "green"
    store.save()
    visitor.cookies["sessionid"] = store.session_key
    visitor.post(reverse("routing:sign_in"), {"username": user.username, "password": PASSWORD})
    assert (who(visitor), key_of(visitor) != store.session_key) == (str(user.pk), True)
    assert list(Session.objects.values_list("session_key", "user")) == [(key_of(visitor), user.pk)]


def test_signing_in_as_somebody_else_brings_nothing_along(user):
    client = signed_in(user)
    session = client.session
    session["colour"] = "green"
    session.save()
    other = make_user()
    client.force_login(other, BACKEND)
    assert (who(client), client.session.get("colour")) == (str(other.pk), None)
    assert list(Session.objects.values_list("user", flat=True)) == [other.pk]


def test_signing_out_ends_the_session_everywhere(user):
    client, same_browser = signed_in(user), Client()
    same_browser.cookies["sessionid"] = key_of(client)
    client.post(reverse("routing:sign_out"))
    assert ([who(client), who(same_browser)], Session.objects.count()) == (["", ""], 0)


def test_the_signed_data_decide_and_not_the_column(user):
    """Writing the column alone does not sign anybody in as another person."""
    client, boss = signed_in(user), make_user(is_superuser=True)
    Session.objects.update(user=boss)
    assert who(client) == str(user.pk)


def test_a_backend_that_was_removed_signs_nobody_in(user, settings):
    client = signed_in(user)
    settings.AUTHENTICATION_BACKENDS = ["queues.backends.QueuesBackend"]
    assert who(client) == ""


def test_the_user_of_one_request_is_not_remembered_for_the_next_check(user):
    """Only the check of the request itself may use the row that was read with the session."""
    request = request_of(key_of(signed_in(user)))
    assert request.user == user
    user.is_active = False
    user.save()
    with CaptureQueriesContext(connection) as statements:
        assert get_user(request).is_anonymous
    assert len(statements) == 1


@pytest.mark.django_db(transaction=True)
def test_asynchronous_pages_see_the_same_user_in_one_statement(user):
    key = key_of(signed_in(user))

    async def name_seen() -> str:
        return (await request_of(key).auser()).get_username()

    def name_and_statements() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as statements:
            name = async_to_sync(name_seen)()
        connection.close()
        return name, len(statements)

    with ThreadPoolExecutor(1) as aside:  # a browser's test before this one leaves its event loop in the main thread
        assert aside.submit(name_and_statements).result(20) == (user.get_username(), 1)
        user.is_active = False
        user.save()
        assert aside.submit(name_and_statements).result(20) == ("", 1)


def test_there_is_one_engine_and_one_middleware():
    middleware = [name for name in django_settings.MIDDLEWARE if name.endswith("AuthenticationMiddleware")]
    assert (django_settings.SESSION_ENGINE, middleware) == (
        "config.sessions.store",
        ["config.sessions.user.AuthenticationMiddleware"],
    )
