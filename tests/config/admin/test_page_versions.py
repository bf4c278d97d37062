"""Every page of a setting carries the version that it showed, and what was shown comes back as it was (C8)."""

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from config.admin.base import SettingAdmin
from config.admin.optimistic_lock import read_version, sign_version
from leads.models import ApiKey, OwnField, ScoreRule
from queues.models import EntryRule, PartnerPool, PriorityTier, Segment, TypeLimit
from routing.models import CompanyHoliday, HolidayKinds, TimeOff
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
    make_web_form,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db

CONDITIONS = [
    {"field": "country", "operator": "in", "value": ["SG", "ID"]},
    {"field": "deal_size", "operator": "between", "value": [0.5, 2]},
    {"field": "is_target", "operator": "is_false", "value": None},
    {"field": "city", "operator": "not_in", "value": ["Bogor", "Solo"]},
]


def every_setting() -> list[Model]:
    """One row of each, with something in every kind of field."""
    team = TeamFactory(working_hours={"mon": [["09:00", "12:00"]]})
    rep = make_rep(team)
    make_manager(team)
    rotation = make_rotation(rep, make_rep())
    rules = [
        EntryRule.objects.create(name="Rule", outcome="review", conditions=CONDITIONS),
        PriorityTier.objects.create(name="Tier", conditions=CONDITIONS),
        ScoreRule.objects.create(name="Points", part="fit", points=-5, conditions=CONDITIONS),
    ]
    time_off = TimeOff.objects.create(rep=rep.rep, starts_at=MORNING, ends_at=MORNING.replace(hour=20), note="Away")
    days = {"first_on": MORNING.date(), "last_on": MORNING.date()}
    holiday = CompanyHoliday.objects.create(name="Company day", is_for="teams", note="Board", is_yearly=True, **days)
    holiday.teams.add(team)
    key = ApiKey.objects.create(name="Form", prefix="abc", key_hash="x", created_at=MORNING)
    source = SourceFactory(name="Trade fair")
    queue = QueueFactory(team=team, dispatch="push", rotation=rotation)
    rules.append(Segment.objects.create(name="Big", queue=queue, rotation=rotation, conditions=CONDITIONS))
    return [
        team,
        rep.rep,
        rotation,
        *rules,
        time_off,
        holiday,
        HolidayKinds.objects.create(region="ID", kinds=["public"]),
        key,
        source,
        make_web_form(),
        OwnField.objects.create(key="quality", name="Quality", kind="choice", choices=["High", "Low"], titles=["Q"]),
        queue,
        PartnerPool.objects.create(name="Partner", address="https://hook.example/leads"),
        TypeLimit.objects.create(queue=queue, lead_type="cold", nurture_after_days=3),
        AccountFactory(owner=rep, tier="smb"),
    ]


def place(row: Model) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def test_no_setting_changes_when_its_page_is_saved_as_it_was_opened(client: Client):
    client.force_login(make_ops())
    rows = every_setting()
    kinds = {model for model, each in admin.site._registry.items() if isinstance(each, SettingAdmin)}
    assert {type(row) for row in rows} == kinds
    before = {row: type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows}
    versions = {row: row.history.count() for row in rows}
    answers = {}
    for row in rows:
        sent = form_of(client.get(place(row)), f"{row._meta.model_name}_form")
        answers[row] = ("as_shown" in sent, client.post(place(row), sent).status_code)
    assert answers == dict.fromkeys(rows, (True, 302))
    kept = {row: type(row)._base_manager.filter(pk=row.pk).values().get() for row in rows}
    assert (kept, {row: row.history.count() for row in rows}) == (before, versions)


def test_a_version_says_what_was_shown_and_cannot_be_forged():
    shown = {"leads.source/1": {"points": 5}}
    assert read_version(sign_version(shown)) == shown
    assert [read_version(text) for text in ("", "x", sign_version(shown)[:-1], "W10:abc:def")] == [{}] * 4


@pytest.mark.parametrize(("query", "status"), [("?nonsense=1", 302), ("", 409)])
def test_a_list_with_a_row_that_cannot_exist_saves_nothing(client: Client, query, status):
    client.force_login(make_ops())
    ScoreRule.objects.create(name="A", part="fit", points=5, conditions=[])
    sent = form_of(client.get("/admin/leads/scorerule/"), "changelist-form") | {"_save": ["Save"]}
    answer = client.post(
        f"/admin/leads/scorerule/{query}", typed(sent, **{"form-0-is_active": None, "form-0-id": "9" * 30})
    )
    assert (answer.status_code, ScoreRule.objects.get().is_active) == (status, True)


def test_a_team_that_got_another_name_is_no_change_of_its_people(client: Client):
    """A list of rows is the same list in any order."""
    client.force_login(make_ops(), "routing.backends.RoutingBackend")
    first, second = TeamFactory(name="North"), TeamFactory(name="South")
    rep = make_rep(first)
    rep.rep.teams.add(second)
    sent = form_of(client.get(place(rep.rep)), "rep_form")
    first.name = "West"
    first.save()
    client.post(place(rep.rep), typed(sent, capacity=7))
    rep.rep.refresh_from_db()
    assert rep.rep.capacity == 7
