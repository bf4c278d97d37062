"""Who was seen is not taken for unseen because of an absence that the rotation does not mind (F5, L6)."""

from datetime import timedelta

import pytest

from routing.models import TimeOff
from routing.queries.rotation.state import load_state
from tests.factories import MORNING, make_rep, make_rotation

HOUR = timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "switches", "reason"),
    [
        ("meeting", {"skips_all_day_meeting": False}, ""),
        ("leave", {"skips_on_leave": False}, ""),
        ("holiday", {"skips_on_leave": False}, ""),
        ("meeting", {}, "all_day_meeting"),
        ("leave", {}, "on_leave"),
        ("holiday", {}, "public_holiday"),
    ],
)
def test_an_absence_counts_as_the_rotation_says_for_who_was_seen(kind, switches, reason):
    person = make_rep()
    person.rep.last_seen_at = MORNING - timedelta(minutes=1)
    person.rep.save()
    TimeOff.objects.create(rep=person.rep, kind=kind, starts_at=MORNING - HOUR, ends_at=MORNING + HOUR)
    rotation = make_rotation(person, skips_not_seen=True, **switches)
    assert [each.reason for each in load_state(rotation, at=MORNING).members] == [reason]
