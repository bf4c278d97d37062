"""What the page of a rotation refuses about membership rules, each at its line, and nothing is half done."""

import pytest
from django.urls import reverse

from routing.models import MembershipRule, Team
from routing.tasks import sync_members
from tests.factories import TeamFactory, make_rep, make_rotation
from tests.factories.pages import form_of
from tests.routing.admin.test_membership_rules import (
    FORM,
    crowd,
    line_errors,
    line_of,
    members,
    page,
    place,
    said,
    save,
)

pytestmark = pytest.mark.django_db
NO_WEIGHT = "Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %."


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


@pytest.fixture
def people(team):
    """Adi and Budi of the team, Citra of none."""
    teams = {"Adi": [team], "Budi": [team], "Citra": []}
    return [make_rep(*own, last_name=name, first_name="") for name, own in teams.items()]


@pytest.mark.parametrize(
    ("line", "field", "text"),
    [
        ({"weight": "1"}, "team", "Choose a team, or write a skill."),
        ({"skill": "Banking, Retail"}, "skill", "Write one skill here, and add a line for each other one."),
        ({"skill": "--"}, "skill", "Write a skill with letters or digits."),
        ({"skill": "x" * 81}, "skill", "Ensure this value has at most 80 characters (it has 81)."),
        ({"skill": "Banking", "weight": "-1"}, "weight", "A weight cannot be negative. 0 gives no leads."),
        (
            {"skill": "Banking", "weight": "much"},
            "weight",
            "Write a number such as 2, 0.5 or 1/2, or a percentage such as 150 %.",
        ),
        ({"team": "9999"}, "team", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_bad_input_is_said_at_its_field(client, as_ops, people, line, field, text):
    rotation = make_rotation(people[2])
    answer = save(client, rotation, line)
    assert line_errors(answer, 0)[field] == [text]
    assert (MembershipRule.objects.count(), members(rotation)) == (0, {"Citra": False})


def test_the_same_rule_twice_is_said_at_the_second_line(client, as_ops, team, people):
    answer = save(client, make_rotation(), {"team": team.pk}, {"team": team.pk})
    assert (line_errors(answer, 0), line_errors(answer, 1)["team"]) == ({}, ["This rule is in the list already."])


def test_too_many_people_are_refused_at_the_line(client, as_ops, team, people):
    crowd(team, 999)
    rotation = make_rotation()
    answer = save(client, rotation, {"team": team.pk})
    text = (
        "This fits 1\u00a0001 people, and a rotation takes 1\u00a0000 members at most. Narrow it with a team "
        "and a skill, or make a rotation for each team."
    )
    assert line_errors(answer, 0)["team"] == [text]
    assert (MembershipRule.objects.count(), members(rotation)) == (0, {})


def test_a_member_by_rule_cannot_be_deleted_without_a_word(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    number = line_of(rotation, "Adi")
    answer = save(client, rotation, **{f"members-{number}-DELETE": "on"})
    text = "Adi fits the rule “everybody of team SMB” and would join again. Pause the member or change the rule."
    assert line_errors(answer, number, which=1)["__all__"] == [text]
    assert list(members(rotation)) == ["Citra", "Adi", "Budi"]


def test_a_page_from_before_somebody_joined_says_who_and_saves_the_second_time(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    sent = page(client, rotation)
    make_rep(team, last_name="Dewi", first_name="")
    sync_members()
    answer = save(client, rotation, sent=sent, **{"members-0-weight": "4"})
    text = answer.context["adminform"].form.non_field_errors()[0]
    assert answer.status_code == 409
    assert "Citra, Adi, Budi to Citra, Adi, Budi, Dewi" in text
    assert "by itself" in text
    again = client.post(place(rotation), form_of(answer, FORM))
    assert again.status_code == 302
    assert list(members(rotation)) == ["Citra", "Adi", "Budi", "Dewi"]
    assert float(rotation.members.get(rep=people[2].rep).weight) == 4.0


def test_a_team_with_rules_is_not_deleted(client, as_ops, team, people):
    save(client, make_rotation(), {"team": team.pk})
    answer = client.post(reverse("admin:routing_team_delete", args=[team.pk]), {"post": "yes"})
    text = "Members of SMB rotation come from this team by rule. Delete those rules first."
    assert (said(client.get(answer.url))[-1], Team.objects.count()) == (text, 1)
