"""The condition builder through its doors: one sentence for what is typed, for all three kinds of rules (A5, K6)."""

import re

import pytest
from django.test import Client

from leads.models import ScoreRule
from queues.models import PriorityTier
from tests.factories import SourceFactory, make_manager
from tests.factories.pages import form_of
from tests.markup import markup

pytestmark = pytest.mark.django_db

PLACES = {"leads/scorerule": ScoreRule, "queues/prioritytier": PriorityTier}


def rows(*conditions: tuple[str, str, str | list[str]]) -> dict[str, object]:
    return {
        f"conditions-{number}-{part}": value
        for number, row in enumerate(conditions)
        for part, value in zip(("field", "operator", "value"), row, strict=True)
    }


def says(client: Client, sent: dict, place: str = "queues/entryrule") -> str:
    return client.post(f"/admin/{place}/sentence/", sent).json()["sentence"]


@pytest.mark.parametrize("place", ["queues/entryrule", *PLACES])
def test_what_is_typed_is_shown_as_a_sentence(client: Client, as_ops, place):
    SourceFactory(slug="trial", name="Trial")
    typed = rows(("source", "in", ["trial", "gone"]), ("score", "between", ["50", "80"]), ("is_target", "is_not", ""))
    words = "Source is Trial or gone and score is between 50 and 80 and the company is no target account"
    assert says(client, typed, place) == words


def test_rows_that_are_not_finished_are_dots(client: Client, as_ops):
    half = rows(("score", "at_least", "80"), ("city", "is", ""))
    assert [says(client, each) for each in (half, rows(("score", "at_least", "")), {})] == [
        "Score is at least 80 …",
        "…",
        "every lead",
    ]


def test_the_sentence_is_asked_by_post_and_by_sales_ops(client: Client, as_ops):
    by_get = client.get("/admin/queues/entryrule/sentence/").status_code
    client.force_login(make_manager())
    answer = client.post("/admin/queues/entryrule/sentence/", rows(("score", "at_least", "80")), follow=True)
    assert (by_get, answer.status_code) == (405, 403)


@pytest.mark.parametrize("place", PLACES)
def test_tiers_and_score_rules_are_built_and_opened_again_alike(client: Client, as_ops, place):
    SourceFactory(slug="trial", name="Trial")
    typed = rows(("country", "in", ["ID", "SG"]), ("company_size", "between", ["50", "500"]), ("source", "is", "trial"))
    client.post(f"/admin/{place}/add/", {"name": "Big", "part": "fit", "points": 5, "is_active": "on", **typed})
    row = PLACES[place].objects.get()
    page = form_of(client.get(f"/admin/{place}/{row.pk}/change/"), f"{row._meta.model_name}_form")
    assert row.conditions == [
        {"field": "country", "operator": "in", "value": ["ID", "SG"]},
        {"field": "company_size", "operator": "between", "value": [50, 500]},
        {"field": "source", "operator": "is", "value": "trial"},
    ]
    assert {name: sorted(values) for name, values in page.items() if name in typed} == {
        name: sorted(value if isinstance(value, list) else [value]) for name, value in typed.items()
    }


def test_each_kind_of_value_has_its_control(client: Client, as_ops):
    SourceFactory(slug="trial", name="Trial")
    stored = [
        ("score", "at_least", 80),
        ("country", "is", "ID"),
        ("source", "in", ["trial"]),
        ("city", "contains", "Bogor"),
        ("is_target", "is_true", None),
        ("deal_size", "between", [1, 2]),
    ]
    rule = ScoreRule.objects.create(
        name="All",
        part="fit",
        points=1,
        conditions=[dict(zip(("field", "operator", "value"), row, strict=True)) for row in stored],
    )
    page = markup(client.get(f"/admin/leads/scorerule/{rule.pk}/change/"))
    drawn = re.findall(r'data-part="value" data-control="(\w+)"', page)
    assert drawn == ["number", "choice", "several", "text", "nothing", "span", "text", "text", "text"]
    bounds = re.search(r'name="conditions-0-value"[^>]*min="(\d+)" max="(\d+)"', page)
    assert bounds.groups() == ("0", "100")
    assert '<option value="ID" selected>Indonesia</option>' in page
