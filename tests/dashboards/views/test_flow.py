"""The flow page through its door: reach, ranges, splits, files, no script and no jump."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from tests.clients import NOT_FOUND, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
TABLES = ("hours", "queues", "sources", "ways")


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def moved():
    """Two came into SMB, one of them was taken; one came into MQL."""
    smb, mql = QueueFactory(name="SMB", position=1), QueueFactory(name="MQL", position=2)
    for queue in (smb, smb, mql):
        make_entry(queue, since=MORNING - HOUR)
    take_next(smb, by=make_rep(), at=MORNING)


def rows(answer) -> list[list[str]]:
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("path", ["/flow/", "/flow/heat/", "/flow/stale/", *(f"/flow/{table}.csv" for table in TABLES)])
def test_flow_is_for_sales_ops_only(client: Client, path: str):
    answers = []
    for user in (make_rep(TeamFactory()), make_manager(TeamFactory()), make_ops()):
        client.force_login(user)
        answers.append(client.get(path).status_code)
    assert answers == [403, 403, 200]


def test_the_sentence_gives_the_conclusion(page_text, client: Client, as_ops, moved):
    page = page_text(client.get("/flow/"))
    assert "Since Sun 11:00 <strong>3 came in and 1 went out</strong>. 2 wait now, 2 more than then." in page


def test_an_empty_system_says_so_and_divides_by_nothing(page_text, client: Client, as_ops):
    page = page_text(client.get("/flow/"))
    assert "<strong>0 came in and 0 went out</strong>. 0 wait now, as many as then." in page
    assert "Nothing has waited yet." in page
    assert "No lead left a queue in this time." in page


def test_queues_are_counted_with_their_sum(client: Client, as_ops, moved):
    shown = client.get("/flow/").context
    table = [(one.name, one.came, one.went, depth) for one, depth in shown["by_queue"]]
    assert (table, shown["waiting"]) == ([("SMB", 2, 1, 1), ("MQL", 1, 0, 1)], 2)


@pytest.mark.parametrize(
    ("asked", "key", "bars"), [("24h", "24h", 24), ("7d", "7d", 7), ("30d", "30d", 30), ("x", "24h", 24)]
)
def test_ranges_are_in_the_address(client: Client, as_ops, moved, asked: str, key: str, bars: int):
    shown = client.get("/flow/", {"range": asked}).context
    assert (shown["span"].key, len(shown["chart"].bars), shown["chart"].came) == (key, bars, 3)


@pytest.mark.parametrize(("by", "names"), [("queue", ["SMB", "MQL"]), ("source", ["Campaign"]), ("nonsense", [])])
def test_the_chart_is_split_as_the_address_says(client: Client, as_ops, moved, by: str, names: list[str]):
    shown = client.get("/flow/", {"by": by}).context
    assert [one.name for one, _strip in shown["strips"]] == names


def test_the_part_is_asked_for_with_the_same_filters(page_text, client: Client, as_ops):
    page = page_text(client.get("/flow/", {"range": "7d", "by": "queue"}))
    assert 'hx-get="/flow/?range=7d&amp;by=queue"' in page
    part = client.get("/flow/", {"range": "7d"}, headers={"HX-Request": "true"})
    assert markup(part).startswith('<div id="flow"')


def test_a_fresh_part_leaves_the_map_of_the_week_alone(page_text, client: Client, as_ops, moved):
    part = client.get("/flow/", headers={"HX-Request": "true"})
    assert ("heat" in part.context, 'id="flow-heat"' in page_text(part), 'id="heat-map"' in page_text(part)) == (
        False,
        True,
        False,
    )
    assert client.get("/flow/heat/", headers={"HX-Request": "true"}).context["heat"].weeks == 1


def test_numbers_in_drawings_are_not_localised(client: Client, as_ops, moved, settings):
    settings.LANGUAGES = [("en", "English"), ("id", "Indonesian")]
    page = client.get("/flow/", headers={"Accept-Language": "id"}).content.decode()
    assert '<html lang="id"' in page
    heights = [part.split('"')[0] for part in page.split('height="')[1:]]
    assert [height for height in heights if "," in height] == []


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("queues", [["SMB", "2", "1", "1", "1"], ["MQL", "1", "0", "1", "1"]]),
        ("sources", [["Campaign", "3", "1", "n/a", "0", "0"]]),
        ("ways", [["Take next", "1"]]),
    ],
)
def test_each_table_is_a_file(client: Client, as_ops, moved, table: str, found: list[list[str]]):
    answer = client.get(reverse("dashboards:flow_csv", args=[table]))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="flow-{table}-24h.csv"'
    assert rows(answer)[1:] == found


def test_the_file_of_hours_has_every_hour_of_every_queue(client: Client, as_ops, moved):
    found = rows(client.get("/flow/hours.csv", {"range": "24h"}))
    assert (found[0], len(found)) == (["Begins", "Queue", "In", "Out"], 1 + 24 * 2)
    assert found[-2:] == [
        ["2026-11-16T10:00:00+07:00", "SMB", "0", "1"],
        ["2026-11-16T10:00:00+07:00", "MQL", "0", "0"],
    ]


def test_a_file_of_an_unknown_table_does_not_exist(client: Client, as_ops):
    assert refusal(client.get("/flow/secrets.csv")) == NOT_FOUND


def test_no_cell_of_a_file_runs_as_a_formula(client: Client, as_ops):
    make_entry(QueueFactory(), since=MORNING, source=SourceFactory(slug="evil", name="=cmd|' /C calc'!A1"))
    assert rows(client.get("/flow/sources.csv"))[1][0] == "'=cmd|' /C calc'!A1"


def test_stale_leads_are_listed_before_they_move(page_text, client: Client, as_ops):
    make_entry(QueueFactory(name="SMB"), since=MORNING - timedelta(days=6, hours=1), company_name="Kios Lama")
    assert "Nothing is stale." in page_text(client.get("/flow/stale/"))
    page = client.get("/flow/stale/", {"within": "24h"})
    assert [(row.lead.company_name, row.where, step) for row, step in page.context["rows"]] == [
        ("Kios Lama", "SMB", "Nurture")
    ]
    found = rows(client.get("/flow/stale/", {"within": "24h", "format": "csv"}))
    assert found[1][1:3] == ["Kios Lama", "SMB"]


def test_the_page_asks_as_much_for_three_queues_as_for_one(client: Client, as_ops):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/flow/", {"by": "source"})
        return len(asked)

    make_entry(QueueFactory(), since=MORNING)
    client.get("/flow/")
    first = queries()
    for number in range(2):
        make_entry(QueueFactory(), since=MORNING, source=SourceFactory(slug=f"s{number}", name=f"S{number}"))
    assert queries() == first


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("period", ["24h", "30d"])
def test_flow_asks_no_more_for_three_rows_than_for_one(client: Client, as_ops, period: str, rows: int):
    """As a running worker keeps the counts, with one lead or three in each list of the page."""
    now = timezone.now()
    for number in range(rows):
        source = SourceFactory(slug=f"s{number}", name=f"S{number}")
        for hours in (0, 3, 24 * 6 + 12):
            make_entry(QueueFactory(), since=now - timedelta(hours=hours), source=source)
        make_lead(stage=Lead.Stage.NURTURE, at=now - timedelta(days=9))
        make_lead(stage=Lead.Stage.RECYCLED, at=now - timedelta(days=40))
    count_figures(at=now)
    client.get("/flow/", {"range": period})
    with CaptureQueriesContext(connection) as asked:
        client.get("/flow/", {"range": period})
    working_hours = period == "24h"  # a day also shows when nobody works
    assert len(asked) == 18 + working_hours
