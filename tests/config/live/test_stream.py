"""Live updates through a real server: what is committed arrives, what is rolled back or forbidden does not."""

import http.client
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from config.live import announce, announce_rights
from config.live.hub import UNPACED_STREAMS
from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from tests.factories import QueueFactory, TeamFactory, make_entry, make_rep
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'alur live%'"


@pytest.fixture(scope="module")
def live_site(start_site: Callable[..., str]) -> str:
    return start_site(LIVE_TOPICS="tests.config.followed.topics", DB_POOL_SIZE="2")


@pytest.fixture
def person(transactional_db: None) -> User:
    """A new person each time, because the server remembers the last seconds."""
    return User.objects.create_user(f"dewi-{uuid4().hex}")


@pytest.fixture
def one(person: User) -> str:
    return f"{person.username}-1"


@pytest.fixture
def two(person: User) -> str:
    return f"{person.username}-2"


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


@contextmanager
def stream(site: str, user: User) -> Iterator[http.client.HTTPResponse]:
    place = http.client.HTTPConnection(urlsplit(site).netloc, timeout=PATIENCE)
    place.request("GET", "/events", headers={"Cookie": cookie_of(user)})
    answer = place.getresponse()
    try:
        assert answer.readline().startswith(b"retry: ")
        yield answer
    finally:
        place.close()


def next_topics(answer: http.client.HTTPResponse) -> list[str]:
    """The topics of the next message; none when the stream ended."""
    while line := answer.readline():
        if line.startswith(b"event: "):
            answer.readline()  # the pace
        elif line.startswith(b"data: "):
            return line.decode().removeprefix("data: ").split()
    return []


def heard_until(answer: http.client.HTTPResponse, last: str) -> set[str]:
    """All topics up to one of them, without the "*" that a stream may start with."""
    heard: set[str] = set()
    while last not in heard:
        heard.update(next_topics(answer))
    return heard - {"*"}


def commit(*topics: str) -> None:
    with transaction.atomic():
        announce(*topics)


def test_stream_sends_what_was_committed(live_site: str, person: User, one: str, two: str):
    with stream(live_site, person) as answer:
        commit(one)
        commit(two)
        assert heard_until(answer, two) == {one, two}


def test_stream_is_an_unbuffered_event_stream(live_site: str, person: User):
    with stream(live_site, person) as answer:
        kept = ("Content-Type", "Cache-Control", "X-Accel-Buffering")
        assert [answer.headers[name] for name in kept] == ["text/event-stream", "private, no-store", "no"]


def test_stream_does_not_send_what_was_rolled_back(live_site: str, person: User, one: str, two: str):
    with stream(live_site, person) as answer:
        with transaction.atomic():
            announce(one)
            transaction.set_rollback(True)
        commit(two)
        assert heard_until(answer, two) == {two}


def test_stream_does_not_send_what_concerns_others(live_site: str, person: User, one: str):
    with stream(live_site, person) as answer:
        commit("ops", "somebody-1")
        commit(one)
        assert heard_until(answer, one) == {one}


def test_open_streams_hold_no_database_connection(live_site: str, person: User, one: str):
    """The pool has two connections; thirty open streams leave them free for pages."""
    open_streams = [stream(live_site, person) for _ in range(30)]
    answers = [each.__enter__() for each in open_streams]
    try:
        with urlopen(f"{live_site}/healthz", timeout=PATIENCE) as healthy:
            assert healthy.status == 200
        commit(one)
        assert [heard_until(answer, one) for answer in answers] == [{one}] * 30
    finally:
        for each in open_streams:
            each.__exit__(None, None, None)


def test_stream_sends_everything_after_the_database_was_lost(live_site: str, person: User, one: str, two: str):
    """SQLite is a file and is not lost; there the change itself arrives."""
    with stream(live_site, person) as answer:
        commit(one)
        heard_until(answer, one)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(TERMINATE)
        else:
            commit(two)
        assert next_topics(answer) == {"postgresql": ["*"], "sqlite": [two]}[connection.vendor]
        commit(one)
        assert next_topics(answer) == [one]


def test_stream_ends_so_that_rights_are_read_again(start_site: Callable[..., str], person: User):
    site = start_site(LIVE_TOPICS="tests.config.followed.topics", LIVE_MINUTES="0.01")
    with stream(site, person) as answer:
        assert next_topics(answer) == ["*"]
        assert next_topics(answer) == []


def test_stream_ends_when_the_rights_of_its_person_change(live_site: str, person: User, one: str):
    """And only then; the next one does not end because of the same change."""
    with stream(live_site, person) as answer:
        commit(one)
        heard_until(answer, one)
        with transaction.atomic():
            announce_rights([person.pk + 1])
        with transaction.atomic():
            announce_rights([person.pk])
        assert next_topics(answer) == []
    with stream(live_site, person) as answer:
        commit(one)
        assert heard_until(answer, one) == {one}


def test_stream_refuses_people_who_are_not_signed_in(live_site: str):
    with pytest.raises(HTTPError) as refusal:
        urlopen(f"{live_site}/events", timeout=PATIENCE)
    assert refusal.value.code == 401


def test_a_wsgi_server_says_that_it_has_no_stream(client: Client):
    def ask():
        try:
            return client.get("/events")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as aside:  # a browser test of this process may have left its loop in our thread
        answer = aside.submit(ask).result(PATIENCE)
    assert (answer.status_code, answer.content.decode()) == (503, "No live updates here; pages ask by themselves.")


def test_stream_names_what_left_the_queues_of_a_rep_and_nothing_of_another_team(start_site: Callable[..., str]):
    """With the real rights, on the real ways out of a queue: not even a number of theirs is sent (C9)."""
    site, ours, theirs = start_site(), TeamFactory(), TeamFactory()
    mine, foreign = QueueFactory(team=ours), QueueFactory(team=theirs)
    rep, stranger = make_rep(ours), make_rep(theirs)
    hidden, seen, last = make_entry(foreign), make_entry(mine), make_entry(mine)
    with stream(site, rep) as answer:
        at = timezone.now()
        taken = take_next(foreign, by=stranger, at=at)
        undo_assignment(taken, by=stranger, at=at)
        close_lead(hidden.lead, stage="nurture", by=stranger, at=at)
        take_next(mine, by=make_rep(ours), at=at)
        take_next(mine, by=make_rep(ours), at=at)
        heard = heard_until(answer, f"{mine.topic}/{last.pk}")
    named = {word for word in heard if "/" in word}
    assert named == {f"{mine.topic}/{seen.pk}", f"{mine.topic}/{last.pk}"}
    assert not any(word.startswith(foreign.topic) for word in heard)


def test_stream_makes_many_pages_leave_time_between_their_requests(live_site: str, person: User, one: str):
    places = [stream(live_site, person) for _ in range(UNPACED_STREAMS + 20)]
    answers = [each.__enter__() for each in places]
    try:
        commit(one)
        heard_until(answers[0], one)
        paces: list[int] = []
        while not paces:
            if answers[-1].readline() == b"event: pace\n":
                paces.append(int(answers[-1].readline().removeprefix(b"data: ")))
        assert 0 < paces[0] <= 30 * 1000
        assert one in heard_until(answers[-1], one)
    finally:
        for each in places:
            each.__exit__(None, None, None)


def test_processes_know_how_many_streams_the_others_have(
    live_site: str, start_site: Callable[..., str], person: User, one: str
):
    """On PostgreSQL; SQLite has one web server. The streams of the first process set the pace of the second."""
    here = [stream(live_site, person) for _ in range(UNPACED_STREAMS + 20)]
    for each in here:
        each.__enter__()
    try:
        second = start_site(LIVE_TOPICS="tests.config.followed.topics")
        paces: list[bytes] = []
        with stream(second, person) as answer:
            while not paces and connection.vendor == "postgresql":
                commit(one)  # until the first process has published its number, a few seconds later
                line = answer.readline()
                paces += [answer.readline()] if line == b"event: pace\n" else []
        assert [pace.startswith(b"data: ") for pace in paces] == [True] * (connection.vendor == "postgresql")
    finally:
        for each in here:
            each.__exit__(None, None, None)
