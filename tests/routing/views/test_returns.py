"""The sentence about skipped turns on the rotation's page and on the page of who is away (F5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from routing.actions.availability.time_off import plan_time_off
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rep, Rotation, RotationMember
from routing.presenters.returns import return_sentence
from routing.queries.availability.returns import returns_of_members, returns_of_rep
from tests.factories import MORNING, TeamFactory, make_lead, make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

JAKARTA = ZoneInfo("Asia/Jakarta")
LEFT = MORNING - timedelta(days=3, hours=4)  # Friday morning
BACK = datetime(2026, 11, 18, tzinfo=JAKARTA)  # Wednesday


def away(rep: Rep, starts_at: datetime = LEFT, ends_at: datetime = BACK) -> None:
    plan_time_off(rep, kind="leave", starts_at=starts_at, ends_at=ends_at, note="", by=rep.user, at=starts_at)


def rotation_with_somebody_away(**fields) -> Rotation:
    """Maria left on Friday; four leads came since, and two turns of them are due to her."""
    team = TeamFactory()
    people = [make_rep(team, first_name=name, last_name="") for name in ("Maria", "Rina")]
    rotation = make_rotation(*people, name="SMB", **fields)
    take_turns(rotation, [TurnRequest(make_lead()) for _number in range(2)], at=LEFT - timedelta(hours=1))
    away(people[0].rep)
    for hours in (1, 2, 3, 4):
        take_turns(rotation, [TurnRequest(make_lead())], at=LEFT + timedelta(hours=hours))
    return rotation


def says(rotation: Rotation, *, at: datetime = MORNING) -> list[str]:
    rotation.refresh_from_db()
    return [
        return_sentence(preview, at=at, zone=JAKARTA, name=str(rep))
        for rep, preview in returns_of_members(rotation, at=at)
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"skipped_means": "forgone"},
            "Maria returns Wednesday: the turns skipped until then are lost, and the place in the list stays.",
        ),
        (
            {"skipped_means": "owed", "owed_limit": 3},
            "Maria returns Wednesday: 3 turns are owed by then, at most 3, and come first.",
        ),
        ({"skipped_means": "first"}, "Maria returns Wednesday: first in line for one turn."),
        ({"skipped_means": "daily", "owed_a_day": 1}, "Maria returns Wednesday: one more a day for 3 days."),
        ({"skipped_means": "daily", "owed_a_day": 2}, "Maria returns Wednesday: 2 more a day for 2 days."),
        (
            {"skipped_means": "daily", "made_up_percent": 50},
            "Maria returns Wednesday: one more a day for 2 days. Of what is skipped, 50\u00a0% is made up.",
        ),
        (
            {"skipped_means": "owed", "owed_limit": 5, "made_up_percent": 1},
            "Maria returns Wednesday: 1 turn is owed by then, at most 5, and comes first. "
            "Of what is skipped, 1\u00a0% is made up.",
        ),
        (
            {"skipped_means": "daily", "way": "value", "made_up_percent": 25},
            "Maria returns Wednesday: leads come first until 25\u00a0% of the missed share is made up.",
        ),
        (
            {"skipped_means": "daily", "way": "value"},
            "Maria returns Wednesday: leads come first until the share is level with that of the others.",
        ),
    ],
)
def test_each_meaning_has_its_sentence(client: Client, fields: dict, sentence: str):
    rotation = rotation_with_somebody_away(**fields)
    assert says(rotation) == [sentence]
    client.force_login(make_ops())
    assert sentence in client.get(f"/rotations/{rotation.pk}/").content.decode()


def test_the_preview_is_what_is_owed_when_no_more_leads_come():
    rotation = rotation_with_somebody_away(skipped_means="daily")
    shortly_before = BACK - timedelta(minutes=1)
    rotation.refresh_from_db()
    ((_maria, preview),) = returns_of_members(rotation, at=shortly_before)
    take_turns(rotation, [TurnRequest(make_lead())], at=BACK)
    member = RotationMember.objects.get(rep__user__first_name="Maria")
    assert preview.owed == member.owed + 1 == 2  # the lead of just now was the first of them


def test_a_rep_who_is_back_reads_how_owed_turns_come(client: Client):
    rotation = rotation_with_somebody_away(skipped_means="daily", owed_a_day=2)
    take_turns(rotation, [TurnRequest(make_lead())], at=BACK)
    assert says(rotation, at=BACK + timedelta(hours=9)) == ["Maria is here: 1 more on that day."]


def test_a_rotation_that_does_not_pass_over_leave_says_nothing():
    assert says(rotation_with_somebody_away(skips_on_leave=False, skipped_means="daily")) == []


def test_the_person_reads_the_sentence_for_each_rotation_before_and_during_the_absence(client: Client):
    rep = make_rep(TeamFactory()).rep
    make_rotation(rep.user, make_rep(), name="Enterprise", skipped_means="forgone")
    make_rotation(rep.user, make_rep(), name="SMB", skipped_means="owed")
    client.force_login(rep.user)
    assert "When you return" not in client.get("/time-off/").content.decode()
    away(rep, starts_at=MORNING + timedelta(days=1), ends_at=datetime(2026, 11, 28, tzinfo=JAKARTA))  # until Saturday
    shown = client.get("/time-off/").content.decode()
    assert "You return Mon 30 Nov: the turns skipped until then are lost" in shown
    assert "You return Mon 30 Nov: no turn will have been skipped." in shown
    assert [rotation.name for rotation, _told in returns_of_rep(rep, at=MORNING)] == ["Enterprise", "SMB"]


def test_back_later_today_shows_the_time():
    rotation = make_rotation(make_rep(first_name="Maria", last_name=""), make_rep(), skipped_means="first")
    away(Rep.objects.get(user__first_name="Maria"), ends_at=datetime(2026, 11, 16, 14, tzinfo=JAKARTA))
    assert says(rotation) == ["Maria returns today at 14:00: no turn will have been skipped."]


def test_page_costs_as_many_queries_for_three_who_are_away_as_for_one(client: Client):
    client.force_login(make_ops())

    def queries(count: int) -> int:
        people = [make_rep(TeamFactory()) for _number in range(4)]
        rotation = make_rotation(*people, name=f"Of {people[0]}", skipped_means="daily")
        for person in people[:count]:
            away(person.rep)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(f"/rotations/{rotation.pk}/")
        assert len(page.context["returns"]) == count
        return len(asked)

    queries(1)
    assert queries(1) == queries(3)
