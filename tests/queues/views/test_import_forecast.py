"""Where the rows of a file would go, on the page of its columns (A9)."""

import csv
from io import StringIO

import pytest

from leads.models import Forecast, Lead, Source, SourceAlias, Upload
from queues.models import EntryRule
from tests.factories import QueueFactory, SourceFactory, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def sent(upload: Upload, **more: str) -> dict[str, str]:
    """What the page of the columns sends."""
    columns = {f"column_{number}": field for number, field in upload.mapping.items()}
    return {"default_source": "", "default_lead_type": "", "default_score": "", **columns, **more}


def review_rule() -> EntryRule:
    below = [{"field": "score", "operator": "less_than", "value": 60}]
    return EntryRule.objects.create(name="Score below 60", position=1, conditions=below, outcome="review")


@pytest.fixture
def upload():
    return make_upload(csv_bytes(HEADER, *lead_rows(4), ["", "", "", "", "", "Webinar"]), is_ready=False)


def test_the_page_asks_for_it_when_it_is_open(client, as_ops, upload):
    page = client.get(f"/imports/{upload.pk}/").content.decode()
    assert f'hx-post="/imports/{upload.pk}/where" hx-trigger="load, change from:closest form"' in page


def test_it_says_how_many_go_where_and_by_which_rule(htmx, as_ops, upload):
    rule, queue = review_rule(), QueueFactory(name="Hot inbound")
    EntryRule.objects.create(name="All", position=2, conditions=[], outcome="queue", queue=queue)
    part = htmx.post(f"/imports/{upload.pk}/where", sent(upload))
    rows = [(row.name, row.leads, row.why, row.why_href, row.score, row.unscored) for row in part.context["places"]]
    assert rows == [("Review desk", 4, "Score below 60", f"/admin/queues/entryrule/{rule.pk}/change/", 60, 4)]
    refused = [(row.rows, row.lines) for row in part.context["refused"]]
    assert refused == [(1, "line 6")]
    scored = htmx.post(f"/imports/{upload.pk}/where", sent(upload, default_score="60"))
    assert [(row.name, row.leads, row.why) for row in scored.context["places"]] == [("Hot inbound", 4, "All")]
    assert Lead.objects.count() == 0


def test_rows_with_ids_only_pass_when_ids_are_enough(htmx, as_ops):
    incomplete = [{"field": "is_complete", "operator": "is_false", "value": None}]
    EntryRule.objects.create(name="Incomplete", position=1, conditions=incomplete, outcome="review")
    EntryRule.objects.create(name="All", position=2, conditions=[], outcome="queue", queue=QueueFactory(name="MQL"))
    ids = make_upload(csv_bytes(["Lead id", "Source"], ["L-1", "Fair"], ["L-2", "Fair"]), is_ready=False)
    part = htmx.post(f"/imports/{ids.pk}/where", sent(ids))
    assert [(row.name, row.leads, row.is_for_ids) for row in part.context["places"]] == [("Review desk", 2, True)]
    assert 'data-fill="id_ids_are_enough"' in part.content.decode()
    part = htmx.post(f"/imports/{ids.pk}/where", sent(ids, ids_are_enough="on"))
    assert [(row.name, row.leads, row.is_for_ids) for row in part.context["places"]] == [("MQL", 2, False)]


def test_the_same_choice_is_counted_once_until_rules_change_or_somebody_asks_again(htmx, as_ops, upload):
    first = htmx.post(f"/imports/{upload.pk}/where", sent(upload)).context["forecast"]
    assert htmx.post(f"/imports/{upload.pk}/where", sent(upload)).context["forecast"].finished_at == first.finished_at
    again = htmx.post(f"/imports/{upload.pk}/where", sent(upload, again="1")).context["forecast"]
    assert (again.pk, again.finished_at > first.finished_at) == (first.pk, True)
    review_rule()
    assert htmx.post(f"/imports/{upload.pk}/where", sent(upload)).context["forecast"].pk != first.pk


def test_columns_that_say_nothing_are_not_counted(htmx, as_ops, upload):
    chosen = dict.fromkeys(sent(upload), "")
    part = htmx.post(f"/imports/{upload.pk}/where", chosen)
    assert "Choose a column for the external id" in part.content.decode()
    assert Forecast.objects.count() == 0


def test_a_file_that_was_started_or_thrown_away_is_not_counted(htmx, as_ops, upload):
    Upload.objects.update(state="waiting")
    assert "has started already" in htmx.post(f"/imports/{upload.pk}/where", sent(upload)).content.decode()
    Upload.objects.all().delete()
    assert htmx.post(f"/imports/{upload.pk}/where", sent(upload)).status_code == 404


def test_a_rep_learns_nothing(client, upload):
    client.force_login(make_rep())
    assert client.post(f"/imports/{upload.pk}/where", sent(upload)).status_code == 403


def test_what_it_says_as_a_file(client, as_ops, upload):
    review_rule()
    client.post(f"/imports/{upload.pk}/where", sent(upload))
    file = client.get(f"/imports/forecasts/{Forecast.objects.get().pk}/?format=csv")
    rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert rows[1] == ["Review desk", "4", "Score below 60", ""]
    assert [row[:2] for row in rows[2:]] == [["Refused", "1"], ["Joins a lead", "0"], ["Already here", "0"]]


def test_new_words_for_sources_are_guessed_chosen_and_remembered(htmx, client, as_ops):
    facebook, fair = SourceFactory(slug="facebook-ads", name="Facebook Ads"), SourceFactory(slug="fair", name="Fair")
    words = ["fb", "fb", "Messe", "Radio"]
    rows = [[*row[:5], word] for row, word in zip(lead_rows(4), words, strict=True)]
    upload = make_upload(csv_bytes(HEADER, *rows), is_ready=False)
    part = htmx.post(f"/imports/{upload.pk}/where", sent(upload))
    listed = [(row.key, row.word, row.rows, row.value, row.says) for row in part.context["words"]]
    assert listed == [
        ("fb", "fb", 2, f"to:{facebook.pk}", "guessed"),
        ("messe", "Messe", 1, "make:warm", "not known yet"),
        ("radio", "Radio", 1, "make:warm", "not known yet"),
    ]
    assert set(Source.objects.values_list("slug", flat=True)) == {"facebook-ads", "fair"}
    chosen = {f"source-word-{key}": word for key, word, *_more in listed}
    chosen |= {"source-of-fb": f"to:{facebook.pk}", "source-of-messe": f"to:{fair.pk}", "source-of-radio": "make:mql"}
    client.post(f"/imports/{upload.pk}/start", sent(upload, **chosen))
    assert list(SourceAlias.objects.values_list("slug", "source__name")) == [("fb", "Facebook Ads"), ("messe", "Fair")]
    assert Source.objects.get(slug="radio").lead_type == "mql"
    next_file = make_upload(csv_bytes(HEADER, [*lead_rows(1, 9)[0][:5], "Messe"]), is_ready=False)
    part = htmx.post(f"/imports/{next_file.pk}/where", sent(next_file))
    assert [(row.value, row.says) for row in part.context["words"]] == [(f"to:{fair.pk}", "as last time")]


def test_what_the_page_guessed_is_no_new_question(htmx, as_ops, upload):
    first = htmx.post(f"/imports/{upload.pk}/where", sent(upload))
    shown = {f"source-of-{row.key}": row.value for row in first.context["words"]}
    shown |= {f"source-word-{row.key}": row.word for row in first.context["words"]}
    again = htmx.post(f"/imports/{upload.pk}/where", sent(upload, **shown))
    assert again.context["forecast"].pk == first.context["forecast"].pk


@pytest.mark.parametrize("value", ["to:99999", "to:x", "make:nonsense", "", "to:99999999999999999999"])
def test_a_choice_that_cannot_be_meant_is_left_out(htmx, client, as_ops, upload, value):
    chosen = {"source-of-webinar": value, "source-word-webinar": "Webinar"}
    assert htmx.post(f"/imports/{upload.pk}/where", sent(upload, **chosen)).status_code == 200
    assert client.post(f"/imports/{upload.pk}/start", sent(upload, **chosen)).status_code == 302
    assert (SourceAlias.objects.count(), Source.objects.count()) == (0, 0)
