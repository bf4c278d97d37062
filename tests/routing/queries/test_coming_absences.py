"""When everybody of a rotation will be absent within a week: who is expected, and what counts as absent (F5, F11c)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.models import Segment
from routing.actions.availability.time_off import cancel_time_off, plan_time_off, set_available
from routing.models import Rotation, RotationMember, TimeOff
from routing.queries.coming_absences import coming_absences, used_rotations
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Rina", last_name="")


def on(day: int, hour: int = 0) -> datetime:
    """November in Jakarta; MORNING is Monday the 16th, 10:42."""
    return datetime(2026, 11, day, hour, tzinfo=JAKARTA)


def used(*reps, dispatch: str = "push", **fields) -> Rotation:
    return QueueFactory(dispatch=dispatch, rotation=make_rotation(*reps, **({"name": "SMB"} | fields))).rotation


def leave(user, starts_at: datetime, ends_at: datetime, kind: str = "leave") -> TimeOff:
    return plan_time_off(
        user.rep, kind=kind, starts_at=starts_at, ends_at=ends_at, note="", by=user, at=MORNING - timedelta(days=2)
    )


def spans(rotation: Rotation, *, at: datetime = MORNING) -> list[tuple[str, str]]:
    found = coming_absences(Rotation.objects.get(pk=rotation.pk), at=at)
    return [tuple(f"{each.astimezone(JAKARTA):%d %H:%M}" for each in (one.starts_at, one.ends_at)) for one in found]


def test_nights_and_weekends_are_no_absence_and_join_what_is_around_them(rep, team):
    rotation = used(rep, skips_outside_hours=True)  # Monday to Friday, 9 to 17
    assert spans(rotation) == []
    friday = leave(rep, on(20), on(21))
    assert spans(rotation) == [("20 09:00", "20 17:00")]
    cancel_time_off(friday, by=rep, at=MORNING)
    leave(rep, on(19, 12), on(24))
    assert spans(rotation) == [("19 12:00", "23 17:00")]
    leave(rep, on(21), on(22))
    weekend = make_rep(first_name="W", last_name="")
    weekend.rep.own_hours = {"sat": [["10:00", "12:00"]]}
    weekend.rep.save()
    RotationMember.objects.create(rotation=rotation, rep=weekend.rep, position=1)
    assert spans(rotation) == [("19 12:00", "20 17:00"), ("23 09:00", "23 17:00")]


def test_a_segments_rotation_counts_as_used(rep):
    rotation = make_rotation(rep, name="Senior")
    queue = QueueFactory(dispatch="hybrid", rotation=make_rotation(name="Other"))
    Segment.objects.create(queue=queue, name="All", position=1, conditions=[], rotation=rotation)
    assert [each.name for each in used_rotations()] == ["Other", "Senior"]
    assert list(used_rotations([queue.pk + 1])) == []


@pytest.mark.parametrize("who", ["switched_off", "paused", "weight_0", "deactivated", "left"])
def test_who_is_not_expected_is_not_missed(rep, who):
    gone = make_rep()
    rotation = used(rep, gone)
    member = RotationMember.objects.filter(rep=gone.rep)
    if who == "switched_off":
        set_available(gone.rep, is_available=False, by=gone, at=MORNING)
    elif who == "paused":
        member.update(is_paused=True)
    elif who == "weight_0":
        member.update(weight=0)
    elif who == "left":
        member.update(left_at=MORNING)
    else:
        type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    leave(rep, on(17, 9), on(17, 12))
    assert spans(rotation) == [("17 09:00", "17 12:00")]


def test_a_pause_with_an_end_and_a_meeting_are_absences(rep):
    rotation = used(rep)
    set_available(rep.rep, is_available=False, until=on(16, 13), by=rep, at=MORNING)
    leave(rep, on(16, 13), on(16, 15), kind="meeting")
    assert spans(rotation) == [("16 10:42", "16 15:00")]
    Rotation.objects.update(skips_all_day_meeting=False)
    assert spans(rotation) == [("16 10:42", "16 13:00")]
    Rotation.objects.update(skips_switched_off=False)
    assert spans(rotation) == []


def test_a_rotation_with_many_members_asks_as_much_as_one(rep):
    rotation, counts = used(rep, skips_outside_hours=True), []
    leave(rep, on(17), on(18))
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            coming_absences(rotation, at=MORNING)
        counts.append(len(asked))
        for number in range(3):
            user = make_rep(rep.rep.teams.get())
            leave(user, on(17), on(18))
            RotationMember.objects.create(rotation=rotation, rep=user.rep, position=number + 1)
    assert counts[0] == counts[1]
