"""Availability: each reason, each switch, the edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.decisions.availability.hours import DEFAULT_HOURS, WorkingHours
from routing.decisions.availability.status import Absence, Availability, AvailabilityRules, Person, availability

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)
OFFICE = WorkingHours(DEFAULT_HOURS, ZoneInfo("UTC"))
ANN = Person(rep_id=1, last_seen_at=AT - HOUR, hours=OFFICE)
ALL = AvailabilityRules(over_capacity=True, not_seen=True, outside_hours=True)
NONE = AvailabilityRules(on_leave=False, all_day_meeting=False, switched_off=False)
FREE = Availability(is_available=True, reason="")

HINDRANCES = {
    "switched_off": {"is_switched_on": False},
    "on_leave": {"absences": (Absence(AT - HOUR, AT + HOUR, "leave"),)},
    "all_day_meeting": {"absences": (Absence(AT - HOUR, AT + HOUR, "meeting"),)},
    "over_capacity": {"open_leads": 51},
    "not_seen": {"last_seen_at": AT - timedelta(days=2)},
    "outside_hours": {"hours": WorkingHours((), ZoneInfo("UTC"))},
}


def test_availability_of_a_person_at_work():
    assert availability(ANN, ALL, AT) == FREE


@pytest.mark.parametrize("code", HINDRANCES)
def test_availability_names_the_hindrance_when_the_rotation_looks_at_it(code):
    person = replace(ANN, **HINDRANCES[code])
    assert availability(person, ALL, AT) == Availability(False, code)


@pytest.mark.parametrize("code", HINDRANCES)
def test_availability_ignores_what_the_rotation_does_not_look_at(code):
    person = replace(ANN, **HINDRANCES[code])
    assert availability(person, replace(ALL, **{code: False}), AT) == FREE


def test_by_default_leave_meetings_and_the_switch_count():
    counted = {
        code: availability(replace(ANN, **change), AvailabilityRules(), AT).reason
        for code, change in HINDRANCES.items()
    }
    assert [code for code, reason in counted.items() if reason] == ["switched_off", "on_leave", "all_day_meeting"]


def test_a_deactivated_user_is_never_available():
    assert availability(replace(ANN, is_active=False), NONE, AT) == Availability(False, "inactive")


def test_the_first_reason_is_given():
    person = replace(ANN, is_switched_on=False, absences=HINDRANCES["on_leave"]["absences"], open_leads=90)
    assert availability(person, ALL, AT).reason == "switched_off"


@pytest.mark.parametrize(("starts", "ends", "reason"), [(0, 1, "on_leave"), (-1, 0, ""), (1, 2, "")])
def test_an_absence_includes_its_start_and_not_its_end(starts, ends, reason):
    person = replace(ANN, absences=(Absence(AT + starts * HOUR, AT + ends * HOUR, "sick"),))
    assert availability(person, AvailabilityRules(), AT).reason == reason


def test_leave_counts_beside_a_meeting():
    meeting, leave = Absence(AT - HOUR, AT + HOUR, "meeting"), Absence(AT - HOUR, AT + HOUR, "leave")
    assert availability(replace(ANN, absences=(meeting, leave)), AvailabilityRules(), AT).reason == "on_leave"


@pytest.mark.parametrize(
    ("own", "open_leads", "reason"),
    [
        (None, 50, ""),
        (None, 51, "over_capacity"),
        (10, 10, ""),
        (10, 11, "over_capacity"),
        (0, 0, "over_capacity"),
        (1, 1, ""),
    ],
)
def test_only_more_leads_than_the_capacity_are_too_many(own, open_leads, reason):
    person = replace(ANN, capacity=own, open_leads=open_leads)
    assert availability(person, ALL, AT).reason == reason


@pytest.mark.parametrize(
    ("last_seen_at", "at", "reason"),
    [
        (AT - timedelta(hours=24), AT, ""),
        (AT - timedelta(hours=24, seconds=1), AT, "not_seen"),
        (None, AT, "not_seen"),
        # Friday 16:00, seen from Monday: Saturday and Sunday do not count (L6)
        (datetime(2026, 3, 6, 16, tzinfo=UTC), datetime(2026, 3, 9, 16, tzinfo=UTC), ""),
        (datetime(2026, 3, 6, 16, tzinfo=UTC), datetime(2026, 3, 9, 16, 1, tzinfo=UTC), "not_seen"),
    ],
)
def test_sign_in_is_asked_for_on_working_days_only(last_seen_at, at, reason):
    person = replace(ANN, last_seen_at=last_seen_at)
    assert availability(person, replace(ALL, outside_hours=False), at).reason == reason


def test_leave_does_not_count_as_time_without_sign_in():
    back = datetime(2026, 3, 11, 9, tzinfo=UTC)
    away = (
        Absence(datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC), "leave"),
        Absence(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC), "sick"),
    )
    person = replace(ANN, last_seen_at=datetime(2026, 3, 3, 18, tzinfo=UTC), absences=away)
    assert availability(person, ALL, back).reason == ""
    assert availability(replace(person, absences=away[:1]), ALL, back).reason == "not_seen"


def test_without_known_hours_every_day_counts_and_every_hour_is_fine():
    person = replace(ANN, hours=None, last_seen_at=datetime(2026, 3, 6, 16, tzinfo=UTC))
    assert availability(person, ALL, datetime(2026, 3, 7, 3, tzinfo=UTC)) == FREE
    assert availability(person, ALL, datetime(2026, 3, 9, 10, tzinfo=UTC)).reason == "not_seen"


def test_working_days_are_those_of_the_persons_own_calendar():
    # Sunday 20:00 UTC is Monday 03:00 in Jakarta: 25 hours later they are all of working days
    person = replace(
        ANN,
        hours=WorkingHours(DEFAULT_HOURS, ZoneInfo("Asia/Jakarta")),
        last_seen_at=datetime(2026, 3, 1, 20, tzinfo=UTC),
    )
    skips = AvailabilityRules(not_seen=True)
    assert availability(person, skips, datetime(2026, 3, 2, 21, tzinfo=UTC)).reason == "not_seen"
    assert availability(replace(person, hours=OFFICE), skips, datetime(2026, 3, 2, 21, tzinfo=UTC)).reason == ""
