"""Which kinds of public holidays are days off: joint leave and others, chosen for each region (F5, I2)."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from routing.actions.availability.holidays import sync_all_holidays, work_on_holiday
from routing.decisions.availability.public_holidays import (
    Region,
    holidays_between,
    known_kinds,
    region_of,
    usual_kinds,
)
from routing.models import HolidayKinds, Rep, TimeOff
from routing.presenters.holiday_kinds import kinds_text
from tests.factories import TeamFactory, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)  # Tuesday 10:00 in Jakarta
JAKARTA = ZoneInfo("Asia/Jakarta")
JOINT_LEAVE = ["03-18", "03-20", "03-23", "03-24"]  # cuti bersama of March 2026
PUBLIC = ["03-19", "03-21", "03-22", "04-03", "04-05", "05-01"]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MARCH, tick=False)


def days_off(rep: Rep) -> list[str]:
    rows = TimeOff.objects.filter(rep=rep).order_by("starts_at").values_list("starts_at", flat=True)
    return [f"{starts.astimezone(JAKARTA):%m-%d}" for starts in rows]


@pytest.fixture
def rep() -> Rep:
    found = make_rep(TeamFactory(holiday_country="ID", time_zone="Asia/Jakarta")).rep
    sync_all_holidays(at=MARCH)
    return found


@pytest.fixture
def ops_client(client: Client) -> Client:
    client.force_login(make_ops())
    return client


def save_kinds(client: Client, row: HolidayKinds, *kinds: str):
    return client.post(reverse("admin:routing_holidaykinds_change", args=[row.pk]), {"kinds": kinds})


def test_joint_leave_is_off_in_indonesia_unless_it_is_switched_off(ops_client: Client, rep: Rep):
    assert days_off(rep) == sorted(JOINT_LEAVE + PUBLIC)
    added = ops_client.post(reverse("admin:routing_holidaykinds_add"), {"region": "ID"})
    row = HolidayKinds.objects.get()
    assert (added.status_code, added["Location"]) == (302, reverse("admin:routing_holidaykinds_change", args=[row.pk]))
    assert (row.region, row.kinds) == ("ID", ["public", "government"])
    assert days_off(rep) == sorted(JOINT_LEAVE + PUBLIC)
    assert save_kinds(ops_client, row, "public").status_code == 302
    assert days_off(rep) == PUBLIC
    ops_client.post(reverse("admin:routing_holidaykinds_delete", args=[row.pk]), {"post": "yes"})
    assert days_off(rep) == sorted(JOINT_LEAVE + PUBLIC)


def test_the_page_says_what_each_kind_brings(ops_client: Client):
    row = HolidayKinds.objects.create(region="ID", kinds=["public"])
    page = ops_client.get(reverse("admin:routing_holidaykinds_change", args=[row.pk])).content.decode()
    assert "Joint leave (cuti bersama): 9 days in the next twelve months, such as 18 Mar Day of Silence Joint" in page
    listed = ops_client.get(reverse("admin:routing_holidaykinds_changelist")).content.decode()
    assert ("Indonesia" in listed, "Public holidays" in listed) == (True, True)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ([], "Choose at least one."),
        (["lunch"], "lunch is not one of the available choices"),
        (["bank"], "bank is not one of the available choices"),  # not known of Indonesia
    ],
)
def test_kinds_that_are_not_known_there_are_refused(ops_client: Client, rep: Rep, sent: list[str], says: str):
    row = HolidayKinds.objects.create(region="ID", kinds=["public", "government"])
    answer = save_kinds(ops_client, row, *sent)
    row.refresh_from_db()
    assert (says in answer.content.decode(), row.kinds) == (True, ["public", "government"])
    assert days_off(rep) == sorted(JOINT_LEAVE + PUBLIC)


def test_a_region_is_chosen_once(ops_client: Client):
    HolidayKinds.objects.create(region="ID", kinds=["public"])
    answer = ops_client.post(reverse("admin:routing_holidaykinds_add"), {"region": "ID"})
    assert "are chosen already" in answer.content.decode()
    assert HolidayKinds.objects.count() == 1
    assert "Choose the country" in ops_client.post(reverse("admin:routing_holidaykinds_add"), {}).content.decode()


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_others_cannot_choose(client: Client, make):
    client.force_login(make())
    row = HolidayKinds.objects.create(region="ID", kinds=["public"])
    answer = client.post(
        reverse("admin:routing_holidaykinds_change", args=[row.pk]), {"kinds": ["government"]}, follow=True
    )
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.kinds == ["public"]


def test_a_rep_may_work_on_a_day_of_joint_leave(rep: Rep):
    work_on_holiday(rep, on=date(2026, 3, 23), works=True, by=rep.user, at=MARCH)
    assert days_off(rep) == sorted([*JOINT_LEAVE, *PUBLIC][:2] + ["03-24", *PUBLIC])


def test_a_region_has_its_own_kinds_or_those_of_its_country():
    chosen = {"DE": ("public", "catholic"), "DE-BE": ("public",)}
    kinds = [region_of(("DE", part), kinds=chosen) for part in ("BY", "BE", "")]
    assert kinds == [
        Region("DE", "BY", ("public", "catholic")),
        Region("DE", "BE", ("public",)),
        Region("DE", "", ("public", "catholic")),
    ]


def test_kinds_that_a_newer_package_does_not_know_fall_back_to_the_usual_ones():
    day = date(2026, 3, 23)
    named = [holidays_between(Region("ID", "", kinds), day, day, "id") for kinds in ((), ("gone",), ("public",))]
    joint = [(day, "Cuti Bersama Hari Raya Idul Fitri")]
    assert named == [joint, joint, []]


def test_known_and_usual_kinds():
    assert (known_kinds("ID"), usual_kinds("ID")) == (("public", "government"), ("public", "government"))
    assert (usual_kinds("US"), usual_kinds("XX"), "workday" in known_kinds("UA")) == (("public",), (), False)
    assert kinds_text(["public", "roma"]) == "Public holidays, Roma"
