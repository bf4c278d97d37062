"""Two people edit one setting: the second reads who changed what, and nothing is overwritten (C8)."""

import re
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from config.admin.optimistic_lock import sign_version
from leads.models import Lead, ScoreRule, Source
from queues.models import EntryRule, Queue
from routing.models import Rotation, Team
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def bima(client: Client) -> User:
    user = make_ops(first_name="Bima", last_name="Putra")
    client.force_login(user)
    return user


@pytest.fixture
def other() -> Client:
    """Somebody else's browser."""
    client = Client()
    client.force_login(make_ops(first_name="Sari", last_name="Dewi"))
    return client


def change_url(row) -> str:
    return reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])


def form_as_shown(client: Client, row) -> dict[str, list[str]]:
    return form_of(client.get(change_url(row)), f"{row._meta.model_name}_form")


def refusals(answer) -> list[str]:
    """The refusals on the page, without markup."""
    found = re.findall(r'class="error(?:note|list)[^"]*"[^>]*>(.*?)</(?:div|p|ul)>', answer.content.decode(), re.S)
    return [" ".join(unescape(re.sub("<[^>]+>", " ", each)).split()) for each in found]


AGAIN = "What you typed is still here; look and save again."


def test_second_save_is_refused_in_words_and_what_was_typed_is_kept(client: Client, bima, other):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    mine, theirs = form_as_shown(client, source), form_as_shown(other, source)
    other.post(change_url(source), typed(theirs, points=15))
    answer = client.post(change_url(source), typed(mine, points=5))
    assert answer.status_code == 409
    assert f"Sari Dewi changed this at 10:42: points from 10 to 15. {AGAIN}" in refusals(answer)
    assert form_of(answer, "source_form")["points"] == ["5"]
    assert Source.objects.get().points == 15


def test_the_next_save_after_a_refusal_passes(client: Client, bima, other):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    mine = form_as_shown(client, source)
    other.post(change_url(source), typed(form_as_shown(other, source), points=15))
    answer = client.post(change_url(source), typed(mine, points=5))
    client.post(change_url(source), form_of(answer, "source_form"))
    assert [row.points for row in source.history.order_by("history_id")] == [10, 15, 5]


def test_a_field_without_typing_shows_its_new_value(client: Client, bima, other):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    mine = form_as_shown(client, source)
    other.post(change_url(source), typed(form_as_shown(other, source), points=15))
    answer = client.post(change_url(source), typed(mine, name="Trade fair"))
    again = form_of(answer, "source_form")
    client.post(change_url(source), again)
    source.refresh_from_db()
    assert (again["points"], again["name"]) == (["15"], ["Trade fair"])
    assert (source.points, source.name) == (15, "Trade fair")


def test_a_second_click_changes_nothing_and_is_not_refused(client: Client, bima):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    sent = typed(form_as_shown(client, source), points=5)
    answers = [client.post(change_url(source), sent).status_code for _click in range(2)]
    assert (answers, source.history.count()) == ([302, 302], 2)


def test_a_change_of_ones_own_in_another_window_is_named_as_such(client: Client, bima):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    first, second = form_as_shown(client, source), form_as_shown(client, source)
    client.post(change_url(source), typed(first, points=5))
    answer = client.post(change_url(source), typed(second, points=6))
    assert f"You changed this yourself at 10:42: points from 10 to 5. {AGAIN}" in refusals(answer)


def test_a_change_outside_the_history_is_refused_in_words_too(client: Client, bima):
    source = SourceFactory(slug="fair", name="Fair", points=10)
    mine = form_as_shown(client, source)
    Source.history.all().delete()
    Source.objects.update(points=11)
    answer = client.post(change_url(source), typed(mine, points=5))
    assert f"This was changed: points from 10 to 11. {AGAIN}" in refusals(answer)


def test_changed_lists_of_people_and_hours_are_named_in_words(client: Client, bima, other):
    ayu, budi = make_manager(first_name="Ayu", last_name="Lestari"), make_manager(first_name="Budi", last_name="Halim")
    team = TeamFactory(name="North")
    team.managers.add(ayu)
    mine = form_as_shown(client, team)
    change = {"managers": [budi.pk], "working_hours-mon": "09:00-12:00"}
    other.post(change_url(team), typed(form_as_shown(other, team), **change))
    answer = client.post(change_url(team), typed(mine, name="South"))
    assert refusals(answer)[-1] == (
        "Sari Dewi changed this at 10:42: managers from Ayu Lestari to Budi Halim; "
        f"working hours from Monday to Friday, 09:00-17:00 to Monday 09:00-12:00. {AGAIN}"
    )
    assert (Team.objects.get().name, form_of(answer, "team_form")["managers"]) == ("North", [str(budi.pk)])


def test_what_the_page_does_not_show_is_no_collision(client: Client, bima):
    queue = QueueFactory(name="SMB", position=3)
    mine = form_as_shown(client, queue)
    queue.position = 1
    queue.save()
    client.post(change_url(queue), typed(mine, name="Small"))
    assert Queue.objects.get().name == "Small"


def test_a_setting_that_somebody_deleted_says_so(client: Client, bima, other):
    source = SourceFactory(slug="fair", name="Fair")
    mine, address = form_as_shown(client, source), change_url(source)
    other.post(reverse("admin:leads_source_delete", args=[source.pk]), {"post": "yes"})
    answer = client.post(address, typed(mine, name="Trade fair"), follow=True)
    assert [str(each) for each in answer.context["messages"]] == [
        "Sari Dewi deleted “Fair” at 10:42. Nothing was saved."
    ]
    assert answer.redirect_chain[0][0] == reverse("admin:leads_source_changelist")


@pytest.mark.parametrize(
    "forge",
    [lambda: "", lambda: "nonsense", lambda: sign_version({"leads.source/0": {"name": "Fair"}})],
    ids=["none", "nonsense", "another page"],
)
def test_a_version_of_another_page_saves_nothing(client: Client, bima, forge):
    source = SourceFactory(slug="fair", name="Fair")
    forged = forge()
    answer = client.post(change_url(source), typed(form_as_shown(client, source), name="Trade fair", as_shown=forged))
    assert (answer.status_code, Source.objects.get().name) == (409, "Fair")
    assert f"This page was too old to be saved. {AGAIN}" in refusals(answer)


def members_of(rotation: Rotation) -> list[tuple[str, bool]]:
    return [(str(each.rep), each.is_paused) for each in rotation.members.order_by("position")]


@pytest.fixture
def rotation() -> Rotation:
    return make_rotation(*(make_rep(first_name="", last_name=name) for name in ("Adi", "Budi", "Citra")))


def test_members_that_somebody_changed_are_named_and_shown(client: Client, bima, other, rotation):
    dina = make_rep(first_name="", last_name="Dina")
    mine, theirs = form_as_shown(client, rotation), form_as_shown(other, rotation)
    added = {
        "members-TOTAL_FORMS": 4,
        "members-3-rep": dina.rep.pk,
        "members-3-id": "",
        "members-3-rotation": rotation.pk,
    }
    other.post(change_url(rotation), typed(theirs, **added, **{"members-1-DELETE": "on", "members-0-is_paused": "on"}))
    answer = client.post(change_url(rotation), typed(mine, **{"members-2-position": "1"}))
    assert refusals(answer)[-1] == (
        "Sari Dewi changed this at 10:42: members from Adi, Budi, Citra to Adi (paused), Citra, Dina. " + AGAIN
    )
    assert members_of(rotation) == [("Adi", True), ("Citra", False), ("Dina", False)]
    client.post(change_url(rotation), form_of(answer, "rotation_form"))
    assert members_of(rotation) == [("Citra", False), ("Adi", True), ("Dina", False)]


def test_a_new_member_is_added_once_by_two_clicks(client: Client, bima, rotation):
    dina = make_rep(first_name="", last_name="Dina")
    added = {
        "members-TOTAL_FORMS": 4,
        "members-3-rep": dina.rep.pk,
        "members-3-id": "",
        "members-3-rotation": rotation.pk,
    }
    sent = typed(form_as_shown(client, rotation), **added)
    answers = [client.post(change_url(rotation), sent).status_code for _click in range(2)]
    assert (answers, [name for name, _paused in members_of(rotation)]) == ([302, 409], ["Adi", "Budi", "Citra", "Dina"])


def list_as_shown(client: Client, address: str) -> dict[str, list[str]]:
    return form_of(client.get(address), "changelist-form") | {"_save": ["Save"]}


SCORES = "/admin/leads/scorerule/"


def make_scores(*names: str) -> None:
    for position, name in enumerate(names, start=1):
        ScoreRule.objects.create(name=name, part="fit", points=5, conditions=[], position=position)


def active_by_name() -> dict[str, bool]:
    return dict(ScoreRule.objects.order_by("pk").values_list("name", "is_active"))


def test_two_people_may_switch_off_the_same_row(client: Client, bima, other):
    make_scores("A", "B")
    mine = list_as_shown(client, SCORES)
    other.post(SCORES, typed(list_as_shown(other, SCORES), **{"form-0-is_active": None}))
    answer = client.post(SCORES, typed(mine, **{"form-0-is_active": None, "form-1-is_active": None}))
    assert (answer.status_code, active_by_name()) == (302, {"A": False, "B": False})


def test_a_row_without_typing_keeps_what_somebody_else_changed(client: Client, bima, other):
    make_scores("A", "B")
    mine = list_as_shown(client, SCORES)
    other.post(SCORES, typed(list_as_shown(other, SCORES), **{"form-0-is_active": None}))
    client.post(SCORES, typed(mine, **{"form-1-is_active": None}))
    assert active_by_name() == {"A": False, "B": False}


QUEUES, RULES = "/admin/queues/queue/", "/admin/queues/entryrule/"


def positions() -> dict[str, int]:
    return dict(Queue.objects.order_by("position").values_list("name", "position"))


def test_an_order_that_somebody_else_changed_is_not_overwritten(client: Client, bima, other):
    for position, name in enumerate("ABC", start=1):
        QueueFactory(name=name, position=position)
    mine, theirs = list_as_shown(client, QUEUES), list_as_shown(other, QUEUES)
    other.post(QUEUES, typed(theirs, **{"form-0-position": 3, "form-1-position": 1, "form-2-position": 2}))
    answer = client.post(QUEUES, typed(mine, **{"form-1-position": 3, "form-2-position": 2}))
    assert (answer.status_code, positions()) == (409, {"B": 1, "C": 2, "A": 3})
    assert "Sari Dewi changed this at 10:42: position from 2 to 1." in refusals(answer)
    client.post(QUEUES, form_of(answer, "changelist-form") | {"_save": ["Save"]})
    assert positions() == {"C": 1, "A": 2, "B": 3}


def test_a_list_says_which_row_is_gone(client: Client, bima, other):
    make_scores("A", "B")
    mine, gone = list_as_shown(client, SCORES), ScoreRule.objects.get(name="A")
    other.post(reverse("admin:leads_scorerule_delete", args=[gone.pk]), {"post": "yes"})
    answer = client.post(SCORES, typed(mine, **{"form-0-is_active": None, "form-1-is_active": None}))
    assert (answer.status_code, active_by_name()) == (409, {"B": True})
    assert "Sari Dewi deleted “A” at 10:42. Nothing was saved." in answer.content.decode()
    client.post(SCORES, form_of(answer, "changelist-form") | {"_save": ["Save"]})
    assert active_by_name() == {"B": False}


def test_a_rule_that_somebody_switched_off_is_not_moved_without_notice(client: Client, bima):
    sari = make_ops(first_name="Sari", last_name="Dewi")
    for position, name in enumerate("AB", start=1):
        EntryRule.objects.create(name=name, position=position, outcome="review", conditions=[])
    mine, rule = list_as_shown(client, RULES), EntryRule.objects.get(name="B")
    rule.is_active, rule._history_user = False, sari
    rule.save()
    answer = client.post(RULES, typed(mine, **{"form-1-position": 1}))
    assert (answer.status_code, refusals(answer)[1:]) == (
        409,
        [AGAIN, "Sari Dewi changed this at 10:42: on from yes to no."],
    )
    assert list(EntryRule.objects.order_by("position").values_list("name", flat=True)) == ["A", "B"]


def test_a_score_that_rose_is_not_written_back_with_another_field(client: Client, bima):
    lead = make_lead(score=50)
    mine = form_as_shown(client, lead)
    Lead.objects.update(score=60)
    answer = client.post(change_url(lead), typed(mine, city="Bogor"))
    assert refusals(answer)[-1] == f"This was changed: score from 50 to 60. {AGAIN}"
    client.post(change_url(lead), form_of(answer, "lead_form"))
    lead.refresh_from_db()
    assert (lead.city, lead.score) == ("Bogor", 60)
