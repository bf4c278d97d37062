"""Leads wait for a rotation that can give them to nobody: people get one message, at once (F6, F11c)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues import tasks
from queues.actions.clocks.stuck_rotations import alert_stuck_rotations
from queues.actions.dispatch.serve import serve_waiting
from queues.models import Entry, Queue, Segment
from queues.queries.stuck_rotations import stuck_rotations
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.models import Notification, Rotation, RotationMember, StuckRotation
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ops():
    return make_ops()


@pytest.fixture
def boss(team):
    return make_manager(team)


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Rina", last_name="")


def pushed(*reps, team=None, **fields) -> Queue:
    return QueueFactory(dispatch="push", team=team, rotation=make_rotation(*reps, **({"name": "SMB"} | fields)))


def leave(rep, *, days: int = 1) -> None:
    span = {"starts_at": MORNING - HOUR, "ends_at": MORNING + days * DAY}
    plan_time_off(rep.rep, kind="leave", note="", by=rep, at=MORNING - DAY, **span)


def messages() -> list[tuple]:
    rows = Notification.objects.filter(kind="stuck").order_by("user", "pk")
    return [(row.user, row.details["why"]) for row in rows.select_related("user")]


def inbox(client: Client, user, page_text) -> str:
    client.force_login(user)
    return page_text(client.get("/inbox/"))


def test_an_empty_rotation_is_reported_at_the_first_sweep_and_never_again(ops, boss, team, client, page_text, morning):
    queue = pushed(team=team)
    make_entry(queue)
    for minute in range(3):
        assert alert_stuck_rotations(at=MORNING + minute * MINUTE) == 1
    make_entry(queue)
    alert_stuck_rotations(at=MORNING + DAY)
    assert messages() == [(each, "empty") for each in sorted((ops, boss), key=lambda user: user.pk)]
    sentence = "Leads wait for SMB, which has no members. It has no fallback person."
    assert f'<a href="/rotations/{queue.rotation_id}/">{sentence}</a>' in inbox(client, ops, page_text)


@pytest.mark.parametrize("why", ["leave", "switched_off", "deactivated", "paused", "weight_0", "not_seen"])
def test_where_everybody_is_absent_managers_and_ops_get_a_message(ops, boss, rep, why, client, page_text):
    make_manager(TeamFactory()), make_ops(is_active=False)
    queue = pushed(rep, skips_not_seen=why == "not_seen")
    make_entry(queue)
    if why == "leave":
        leave(rep)
    elif why == "switched_off":
        set_available(rep.rep, is_available=False, by=rep, at=MORNING)
    elif why == "deactivated":
        type(rep).objects.filter(pk=rep.pk).update(is_active=False)
    elif why in ("paused", "weight_0"):
        RotationMember.objects.update(**({"is_paused": True} if why == "paused" else {"weight": 0}))
    serve_waiting(at=MORNING)
    alert_stuck_rotations(at=MORNING)
    assert {user for user, _why in messages()} == {ops, boss}
    assert "Leads wait for SMB, and nobody there can have them." in inbox(client, boss, page_text)


def test_it_is_reported_again_after_it_had_changed(ops, rep):
    queue = pushed(rep)
    leave(rep)
    make_entry(queue)
    alert_stuck_rotations(at=MORNING)
    back = MORNING + DAY
    serve_waiting(at=back)
    assert (alert_stuck_rotations(at=back), StuckRotation.objects.count()) == (0, 0)
    set_available(rep.rep, is_available=False, by=rep, at=back)
    make_entry(queue, since=back)
    alert_stuck_rotations(at=back + HOUR)
    alert_stuck_rotations(at=back + 2 * HOUR)
    assert messages() == [(ops, "absent")] * 2


def test_it_changes_without_a_turn_when_the_leads_are_gone(ops):
    queue = pushed()
    make_entry(queue)
    alert_stuck_rotations(at=MORNING)
    Entry.objects.update(left_at=MORNING, left_how="closed")
    alert_stuck_rotations(at=MORNING + HOUR)
    make_entry(queue, since=MORNING + DAY)
    alert_stuck_rotations(at=MORNING + DAY)
    assert messages() == [(ops, "empty")] * 2


@pytest.mark.parametrize(
    "why", ["nothing_waits", "somebody_is_there", "cap", "night", "anyway", "fallback", "pull", "queue_off", "owner"]
)
def test_what_passes_by_itself_or_gives_its_leads_is_not_reported(ops, rep, team, why):
    nobody = {"when_nobody": why} if why in ("anyway", "fallback") else {}
    queue = pushed(rep, **nobody, fallback=make_rep().rep if why == "fallback" else None)
    if why != "nothing_waits":
        make_entry(queue)
    if why in ("anyway", "fallback", "nothing_waits", "pull", "queue_off", "owner"):
        leave(rep)
    if why == "cap":
        Rotation.objects.update(cap_day=0)
    elif why == "night":
        Rotation.objects.update(skips_outside_hours=True)
        team.working_hours = {"sun": [["09:00", "10:00"]]}
        team.save()
    elif why == "pull":
        Queue.objects.update(dispatch="pull")
    elif why == "queue_off":
        Queue.objects.update(is_active=False)
    elif why == "owner":
        Entry.objects.update(owner=rep)
    assert (alert_stuck_rotations(at=MORNING), messages()) == (0, [])


@pytest.mark.parametrize(
    ("when_nobody", "fallback", "sentence"),
    [
        ("hold", None, "nobody there can have them. It has no fallback person."),
        ("fallback", "away", "nobody there can have them. <"),
        ("anyway", None, "nobody there can have them. <"),
    ],
    ids=["hold", "fallback_away", "anyway"],
)
def test_the_message_says_when_there_is_no_fallback_person(
    ops, rep, client, page_text, when_nobody, fallback, sentence
):
    person = make_rep()
    queue = pushed(rep, when_nobody=when_nobody, fallback=person.rep if fallback else None)
    make_entry(queue)
    leave(person)
    leave(rep)
    type(rep).objects.filter(pk=rep.pk).update(is_active=False)
    alert_stuck_rotations(at=MORNING)
    assert sentence in inbox(client, ops, page_text).replace("</a>", " <")


@pytest.mark.parametrize("why", ["cap", "night"])
@pytest.mark.parametrize("away", ["leave", "switched_off", "deactivated"])
def test_leads_that_the_absent_fallback_person_should_have_are_reported(
    ops, boss, rep, team, client, page_text, why, away
):
    """Caps and nights pass by themselves, but until then the fallback person should have the leads."""
    person = make_rep(first_name="Eko", last_name="")
    queue = pushed(rep, when_nobody="fallback", fallback=person.rep, skips_outside_hours=why == "night")
    make_entry(queue)
    if why == "cap":
        Rotation.objects.update(cap_day=0)
    team.working_hours = {"sun": [["09:00", "10:00"]]}
    team.save()
    assert (alert_stuck_rotations(at=MORNING), messages()) == (0, [])
    if away == "leave":
        leave(person)
    elif away == "switched_off":
        set_available(person.rep, is_available=False, by=person, at=MORNING)
    else:
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert serve_waiting(at=MORNING) == 0
    assert [alert_stuck_rotations(at=MORNING + minute * MINUTE) for minute in range(3)] == [1, 1, 1]
    assert messages() == [(each, "fallback") for each in sorted((ops, boss), key=lambda user: user.pk)]
    sentence = "Leads wait for SMB: nobody there can have more now, and the fallback person Eko is away."
    assert sentence in inbox(client, ops, page_text)


def test_a_cap_that_opens_and_is_reached_again_repeats_no_message_while_the_fallback_person_is_away(ops, rep):
    person = make_rep()
    queue = pushed(rep, when_nobody="fallback", fallback=person.rep, cap_hour=1)
    leave(person, days=2)
    fill(queue, 5)
    stuck = []
    for minute in (0, 59, 60, 119, 120):
        serve_waiting(at=MORNING + minute * MINUTE)
        stuck.append(alert_stuck_rotations(at=MORNING + minute * MINUTE))
    assert (stuck, messages()) == ([1] * 5, [(ops, "fallback")])
    Rotation.objects.update(cap_hour=None)
    assert (serve_waiting(at=MORNING + 3 * HOUR), alert_stuck_rotations(at=MORNING + 3 * HOUR)) == (2, 0)
    Rotation.objects.update(cap_hour=1)
    make_entry(queue)
    assert (alert_stuck_rotations(at=MORNING + 3 * HOUR), messages()) == (1, [(ops, "fallback")])
    leave(rep, days=2)
    alert_stuck_rotations(at=MORNING + 4 * HOUR)
    assert messages() == [(ops, "fallback"), (ops, "absent")]


def test_it_is_reported_again_after_the_fallback_person_was_back(ops, rep):
    person = make_rep()
    queue = pushed(rep, when_nobody="fallback", fallback=person.rep, cap_day=0)
    set_available(person.rep, is_available=False, by=person, at=MORNING)
    make_entry(queue)
    alert_stuck_rotations(at=MORNING)
    set_available(person.rep, is_available=True, by=person, at=MORNING + HOUR)
    assert (alert_stuck_rotations(at=MORNING + HOUR), StuckRotation.objects.count()) == (0, 0)
    set_available(person.rep, is_available=False, by=person, at=MORNING + 2 * HOUR)
    make_entry(queue, since=MORNING + 2 * HOUR)
    alert_stuck_rotations(at=MORNING + 2 * HOUR)
    assert messages() == [(ops, "fallback")] * 2


def test_a_rotation_that_is_off_is_reported(ops, rep):
    make_entry(pushed(rep, is_active=False))
    alert_stuck_rotations(at=MORNING)
    assert messages() == [(ops, "off")]


def test_the_rotation_of_a_segment_is_reported_too(ops, rep):
    queue = pushed(rep)
    empty = make_rotation(name="Senior")
    Segment.objects.create(queue=queue, name="All", position=1, conditions=[], rotation=empty)
    make_entry(queue)
    assert [(each.rotation, each.why) for each in stuck_rotations(at=MORNING)] == [(empty, "empty")]
    tasks.alert_stuck_rotations()
    assert messages() == [(ops, "empty")]


def test_many_leads_and_queues_ask_as_much_as_one(ops, rep):
    queue = pushed(rep)
    leave(rep)
    counts = []
    for _round in range(2):
        fill(queue, 3)
        fill(QueueFactory(dispatch="push", rotation=queue.rotation), 2)
        with CaptureQueriesContext(connection) as asked:
            stuck_rotations(at=MORNING)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once():
    ops = make_ops()
    make_entry(pushed())
    results = all_at_once([lambda: alert_stuck_rotations(at=MORNING)] * 3)
    assert ([each for each in results if isinstance(each, Exception)], messages()) == ([], [(ops, "empty")])
