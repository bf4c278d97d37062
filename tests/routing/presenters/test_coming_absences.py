"""Words of warnings that everybody of a rotation will be absent, in the inbox and on pages (F6, F11c)."""

from datetime import timedelta

import pytest
from django.test import Client

from queues.models import Queue
from routing.actions.absence_warnings import warn_of_absences
from routing.actions.availability.time_off import set_available
from routing.models import Rotation
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep
from tests.routing.queries.test_coming_absences import leave, on, used

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def now(morning):
    return morning


@pytest.fixture
def ops():
    return make_ops()


@pytest.fixture
def boss(team):
    return make_manager(team)


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Rina", last_name="")


def inbox(client: Client, user, page_text) -> str:
    client.force_login(user)
    return page_text(client.get("/inbox/"))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        (MORNING - HOUR, on(16, 15), "now, until 15:00"),
        (MORNING - HOUR, on(18, 15), "now, until Wed 15:00"),
        (on(16, 14), on(16, 17), "today 14:00-17:00"),
        (on(17), on(18), "tomorrow, all day"),
        (on(18), on(20), "Wed to Thu, all day"),
        (on(19, 9), on(26, 12), "from Thu 09:00 to Thu 26 Nov 12:00"),
        (on(19, 9), on(19, 9) + 90 * DAY, "from Thu 09:00 on, for more than four weeks"),
        (MORNING - HOUR, MORNING + 90 * DAY, "now, for more than four weeks"),
    ],
)
def test_the_span_is_said_in_words(client: Client, ops, rep, page_text, starts_at, ends_at, words):
    used(rep)
    leave(rep, starts_at, ends_at)
    warn_of_absences(at=MORNING)
    assert f"SMB: all absent {words}. Leads will wait." in inbox(client, ops, page_text)


def test_times_are_those_of_the_rotation_and_a_past_span_is_past(client: Client, ops, rep, page_text, time_machine):
    used(rep, time_zone="Europe/Berlin")
    leave(rep, on(17, 9), on(17, 12))
    warn_of_absences(at=MORNING)
    assert "SMB: all absent tomorrow 03:00-06:00 (Europe/Berlin)." in inbox(client, ops, page_text)
    time_machine.move_to(MORNING + 3 * DAY, tick=False)
    assert "SMB: all were absent Tue 17 Nov 03:00-06:00." in inbox(client, ops, page_text)


@pytest.mark.parametrize(
    ("fallback", "words"),
    [
        ("there", "Leads will go to Maria."),
        ("away", "Leads will wait: Maria, the fallback, is absent too."),
        ("partly", "Leads will go to Maria, and wait while this person is absent too."),
        ("off", "Leads will wait: Maria, the fallback, is absent too."),
        ("deactivated", "Leads will wait: Maria, the fallback, is absent too."),
    ],
)
def test_it_says_what_happens_to_leads(client: Client, ops, rep, page_text, fallback, words):
    maria = make_rep(first_name="Maria", last_name="")
    used(rep, when_nobody="fallback", fallback=maria.rep)
    leave(rep, on(17, 9), on(17, 12))
    if fallback == "away":
        leave(maria, on(17), on(18))
    elif fallback == "partly":
        leave(maria, on(17, 11), on(18))
    elif fallback == "off":
        set_available(maria.rep, is_available=False, by=maria, at=MORNING)
    elif fallback == "deactivated":
        type(maria).objects.filter(pk=maria.pk).update(is_active=False)
    warn_of_absences(at=MORNING)
    assert f"SMB: all absent tomorrow 09:00-12:00. {words}" in inbox(client, ops, page_text)


def test_the_pages_of_managers_and_ops_show_it(client: Client, ops, boss, rep, team, page_text):
    rotation = used(rep)
    queue = Queue.objects.get()
    queue.team = team
    queue.save()
    leave(rep, on(17, 9), on(17, 12))
    warn_of_absences(at=MORNING)
    sentence = "SMB: all absent tomorrow 09:00-12:00. Leads will wait."
    lacks = "SMB has no fallback person: when nobody is available, its leads wait until somebody is."
    link = f'<a href="/rotations/{rotation.pk}/">'
    client.force_login(boss)
    seen = {path: page_text(client.get(path)) for path in (f"/rotations/{rotation.pk}/", f"/queues/{queue.slug}/")}
    assert [(sentence in text, lacks in text) for text in seen.values()] == [(True, True)] * 2
    assert f'href="/calendars/{rep.rep.pk}/"' in seen[f"/rotations/{rotation.pk}/"]
    assert f"{link}{sentence}</a>" in page_text(client.get("/queues/"))
    client.force_login(make_manager(TeamFactory()))
    assert sentence not in page_text(client.get("/queues/"))
    client.force_login(ops)
    assert f"{link}{sentence}</a>" in page_text(client.get("/flow/"))
    settings = page_text(client.get(f"/admin/routing/rotation/{rotation.pk}/change/"))
    assert (sentence in settings, lacks in settings) == (True, True)
    Rotation.objects.update(is_active=False)
    assert lacks not in page_text(client.get(f"/rotations/{rotation.pk}/"))
