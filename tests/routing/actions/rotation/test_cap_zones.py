"""Days, weeks and months of caps in the rotation's time zone, or in each member's own (F5)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from queues.actions.dispatch.serve import serve, serve_waiting
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.rotation.versions import roll_back
from routing.models import Assignment, Rotation, RotationMember, RotationVersion
from routing.queries.rotation.caps import cap_ends
from routing.queries.rotation.state import load_state
from routing.queries.rotation.versions import snapshot_of
from routing.queries.simulation.replay import load_replay, run_replay
from tests.factories import QueueFactory, TeamFactory, fill, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
NOON = datetime(2026, 11, 17, 5, tzinfo=UTC)  # Tuesday 12:00 in Jakarta, midnight in New York


def rep_in(zone: str, *teams, **fields) -> User:
    user = make_rep(*teams, **fields)
    user.rep.time_zone = zone
    user.rep.save(update_fields=["time_zone"])
    return user


def own_days(*people: User, **fields) -> Rotation:
    return make_rotation(*people, **({"cap_day": 1, "cap_zone": "member"} | fields))


def holders(rotation: Rotation, count: int, *, at: datetime) -> list[User]:
    try:
        made = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(count)], at=at)
    except NobodyAvailable as nobody:
        assert {look.reason for look in nobody.results} <= {"cap_day", "cap_week", "cap_month"}
        return []
    assert audit_rotation(rotation, at=at).faults == []
    return [each.holder for each in made]


def test_midnight_is_where_each_member_is():
    jakarta, new_york = rep_in("Asia/Jakarta"), rep_in("America/New_York")
    rotation = own_days(jakarta, new_york)
    assert holders(rotation, 5, at=NOON - SECOND) == [jakarta, new_york]
    assert holders(rotation, 5, at=NOON) == [new_york]
    midnight = datetime(2026, 11, 17, 17, tzinfo=UTC)  # in Jakarta, noon in New York
    assert [holders(rotation, 5, at=at) for at in (midnight - SECOND, midnight)] == [[], [jakarta]]
    state = load_state(Rotation.objects.get(), at=midnight)
    assert sorted(cap_ends(rotation, state, at=midnight).values()) == [
        datetime(2026, 11, 18, 5, tzinfo=UTC),
        datetime(2026, 11, 18, 17, tzinfo=UTC),
    ]


def test_by_default_the_day_ends_for_all_where_the_rotation_is():
    people = [rep_in("Asia/Jakarta"), rep_in("America/New_York")]
    rotation = make_rotation(*people, cap_day=1)
    assert [len(holders(rotation, 5, at=at)) for at in (NOON - SECOND, NOON)] == [2, 0]
    assert len(holders(rotation, 5, at=datetime(2026, 11, 17, 17, tzinfo=UTC))) == 2


def test_without_an_own_time_zone_that_of_the_team_counts_and_else_the_rotations():
    of_team = rep_in("", TeamFactory(name="East", time_zone="America/New_York"))
    alone, unknown = rep_in(""), rep_in("Mars/Olympus")
    rotation = own_days(of_team, alone, unknown, time_zone="Europe/Berlin")
    assert len(holders(rotation, 9, at=NOON - SECOND)) == 3
    assert holders(rotation, 9, at=NOON) == [of_team]
    assert set(holders(rotation, 9, at=datetime(2026, 11, 17, 23, tzinfo=UTC))) == {alone, unknown}


@pytest.mark.parametrize(
    ("window", "ends"),
    [("week", datetime(2026, 11, 23, 5, tzinfo=UTC)), ("month", datetime(2026, 12, 1, 5, tzinfo=UTC))],
)
def test_weeks_and_months_end_there_too(window, ends):
    new_york = rep_in("America/New_York")
    rotation = own_days(new_york, cap_day=None, **{f"cap_{window}": 1})
    assert [len(holders(rotation, 3, at=at)) for at in (NOON, ends - SECOND, ends)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("begins", "hours"),
    [(datetime(2026, 11, 1, 4, tzinfo=UTC), 25), (datetime(2026, 3, 8, 5, tzinfo=UTC), 23)],
    ids=["back", "forward"],
)
def test_a_day_on_which_the_clocks_change_there_is_longer_or_shorter(begins, hours):
    rotation = own_days(rep_in("America/New_York"))
    ends = begins + hours * HOUR
    moments = (begins - SECOND, begins, ends - SECOND, ends)
    assert [len(holders(rotation, 2, at=at)) for at in moments] == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("old", "new", "opens"),
    [
        ("Asia/Jakarta", "America/New_York", datetime(2026, 11, 18, 5, tzinfo=UTC)),
        ("America/New_York", "Asia/Jakarta", datetime(2026, 11, 17, 17, tzinfo=UTC)),
    ],
)
def test_a_rep_whose_time_zone_changes_within_the_day_waits_for_midnight_of_the_new_one(old, new, opens):
    user = rep_in(old)
    rotation = own_days(user)
    assert len(holders(rotation, 2, at=NOON + HOUR)) == 1
    user.rep.time_zone = new
    user.rep.save(update_fields=["time_zone"])
    assert [len(holders(rotation, 2, at=at)) for at in (NOON + HOUR, opens - SECOND, opens)] == [0, 0, 1]


def test_the_choice_can_change_within_the_day_without_a_second_day():
    rotation = own_days(rep_in("America/New_York"), cap_zone="rotation")
    assert len(holders(rotation, 2, at=NOON + HOUR)) == 1
    edit_rotation(rotation, fields={"cap_zone": "member"}, by=None, at=NOON + HOUR)
    rotation.refresh_from_db()
    opens = datetime(2026, 11, 18, 5, tzinfo=UTC)
    assert [len(holders(rotation, 2, at=at)) for at in (NOON + HOUR, opens - SECOND, opens)] == [0, 0, 1]


def test_held_leads_are_given_when_the_day_of_the_member_begins():
    jakarta, new_york = rep_in("Asia/Jakarta"), rep_in("America/New_York")
    queue = QueueFactory(dispatch="push", rotation=own_days(jakarta, new_york))
    fill(queue, 4)
    assert len(serve(queue, at=NOON - SECOND)) == 2
    assert [serve_waiting(at=at) for at in (NOON - SECOND, NOON)] == [0, 1]
    assert Assignment.objects.latest("pk").holder == new_york


def test_a_replay_counts_the_days_of_each_member_and_a_draft_may_choose_them():
    """Six leads, one an hour, from 21:00 in New York on: there it is two days, in Jakarta one."""
    rotation = make_rotation(rep_in("America/New_York"))
    for hour in range(6):
        holders(rotation, 1, at=NOON + (hour - 3) * HOUR)
    for zone, waits in (("rotation", 4), ("member", 2)):
        Rotation.objects.update(cap_day=2, cap_zone=zone)
        found = run_replay(load_replay(Rotation.objects.get(), days=30, at=NOON + 9 * HOUR))
        assert found.waits == waits


def test_versions_know_the_choice_and_one_of_before_means_the_rotations_zone():
    rotation, ops = make_rotation(make_rep()), make_ops()
    edit_rotation(rotation, fields={"cap_zone": "member"}, by=ops, at=NOON)
    first, second = RotationVersion.objects.order_by("number")
    assert [each.snapshot["fields"]["cap_zone"] for each in (first, second)] == ["rotation", "member"]
    del first.snapshot["fields"]["cap_zone"]
    first.save()
    roll_back(rotation, 1, version=2, by=ops, reason="as it was", at=NOON + HOUR)
    rotation.refresh_from_db()
    assert (rotation.cap_zone, rotation.version) == ("rotation", 3)
    assert snapshot_of(rotation)["fields"]["cap_zone"] == "rotation"


def test_many_members_ask_for_their_zones_at_once(django_assert_num_queries):
    team = TeamFactory(time_zone="America/New_York")
    rotation = own_days(*(make_rep(team) for _number in range(12)))
    with django_assert_num_queries(4):  # members, absences, the size of the team, its zone
        state = load_state(rotation, at=NOON)
    assert {str(zone) for zone in state.zones.values()} == {"America/New_York"}
    plain = make_rotation(*(member.rep.user for member in RotationMember.objects.all()), name="plain", cap_day=1)
    with django_assert_num_queries(2):
        assert load_state(plain, at=NOON).zones == {}
