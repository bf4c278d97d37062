"""Warned beforehand that everybody of a rotation will be absent: each span once, and again only as news (F11c)."""

from datetime import timedelta

import pytest
from django.test import Client

from queues.models import Queue, Segment
from routing import tasks
from routing.actions.absence_warnings import warn_of_absences
from routing.actions.availability.company_holidays import For, add_company_holidays
from routing.actions.availability.time_off import cancel_time_off, change_time_off
from routing.decisions.availability.holiday_lines import HolidayLine
from routing.models import AbsenceWarning, Notification, Rotation, RotationMember, TimeOff
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep, make_rotation
from tests.races.crowd import all_at_once
from tests.routing.queries.test_coming_absences import leave, on, used

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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


def told(user) -> int:
    return Notification.objects.filter(user=user, kind="all_absent").count()


def inbox(client: Client, user, page_text) -> str:
    client.force_login(user)
    return page_text(client.get("/inbox/"))


def test_ops_and_the_managers_of_the_members_read_it_once_with_a_link(client: Client, ops, boss, rep, page_text):
    make_manager(TeamFactory()), make_ops(is_active=False)
    other = make_rep(rep.rep.teams.get())
    rotation = used(rep, other)
    leave(rep, on(17, 8), on(17, 12))
    leave(other, on(17, 9), on(18))
    for minute in range(3):
        assert warn_of_absences(at=MORNING + minute * MINUTE) == 1
    rows = Notification.objects.filter(kind="all_absent").order_by("user")
    assert [row.user for row in rows] == sorted((ops, boss), key=lambda user: user.pk)
    sentence = "SMB: all absent tomorrow 09:00-12:00. Leads will wait."
    for user in (ops, boss):
        assert f'<a href="/rotations/{rotation.pk}/">{sentence}</a>' in inbox(client, user, page_text)
    assert "all absent" not in inbox(client, rep, page_text)


def test_managers_of_the_team_whose_leads_it_gives_are_told_too(ops, rep):
    rotation, theirs = used(rep), make_manager(owner := TeamFactory())
    Queue.objects.filter(rotation=rotation).update(team=owner)
    leave(rep, on(17, 8), on(17, 12))
    assert (warn_of_absences(at=MORNING), told(theirs), told(ops)) == (1, 1, 1)


@pytest.mark.parametrize(
    "why",
    [
        "here",
        "short",
        "far",
        "anyway",
        "unused",
        "pull",
        "queue_off",
        "off",
        "segment_off",
        "leave_is_no_skip",
        "empty",
    ],
)
def test_what_is_no_absence_of_all_is_not_told(ops, rep, why):
    rotation = used(rep, when_nobody="anyway" if why == "anyway" else "hold")
    if why == "here":
        RotationMember.objects.create(rotation=rotation, rep=make_rep().rep, position=1)
    leave(rep, on(30) if why == "far" else on(17, 9), on(17, 9) + 59 * MINUTE if why == "short" else on(30, 12))
    if why in ("unused", "segment_off"):
        Queue.objects.update(rotation=make_rotation(name="Other"))
    if why == "segment_off":
        queue = Queue.objects.get()
        Segment.objects.create(queue=queue, name="All", position=1, rotation=rotation, is_active=False)
    elif why == "pull":
        Queue.objects.update(dispatch="pull")
    elif why == "queue_off":
        Queue.objects.update(is_active=False)
    elif why == "off":
        Rotation.objects.update(is_active=False)
    elif why == "leave_is_no_skip":
        Rotation.objects.update(skips_on_leave=False)
    elif why == "empty":
        RotationMember.objects.all().update(is_paused=True)
    assert (warn_of_absences(at=MORNING), told(ops)) == (0, 0)


def test_a_company_holiday_is_one_span_for_all_its_days(client: Client, ops, rep, page_text):
    used(rep, make_rep())
    lines = [HolidayLine(on(18).date(), on(20).date(), "Offsite")]
    add_company_holidays(lines, concerned=For(), kind="off", is_yearly=False, by=ops, at=MORNING)
    warn_of_absences(at=MORNING)
    assert "SMB: all absent Wed to Fri, all day. Leads will wait." in inbox(client, ops, page_text)
    assert told(ops) == 1


def test_only_what_changes_materially_is_told_again(ops, rep):
    used(rep)
    away = leave(rep, on(17, 9), on(17, 12))
    warn_of_absences(at=MORNING)
    steps = []
    for starts_at, ends_at in [(on(17, 9), on(17, 12) + 30 * MINUTE), (on(17, 9), on(17, 14)), (on(17, 9), on(17, 14))]:
        change_time_off(away, kind="leave", starts_at=starts_at, ends_at=ends_at, note="", by=rep, at=MORNING)
        warn_of_absences(at=MORNING + HOUR)
        steps.append(told(ops))
    assert steps == [1, 2, 2]
    for hour in range(9, 16):  # it begins, goes on and ends
        warn_of_absences(at=on(17, hour))
    assert (told(ops), AbsenceWarning.objects.count()) == (2, 0)


def test_a_fallback_person_who_becomes_absent_too_is_news(ops, rep):
    maria = make_rep()
    used(rep, when_nobody="fallback", fallback=maria.rep)
    leave(rep, on(17, 9), on(17, 12))
    warn_of_absences(at=MORNING)
    leave(maria, on(17), on(18))
    warn_of_absences(at=MORNING + HOUR)
    assert (told(ops), AbsenceWarning.objects.get().then) == (2, "wait_too")


def test_a_long_absence_is_told_once_though_its_end_is_out_of_sight(ops, rep):
    used(rep)
    leave(rep, on(18), on(18) + 90 * DAY)
    for day in range(12):
        warn_of_absences(at=MORNING + day * DAY)
    assert told(ops) == 1
    change_time_off(TimeOff.objects.get(), kind="leave", starts_at=on(18), ends_at=on(30), note="", by=rep, at=MORNING)
    warn_of_absences(at=MORNING + 12 * DAY)
    assert told(ops) == 2


def test_what_is_cancelled_is_forgotten_and_told_if_it_comes_again(ops, rep):
    rotation = used(rep)
    away = leave(rep, on(17, 9), on(17, 12))
    tasks.warn_of_absences()
    cancel_time_off(away, by=rep, at=MORNING)
    tasks.warn_of_absences()
    assert (told(ops), AbsenceWarning.objects.count()) == (1, 0)
    leave(rep, on(17, 9), on(17, 12))
    tasks.warn_of_absences()
    assert told(ops) == 2
    Queue.objects.filter(rotation=rotation).update(is_active=False)
    assert (tasks.warn_of_absences(), AbsenceWarning.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_tell_once():
    ops, rep = make_ops(), make_rep()
    used(rep)
    leave(rep, on(17, 9), on(17, 12))
    results = all_at_once([lambda: warn_of_absences(at=MORNING)] * 3)
    assert ([each for each in results if isinstance(each, Exception)], told(ops)) == ([], 1)
