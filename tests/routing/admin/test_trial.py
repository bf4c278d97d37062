"""Trying a rotation: it decides as the rotation will, says why, writes nothing, and is for sales ops (F11)."""

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.admin.trial import TRY_BUTTON
from routing.models import Rotation, RotationMember, Turn
from routing.queries.simulation.trial import trial_with_latest_leads, trial_with_samples
from tests.clients import NOT_FOUND, refusal
from tests.factories import MORNING, SourceFactory, make_lead, make_manager, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")]


def place(rotation: Rotation) -> str:
    return reverse("admin:routing_rotation_try_it", args=[rotation.pk])


def form_place(rotation: Rotation | None) -> str:
    if rotation is None:
        return reverse("admin:routing_rotation_add")
    return reverse("admin:routing_rotation_change", args=[rotation.pk])


def every_row() -> dict[str, list[tuple]]:
    """All rows of all tables."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def look(client: Client, rotation: Rotation | None, **changes):
    """Press "Try before saving" in the form of the page, with these fields changed."""
    sent = form_of(client.get(form_place(rotation)), "rotation_form")
    return client.post(form_place(rotation), typed(sent, **changes, **{TRY_BUTTON: ""}))


def shares(answer) -> dict[str, int]:
    return {row.name: row.got for row in answer.context["sums"]}


def verdicts(answer) -> list[str]:
    return [row.verdict for row in answer.context["checks"]]


def owners(rotation: Rotation, leads: int, **lead) -> tuple[list, list]:
    """Who should get such leads by the trial, and who gets them, each with the members that the turn passed over."""
    for _number in range(leads):
        made = make_lead(**lead)
        Turn.objects.create(
            rotation=rotation, number=1000 + made.pk, version=1, at=MORNING, lead=made, rep=rep_of(rotation), position=0
        )
    tried = trial_with_latest_leads(rotation, leads=leads, at=MORNING)
    expected = [
        (step.pick.chosen and step.pick.chosen.rep_id, [(look.rep_id, look.reason) for look in skipped(step.pick)])
        for step in tried.trial.turns
    ]
    Turn.objects.filter(number__gte=1000).delete()
    try:
        given = take_turns(rotation, [TurnRequest(each.lead) for each in tried.leads], at=MORNING)
    except NobodyAvailable:
        given = []
    by_lead = {each.lead_id: each for each in given}
    real = [
        (turn.rep_id, [(look["rep"], look["reason"]) for look in turn.results if look["outcome"] == "skipped"])
        for turn in (by_lead[each.lead.pk].turn if each.lead.pk in by_lead else None for each in tried.leads)
        if turn
    ]
    return expected, real + [(None, expected[len(real)][1])] * (leads - len(real)) if len(real) < leads else real


def rep_of(rotation: Rotation):
    return rotation.members.select_related("rep").first().rep


def skipped(pick):
    chosen = pick.chosen.member_id if pick.chosen else None
    return [pick.result_of(each) for each in pick.considered if each.member_id != chosen]


def change(rotation: Rotation, number: int, **fields) -> None:
    member = rotation.members.order_by("position")[number]
    RotationMember.objects.filter(pk=member.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ({}, {}),
        ({}, {0: {"weight": 3}, 1: {"weight": "0.5"}}),
        ({"way": "blocks"}, {0: {"weight": 3}}),
        ({"way": "value"}, {2: {"weight": 2}}),
        ({"cap_day": 2}, {0: {"cap_day": 5}, 1: {"is_paused": True}}),
        ({"cap_day": 1, "when_nobody": "anyway"}, {}),
        ({}, {1: {"owed": 2, "balance": 2 * 10**12, "takes_part": True}}),
        ({"skipped_means": "daily", "owed_a_day": 2}, {1: {"owed": 3, "balance": 3 * 10**12, "takes_part": True}}),
        ({"skipped_means": "owed", "virtual": 10**11}, {1: {"away_for": "on_leave"}}),
        ({"resets": "daily", "reset_on": "2026-11-01", "pointer": 1}, {}),
    ],
)
def test_a_trial_says_who_will_get_the_leads(people, fields, members):
    rotation = make_rotation(*people, **fields)
    for number, values in members.items():
        change(rotation, number, **values)
    rotation.refresh_from_db()
    expected, real = owners(rotation, 11)
    assert expected == real
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_a_trial_knows_the_fallback_and_the_skill(people):
    for user, skill in zip(people, ("Retail", "Mining", "Retail"), strict=True):
        user.rep.skills = [skill]
        user.rep.save(update_fields=["skills"])
    rotation = make_rotation(*people[:2], skill="industry", when_nobody="fallback", fallback=people[2].rep)
    expected, real = owners(rotation, 3, industry="Mining")
    assert expected == real
    assert {rep for rep, _skipped in expected} == {people[1].rep.pk}
    RotationMember.objects.filter(rep=people[1].rep).update(is_paused=True)
    expected, real = owners(rotation, 2, industry="Mining")
    assert expected == real
    assert {rep for rep, _skipped in expected} == {people[2].rep.pk}


def test_samples_ask_for_the_skills_that_members_name(people):
    for user, skill in zip(people, ("fair", "fair", "referral"), strict=True):
        user.rep.skills = [skill]
        user.rep.save(update_fields=["skills"])
    SourceFactory(slug="fair", name="Fair")
    tried = trial_with_samples(make_rotation(*people, skill="source"), leads=4, at=MORNING)
    assert [each.got for each in tried.trial.totals] == [2, 1, 1]


def test_a_trial_of_twenty_leads_stands_on_the_page(client: Client, as_ops, people):
    away = people[1].rep
    away.is_available = False
    away.save()
    rotation = make_rotation(*people)
    answer = client.get(place(rotation))
    assert shares(answer) == {"Adi": 10, "Budi": 0, "Citra": 10}
    assert verdicts(answer) == ["Passed"] * 5
    rows = answer.context["leads"]
    assert (len(rows), rows[1].to, rows[1].reason, rows[1].passed) == (
        20,
        "Citra",
        "next in turn",
        [("Budi", "paused")],
    )
    page = answer.content.decode()
    assert "Tried again with Adi deactivated: passed over, and the others got the leads." in page
    assert "20 leads, five checks: 5 passed." in page


def test_nothing_is_written(client: Client, as_ops, people):
    rotation = make_rotation(*people, skipped_means="owed", resets="daily")
    take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(4)], at=MORNING)
    change(rotation, 0, weight=3)
    client.get(form_place(rotation))
    before = every_row()
    for asked in ({}, {"try_with": "latest", "try_leads": 10}, {"try_csv": 1}):
        assert client.get(place(rotation), asked).status_code == 200
    answer = look(client, rotation, **{"name": "Renamed", "members-0-weight": "9", "members-2-DELETE": "on"})
    assert shares(answer) == {"Adi": 18, "Budi": 2}
    assert look(client, None, name="Another", **{"members-TOTAL_FORMS": 0}).status_code == 200
    assert every_row() == before


def test_the_latest_leads_are_tried_again(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    given = take_turns(rotation, [TurnRequest(make_lead()) for _lead in range(4)], at=MORNING)
    answer = client.get(place(rotation), {"try_with": "latest", "try_leads": 3})
    rows = [(row.pk, row.to, row.then) for row in answer.context["leads"]]
    leads = [each.lead_id for each in given]
    assert rows == [(leads[1], "Budi", "Budi"), (leads[2], "Citra", "Citra"), (leads[3], "Adi", "Adi")]


def test_a_rotation_without_leads_says_so(client: Client, as_ops, people):
    answer = client.get(place(make_rotation(*people)), {"try_with": "latest", "try_leads": 3})
    assert (answer.status_code, "leads" in answer.context) == (200, False)
    assert "This rotation has given out no lead yet. Try it with sample leads." in answer.content.decode()


@pytest.mark.parametrize("leads", ["0", "-3", "201", "many", "", "1e3", "٣0000"])
def test_a_number_that_is_none_is_said_at_the_field(client: Client, as_ops, people, leads):
    answer = client.get(place(make_rotation(*people)), {"try_leads": leads, "try_with": "samples"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["try_leads"])
    assert "checks" not in answer.context


def test_an_unknown_rotation_does_not_exist(client: Client, as_ops):
    assert refusal(client.get(reverse("admin:routing_rotation_try_it", args=[99]))) == NOT_FOUND


def test_only_sales_ops_may_try(client: Client, people):
    rotation = make_rotation(*people)
    for user in (people[0], make_manager()):
        client.force_login(user)
        answer = client.get(place(rotation))
        assert (answer.status_code, b"Citra" in answer.content) in ((302, False), (403, False))
        assert place(rotation) not in client.get("/rotations/").content.decode()
    client.logout()
    assert client.get(place(rotation)).status_code == 302


def test_sales_ops_come_to_it_from_both_pages(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    for page in (reverse("routing:rotation", args=[rotation.pk]), form_place(rotation)):
        assert f'href="{place(rotation)}"' in client.get(page).content.decode()


def test_the_table_goes_as_csv(client: Client, as_ops, people):
    rotation = make_rotation(*people, name="=SUM")
    answer = client.get(place(rotation), {"try_leads": 2, "try_with": "samples", "try_csv": 1})
    rows = list(csv.reader(StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert rows[1:] == [
        ["1", "Sample 1", "", "Adi", "next in turn", "", ""],
        ["2", "Sample 2", "", "Budi", "next in turn", "", ""],
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="rotation-{rotation.pk}-tried.csv"'


def test_what_stands_in_the_form_is_tried(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = look(client, rotation, **{"members-0-weight": "3", "members-1-is_paused": "on"})
    assert shares(answer) == {"Adi": 15, "Budi": 0, "Citra": 5}
    sent = dict(answer.context["sent"])
    assert (sent["members-0-weight"], TRY_BUTTON in sent) == ("3", False)
    again = client.post(form_place(rotation), sent | {TRY_BUTTON: "1", "try_leads": "4", "try_with": "samples"})
    assert shares(again) == {"Adi": 3, "Budi": 0, "Citra": 1}


def test_what_was_tried_is_saved_or_changed_again(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    sent = dict(look(client, rotation, name="Renamed").context["sent"])
    page = client.post(form_place(rotation), sent | {"change_again": "1", "try_leads": "20", "try_with": "samples"})
    assert (page.status_code, page.context["errors"]) == (200, [])
    assert form_of(page, "rotation_form")["name"] == ["Renamed"]
    rotation.refresh_from_db()
    assert (rotation.name, rotation.version) == ("SMB rotation", 1)
    answer = client.post(form_place(rotation), sent | {"_save": "1", "try_leads": "20", "try_with": "samples"})
    rotation.refresh_from_db()
    assert (answer.status_code, rotation.name, rotation.version) == (302, "Renamed", 2)


def test_a_new_rotation_is_tried_before_it_exists(client: Client, as_ops, people):
    line = {"members-TOTAL_FORMS": 1, "members-0-rep": people[0].rep.pk}
    answer = look(client, None, name="Another", **line)
    assert (shares(answer), Rotation.objects.count()) == ({"Adi": 20}, 0)
    client.post(form_place(None), dict(answer.context["sent"]) | {"_save": "1"})
    assert [str(each.rep) for each in Rotation.objects.get(name="Another").members.all()] == ["Adi"]


def test_what_cannot_be_saved_is_not_tried(client: Client, as_ops, people):
    rotation = make_rotation(*people)
    answer = look(client, rotation, when_nobody="fallback")
    assert list(answer.context["adminform"].form.errors) == ["fallback"]
    assert "checks" not in answer.context


def test_a_bad_number_beside_unsaved_settings_is_said(client: Client, as_ops, people):
    answer = look(client, make_rotation(*people), try_leads="none", try_with="samples")
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["try_leads"])
    assert Rotation.objects.get().version == 1


@pytest.mark.parametrize("size", [1, 3])
def test_the_page_asks_as_often_for_many_members(client: Client, as_ops, people, django_assert_num_queries, size):
    rotation = make_rotation(*people[:size])
    client.get(place(rotation))
    with django_assert_num_queries(17):
        client.get(place(rotation), {"try_leads": 5 * size, "try_with": "samples"})
