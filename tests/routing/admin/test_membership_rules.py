"""Members by rule on the page of a rotation: who joins, who leaves, and what is refused at its line."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Lead
from queues.models import Queue
from queues.tasks import alert_stuck_rotations
from routing.models import MembershipRule, Notification, Rep, Rotation, RotationMember, RotationVersion, Team
from routing.tasks import sync_members
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
FORM = "rotation_form"


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


@pytest.fixture
def people(team):
    """Adi and Budi of the team, Citra of none."""
    return [
        make_rep(team, last_name="Adi", first_name=""),
        make_rep(team, last_name="Budi", first_name=""),
        make_rep(last_name="Citra", first_name=""),
    ]


def place(rotation: Rotation | None) -> str:
    name, keys = ("change", [rotation.pk]) if rotation else ("add", [])
    return reverse(f"admin:routing_rotation_{name}", args=keys)


def page(client: Client, rotation: Rotation | None) -> dict:
    return form_of(client.get(place(rotation)), FORM)


def save(client: Client, rotation: Rotation, *added: dict, sent: dict | None = None, **changes: object):
    """Save the page with these new lines of rules, as a browser would."""
    sent = sent or page(client, rotation)
    count = int(sent["rules-TOTAL_FORMS"][0])
    lines = {"rules-TOTAL_FORMS": count + len(added)}
    for number, line in enumerate(added, start=count):
        lines |= {f"rules-{number}-{name}": value for name, value in line.items()}
    return client.post(place(rotation), typed(sent, **lines, **changes))


def members(rotation: Rotation) -> dict[str, bool]:
    """By last name, whether a rule added the member; in order."""
    rows = rotation.members.select_related("rep__user").order_by("position", "pk")
    return {row.rep.user.last_name: row.rule_id is not None for row in rows}


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def line_errors(answer, number: int, which: int = 0) -> dict:
    return answer.context["inline_admin_formsets"][which].formset.errors[number]


def line_of(rotation: Rotation, name: str) -> int:
    return list(members(rotation)).index(name)


def crowd(team: Team, count: int) -> None:
    """This many more reps of the team, in a few statements."""
    numbers = range(User.objects.count(), User.objects.count() + count)
    users = User.objects.bulk_create(User(username=f"crowd{n}", last_name=f"Crowd {n:04}") for n in numbers)
    reps = Rep.objects.bulk_create(Rep(user=user) for user in users)
    Rep.teams.through.objects.bulk_create(Rep.teams.through(rep=rep, team=team) for rep in reps)


def give_skills(user, *skills: str) -> None:
    user.rep.skills = list(skills)
    user.rep.save()


def test_everybody_of_a_team_joins_when_the_rule_is_saved(client, as_ops, team, people):
    rotation = make_rotation(people[2], order="name")
    answer = save(client, rotation, {"team": team.pk})
    assert answer.status_code == 302, answer.context["errors"]
    assert members(rotation) == {"Adi": True, "Budi": True, "Citra": False}
    version = RotationVersion.objects.get(rotation=rotation, number=2)
    assert (version.by, version.reason) == (as_ops, "added by rule: everybody of team SMB")
    assert not RotationVersion.objects.filter(number=3).exists()


def test_the_save_says_who_joined(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    answer = save(client, rotation, {"team": team.pk})
    assert "2 people joined by rule: Adi, Budi." in said(client.get(answer.url))


def test_a_new_rotation_is_made_with_its_rules(client, as_ops, team, people):
    sent = page(client, None)
    save(client, None, {"team": team.pk, "weight": "2"}, sent=sent, name="New")
    rotation = Rotation.objects.get()
    assert (rotation.version, members(rotation)) == (1, {"Adi": True, "Budi": True})
    assert {float(row.weight) for row in rotation.members.all()} == {2.0}


def test_team_and_skill_must_both_hold(client, as_ops, team, people):
    give_skills(people[1], "Banking")
    give_skills(people[2], "banking")
    rotation = make_rotation()
    save(client, rotation, {"team": team.pk, "skill": " BANKING "})
    assert members(rotation) == {"Budi": True}
    assert str(rotation.rules.get()) == "everybody of team SMB with skill BANKING"


def test_a_member_by_hand_who_fits_stays_one(client, as_ops, team, people):
    rotation = make_rotation(people[0], people[2])
    save(client, rotation, {"team": team.pk})
    assert members(rotation) == {"Adi": False, "Citra": False, "Budi": True}


def test_a_rule_that_fits_nobody_is_kept_with_a_warning(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    answer = save(client, rotation, {"skill": "Klingon"})
    text = "No rep has the skill “Klingon”, so the rule “everybody with skill Klingon” of SMB rotation fits nobody."
    assert text in said(client.get(answer.url))
    shown = client.get(place(rotation)).content.decode()
    assert text in shown
    assert (members(rotation), rotation.rules.count()) == ({"Citra": False}, 1)
    empty = TeamFactory(name="Nobody")
    answer = save(client, rotation, {"team": empty.pk})
    assert "The rule “everybody of team Nobody” of SMB rotation fits nobody." in said(client.get(answer.url))


def test_the_page_suggests_skills_and_says_whom_a_rule_fits(client, as_ops, team, people):
    give_skills(people[0], "Banking", "retail")
    give_skills(people[1], "Retail")
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    shown = client.get(place(rotation)).content.decode()
    assert '<option value="Banking"></option><option value="retail"></option>' in "".join(shown.split("\n  "))
    assert "2 people: Adi, Budi" in shown
    assert "by rule: everybody of team SMB" in shown


def test_an_edit_by_hand_stays_in_step(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    number = line_of(rotation, "Adi")
    save(client, rotation, **{f"members-{number}-weight": "3", f"members-{number}-cap_day": "2"})
    assert sync_members() == 0
    adi = rotation.members.get(rep=people[0].rep)
    assert (float(adi.weight), adi.cap_day, adi.rule) == (3.0, 2, rotation.rules.get())
    people[0].rep.teams.clear()
    sync_members()
    assert list(members(rotation)) == ["Citra", "Budi"]
    people[0].rep.teams.add(team)
    sync_members()
    back = rotation.members.get(rep=people[0].rep)
    assert (back.pk, float(back.weight), back.cap_day) == (adi.pk, 3.0, 2)


def test_members_leave_with_their_rule_unless_another_one_fits(client, as_ops, team, people):
    give_skills(people[0], "Banking")
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk}, {"skill": "Banking"})
    answer = save(client, rotation, **{"rules-0-DELETE": "on"})
    assert members(rotation) == {"Citra": False, "Adi": True}
    assert rotation.members.get(rep=people[0].rep).rule == rotation.rules.get()
    assert "1 person left, because no rule fits any more: Budi." in said(client.get(answer.url))
    assert RotationVersion.objects.get(rotation=rotation, number=3).reason == "removed, because no rule fits any more"


def test_members_of_a_deleted_rule_can_stay_by_hand(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    answer = save(client, rotation, **{"rules-0-DELETE": "on", "rules-0-keeps_members": "on"})
    assert members(rotation) == {"Citra": False, "Adi": False, "Budi": False}
    assert "2 people are members by hand now: Adi, Budi." in said(client.get(answer.url))
    assert (rotation.rules.count(), sync_members()) == (0, 0)


def test_a_member_and_the_rule_can_be_deleted_together(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    number = line_of(rotation, "Adi")
    changes = {"rules-0-DELETE": "on", "rules-0-keeps_members": "on", f"members-{number}-DELETE": "on"}
    save(client, rotation, **changes)
    assert members(rotation) == {"Citra": False, "Budi": False}


def test_a_form_without_rules_leaves_them(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    save(client, rotation, {"team": team.pk})
    sent = {name: value for name, value in page(client, rotation).items() if not name.startswith("rules-")}
    assert client.post(place(rotation), typed(sent, name="Renamed")).status_code == 302
    rotation.refresh_from_db()
    assert (rotation.name, rotation.rules.count()) == ("Renamed", 1)
    assert members(rotation) == {"Citra": False, "Adi": True, "Budi": True}


def test_the_last_member_by_rule_leaves_while_leads_wait(
    client, as_ops, team, people, django_capture_on_commit_callbacks
):
    boss = make_manager(team)
    rotation = make_rotation()
    make_entry(QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=rotation, team=team))
    with django_capture_on_commit_callbacks(execute=False):
        save(client, rotation, {"team": team.pk})
        answer = save(client, rotation, **{"rules-0-DELETE": "on"})
    assert "SMB rotation has no members: its leads wait until you add some." in said(client.get(answer.url))
    alert_stuck_rotations()
    alert_stuck_rotations()
    told = Notification.objects.filter(kind=Notification.Kind.STUCK).order_by("user")
    assert sorted(row.user_id for row in told) == sorted([as_ops.pk, boss.pk])
    with django_capture_on_commit_callbacks(execute=True):
        save(client, rotation, {"team": team.pk})
    assert Lead.objects.get().stage == Lead.Stage.HELD


def test_a_rep_saved_in_the_admin_joins_at_once(client, as_ops, team, people, django_capture_on_commit_callbacks):
    rotation = make_rotation()
    save(client, rotation, {"team": team.pk})
    address = reverse("admin:routing_rep_change", args=[people[2].rep.pk])
    sent = form_of(client.get(address), "rep_form")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, typed(sent, teams=[team.pk])).status_code == 302
    assert members(rotation) == {"Adi": True, "Budi": True, "Citra": True}
    version = RotationVersion.objects.filter(rotation=rotation).first()
    assert (version.number, version.by, version.reason) == (3, None, "added by rule: everybody of team SMB")


def test_try_before_saving_counts_who_would_join(client, as_ops, team, people):
    rotation = make_rotation(people[2])
    answer = save(client, rotation, {"team": team.pk}, routing_rotation_try_unsaved="1")
    assert [row.name for row in answer.context["sums"]] == ["Citra", "Adi", "Budi"]
    assert (MembershipRule.objects.count(), RotationMember.objects.count()) == (0, 1)


def test_three_hundred_join_in_one_save_and_their_page_can_be_saved(client, as_ops, team, people):
    crowd(team, 298)
    rotation = make_rotation(people[2], order="name")
    assert save(client, rotation, {"team": team.pk}).status_code == 302
    assert rotation.members.count() == 301
    answer = save(client, rotation, **{"members-300-weight": "3"})
    assert answer.status_code == 302
    rotation.refresh_from_db()
    last = rotation.members.order_by("-position").first()
    assert (rotation.version, str(last.rep)[:5], float(last.weight)) == (3, "Crowd", 3.0)
