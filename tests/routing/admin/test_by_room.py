"""Rotations by free capacity or by open leads in the settings: chosen, warned of, tried, replayed (F11)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Assignment, Rotation, RotationVersion
from routing.presenters.rotation_warnings import own_warnings
from routing.queries.simulation.replay import load_replay, run_replay
from routing.queries.simulation.trial import trial_with_samples
from tests.factories import MORNING, make_lead, make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed
from tests.routing.admin.test_replay import counts
from tests.routing.admin.test_trial import look, shares, verdicts

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people():
    users = [make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")]
    for user, capacity in zip(users, (10, 12, 15), strict=True):
        user.rep.capacity = capacity
        user.rep.save(update_fields=["capacity"])
    return users


@pytest.fixture(autouse=True)
def as_ops(client: Client):
    client.force_login(make_ops())


def page(rotation: Rotation, name: str = "change") -> str:
    return reverse(f"admin:routing_rotation_{name}", args=[rotation.pk])


def test_a_way_is_chosen_and_stands_in_the_versions(client: Client, people):
    rotation = make_rotation(*people)
    sent = form_of(client.get(page(rotation)), "rotation_form")
    client.post(page(rotation), typed(sent, way="most_free"))
    rotation.refresh_from_db()
    assert (rotation.way, RotationVersion.objects.latest("pk").snapshot["fields"]["way"]) == ("most_free", "most_free")
    assert "To the member with the most free capacity" in client.get(page(rotation, "versions")).content.decode()


def test_a_way_that_does_not_exist_is_refused(client: Client, people):
    rotation = make_rotation(*people)
    sent = form_of(client.get(page(rotation)), "rotation_form")
    answer = client.post(page(rotation), typed(sent, way="most_fre"))
    assert list(answer.context["adminform"].form.errors) == ["way"]
    rotation.refresh_from_db()
    assert rotation.way == "smooth"


def test_weights_that_differ_and_no_capacity_cause_warnings(people):
    rotation = make_rotation(*people, name="SMB", way="most_free")
    assert own_warnings(rotation, at=MORNING) == []
    edits = [MemberEdit(each.rep_id, member_id=each.pk, weight=1 + each.position) for each in rotation.members.all()]
    rotation = edit_rotation(rotation, members=edits, by=None, at=MORNING)
    people[0].rep.capacity = 0
    people[0].rep.save(update_fields=["capacity"])
    assert own_warnings(rotation, at=MORNING) == [
        "Weights do not count in SMB, because leads go to who has the most room. Only weight 0 pauses.",
        "Adi has capacity 0 and gets no lead.",
    ]
    rotation = edit_rotation(rotation, fields={"way": "smooth"}, by=None, at=MORNING)
    assert own_warnings(rotation, at=MORNING) == []


@pytest.mark.parametrize("leads", [10, 20])
@pytest.mark.parametrize("way", ["most_free", "fewest_open"])
def test_a_trial_gives_the_leads_that_the_rotation_will_give(people, way, leads):
    rotation = make_rotation(*people, way=way)
    tried = [turn.pick.winner.rep_id for turn in trial_with_samples(rotation, leads=leads, at=MORNING).trial.turns]
    made = take_turns(rotation, [TurnRequest(make_lead()) for _n in range(leads)], at=MORNING)
    assert tried == [each.holder.rep.pk for each in made]


def test_a_trial_says_why_and_checks_the_room(client: Client, people):
    rotation = make_rotation(*people)
    answer = look(client, rotation, way="most_free", try_leads=10, try_with="samples")
    assert shares(answer) == {"Adi": 1, "Budi": 3, "Citra": 6}
    assert [row.reason for row in answer.context["leads"]][:4] == [
        "15 places free, the most",
        "14 places free, the most",
        "13 places free, the most",
        "12 places free, the most",
    ]
    assert verdicts(answer) == ["Passed", "Passed", "Passed", "Not applicable", "Passed"]
    assert "No rep gets a lead while another one, who could have it, has more places free." in [
        row.sentence for row in answer.context["checks"]
    ]


def test_a_trial_of_few_leads_says_that_the_others_have_more_room(client: Client, people):
    answer = look(client, make_rotation(*people), way="most_free", try_leads=2, try_with="samples")
    assert verdicts(answer)[:2] == ["Not applicable", "Passed"]
    assert answer.context["checks"][0].sentence == (
        "Adi, Budi would get none of these leads: the others have more room."
    )


def test_a_replay_counts_what_everybody_had_open(client: Client, people):
    """Adi had two leads from elsewhere and has one of them no more since the second day. Each lead of the rotation was
    open for a day."""
    now = timezone.now()
    start, (one, two, _three) = now - 10 * DAY, people
    rotation = make_rotation(one, two)
    for ended_at in (None, start + DAY):
        how = {"ended_how": Assignment.Ended.CLOSED} if ended_at else {}
        Assignment.objects.create(
            lead=make_lead(), holder=one, how="take_next", assigned_at=start - DAY, ended_at=ended_at, **how
        )
    for number in range(4):
        take_turns(rotation, [TurnRequest(make_lead())], at=start + number * DAY)
    for made in Assignment.objects.filter(turn__isnull=False):
        Assignment.objects.filter(pk=made.pk).update(ended_at=made.assigned_at + DAY, ended_how=Assignment.Ended.CLOSED)
    rotation = edit_rotation(rotation, fields={"way": "fewest_open"}, by=None, at=now)
    found = run_replay(load_replay(rotation, days=30, at=now))
    assert counts(found) == {"Adi": (2, 0), "Budi": (2, 4)}
    shown = client.get(page(rotation, "replay_leads")).content.decode()
    assert "Open leads are counted as they were" in shown
    assert "Equal numbers are not the aim" in shown
    assert "0 open leads, the fewest" in client.get(page(rotation, "replay_leads") + "?csv=1").content.decode()


def test_a_replay_passes_over_who_would_be_above_the_capacity(people):
    """In the replay each keeps what he or she gets, because all of it is still open."""
    now = timezone.now()
    for user in people:
        user.rep.capacity = 1
        user.rep.save(update_fields=["capacity"])
    rotation = make_rotation(*people)
    for number in range(7):
        take_turns(rotation, [TurnRequest(make_lead())], at=now - DAY + number * timedelta(minutes=1))
    rotation = edit_rotation(rotation, fields={"way": "most_free"}, by=None, at=now)
    found = run_replay(load_replay(rotation, days=30, at=now))
    assert counts(found) == {"Adi": (3, 2), "Budi": (2, 2), "Citra": (2, 2)}
    assert found.waits == 1
