"""The spread limit in the settings: typed, refused, tried, shown in versions and in plain words (F8, F11, K6)."""

import pytest
from django.test import Client
from django.urls import reverse

from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Rotation, RotationVersion
from routing.presenters.turns import rotation_sentences
from routing.queries.simulation.replay import load_replay, run_replay
from routing.queries.simulation.trial import trial_with_latest_leads
from tests.factories import MORNING, make_lead, make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed
from tests.routing.admin.test_replay import counts
from tests.routing.admin.test_trial import look

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def as_ops(client: Client):
    client.force_login(make_ops())


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")), way="value")


def page(rotation: Rotation, name: str = "change") -> str:
    return reverse(f"admin:routing_rotation_{name}", args=[rotation.pk])


def save(client: Client, rotation: Rotation, **changes):
    return client.post(page(rotation), typed(form_of(client.get(page(rotation)), "rotation_form"), **changes))


def test_a_limit_is_set_and_stands_in_the_versions(client: Client, rotation):
    save(client, rotation, spread_limit="2")
    rotation.refresh_from_db()
    assert (rotation.spread_limit, RotationVersion.objects.latest("pk").snapshot["fields"]["spread_limit"]) == (2, 2)
    assert "Leads ahead at most" in client.get(page(rotation, "versions")).content.decode()
    save(client, rotation, spread_limit="")
    rotation.refresh_from_db()
    assert rotation.spread_limit is None


@pytest.mark.parametrize("bad", ["0", "-1", "two", "1.5", "1001", "99999999999999999999"])
def test_a_limit_that_is_none_is_said_at_the_field(client: Client, rotation, bad):
    answer = save(client, rotation, spread_limit=bad)
    assert list(answer.context["adminform"].form.errors) == ["spread_limit"]
    rotation.refresh_from_db()
    assert (rotation.spread_limit, rotation.version) == (None, 1)


def test_plain_words_name_the_limit_only_where_value_is_shared(rotation):
    says = "Nobody gets more than 2 leads more than somebody else who may have them."
    rotation.spread_limit = 2
    assert says in rotation_sentences(rotation)
    rotation.way = "smooth"
    assert says not in rotation_sentences(rotation)


def test_a_trial_says_who_is_ahead(client: Client, rotation):
    answer = look(client, rotation, spread_limit="1", try_leads=20, try_with="samples")
    got = [row.got for row in answer.context["sums"]]
    assert max(got) - min(got) <= 1
    assert any("leads ahead" in row.passed_text for row in answer.context["leads"])
    assert answer.context["checks"][1].sentence == (
        "Some leads went elsewhere because nobody may be too many leads ahead, so the value may differ."
    )


def test_a_trial_and_a_replay_decide_as_the_rotation_did(rotation):
    rotation = edit_rotation(rotation, fields={"spread_limit": 2}, by=None, at=MORNING)
    made = take_turns(rotation, [TurnRequest(make_lead(score=score)) for score in (100, 100, *[1] * 10)], at=MORNING)
    later = MORNING + (MORNING.resolution * 10**6 * 60)
    replayed = run_replay(load_replay(rotation, days=30, at=later))
    assert counts(replayed) == {"Adi": (4, 4), "Budi": (3, 3), "Citra": (5, 5)}
    assert [each.is_same for each in replayed.leads] == [True] * len(made)
    tried = trial_with_latest_leads(rotation, leads=12, at=later).trial
    assert len({each.got for each in tried.totals}) <= 3
