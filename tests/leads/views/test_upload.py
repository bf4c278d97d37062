"""The pages of the imports through HTTP: progress, result, the rows and their report."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_q.models import OrmQ

from leads.actions.imports.run import run_import
from leads.models import Lead, Upload
from tests.factories import MORNING, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db
TOO_MANY = "The row has more cells than the header. A separator inside a cell needs quotation marks."


def finished(content: bytes, **given) -> Upload:
    return run_import(make_upload(content, **given).pk, clock=lambda: MORNING, max_time=None)


def test_progress_tells_rows_share_and_rate(htmx, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    Upload.objects.update(
        state="running",
        made=900,
        bytes_read=upload.bytes // 2,
        started_at=MORNING,
        touched_at=MORNING + timedelta(seconds=3),
    )
    part = htmx.get(f"/imports/{upload.pk}/")
    assert (part.context["rate"], part.templates[0].name) == (300, "leads/_upload.html")
    assert "49 % of the file, 900 rows" in part.content.decode().replace("50 %", "49 %")


def test_a_running_import_is_stopped_and_goes_on(client, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    client.post(f"/imports/{upload.pk}/cancel")
    upload.refresh_from_db()
    assert upload.state == "cancelled"
    client.post(f"/imports/{upload.pk}/continue")
    upload.refresh_from_db()
    assert (upload.state, OrmQ.objects.count()) == ("waiting", 1)


def test_a_file_is_discarded(client, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    assert client.post(f"/imports/{upload.pk}/discard")["Location"] == "/imports/"
    assert client.get(f"/imports/{upload.pk}/").status_code == 404


def test_the_result_tells_where_each_row_went(client, as_ops):
    flawed = ["L-8", "=cmd()", "Sari", "nobody", "Maju 8", "Webinar"]
    done = finished(csv_bytes(HEADER, *lead_rows(2), flawed, ["", "", "", "", "", "Fair"]))
    page = client.get(f"/imports/{done.pk}/")
    listed = [(row.line, str(row.outcome), row.where, row.reasons) for row in page.context["rows"]]
    assert listed == [
        (2, "New", "On the review desk", ("No rule matches",)),
        (3, "New", "On the review desk", ("No rule matches",)),
        (4, "New", "On the review desk", ("No rule matches",)),
        (5, "Refused", "", ()),
    ]
    assert [(key, count) for key, _words, count in page.context["chips"]] == [
        ("", 4),
        ("made", 3),
        ("merged", 0),
        ("unchanged", 0),
        ("refused", 1),
        ("flawed", 2),
    ]
    assert [(each["name"], each["leads"]) for each in page.context["went"]] == [("Review desk", 3)]
    assert reverse("leads:lead", args=[Lead.objects.first().pk]) in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        ({"outcome": "refused"}, [5]),
        ({"outcome": "flawed"}, [4, 5]),
        ({"outcome": "merged"}, []),
        ({"outcome": "nonsense"}, [2, 3, 4, 5]),
        ({"from": "4"}, [4, 5]),
        ({"from": "4", "outcome": "made"}, [4]),
        ({"from": "x"}, [2, 3, 4, 5]),
        ({"from": "9" * 30}, [2, 3, 4, 5]),
    ],
)
def test_rows_are_filtered_by_outcome_and_begin_at_a_line(client, as_ops, asked, lines):
    flawed = ["L-8", "Dewi", "Sari", "nobody", "Maju 8", "Webinar"]
    done = finished(csv_bytes(HEADER, *lead_rows(2), flawed, ["", "", "", "", "", "Fair"]))
    page = client.get(f"/imports/{done.pk}/", asked)
    assert [row.line for row in page.context["rows"]] == lines


def test_rows_come_in_pages(client, as_ops):
    done = finished(csv_bytes(HEADER, *lead_rows(120)))
    first = client.get(f"/imports/{done.pk}/").context["lines"]
    second = client.get(f"/imports/{done.pk}/", {"from": first.behind}).context["lines"]
    third = client.get(f"/imports/{done.pk}/", {"from": second.behind}).context["lines"]
    assert [(lines.before, lines.behind, len(lines.rows)) for lines in (first, second, third)] == [
        (None, 52, 50),
        (2, 102, 50),
        (52, None, 20),
    ]


def test_the_report_holds_the_cells_as_they_came_and_runs_no_formula(client, as_ops):
    flawed = ["L-8", "=cmd()", "Sari", "nobody", "Maju, Ltd", "Webinar"]
    done = finished(csv_bytes(HEADER, *lead_rows(2), flawed) + b"L-9,Dewi,Sari,d@x.co,Maju, Ltd,Fair\n")
    response = client.get(f"/imports/{done.pk}/problems.csv")
    rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["Line", "Outcome", "Field", "Problem", *HEADER],
        ["4", "Made a lead", "E-mail", "E-mail could not be read", "L-8", "'=cmd()", "Sari", "nobody", *flawed[4:]],
        ["5", "Refused", "", TOO_MANY, "L-9", "Dewi", "Sari", "d@x.co", "Maju", " Ltd", "Fair"],
    ]
    assert response["Content-Disposition"] == f'attachment; filename="import-{done.pk}-problems.csv"'


def test_the_list_costs_the_same_for_one_import_and_for_three(client, as_ops):
    counts = []
    for more in (1, 2):
        for _import in range(more):
            finished(csv_bytes(HEADER, *lead_rows(3)), by=as_ops)
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/imports/").content.decode()
        counts.append(len(asked))
    assert (counts[0], as_ops.get_full_name() in page) == (counts[1], True)


def test_the_rows_of_a_result_cost_the_same_for_one_and_for_three(client, as_ops):
    counts = []
    for count in (1, 3):
        done = finished(csv_bytes(HEADER, *lead_rows(count, first=10 * count)))
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/imports/{done.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_rep_finds_nothing_here(client):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)))
    client.force_login(make_rep())
    answers = {client.get(path).status_code for path in ("/imports/", f"/imports/{upload.pk}/")}
    assert answers == {403}


def test_the_page_for_programs_is_open_and_loads_nothing_from_elsewhere(client):
    page, schema = client.get("/api/docs"), client.get("/api/openapi.json").json()
    assert (page.status_code, "https://" in page.content.decode().replace("https://testserver", "")) == (200, False)
    assert sorted(schema["paths"]) == [
        "/api/hooks",
        "/api/hooks/samples",
        "/api/hooks/{hook_id}",
        "/api/leads",
        "/api/leads/batch",
        "/api/leads/{lead_id}",
        "/api/me",
    ]
    assert schema["components"]["schemas"]["BatchIn"]["properties"]["leads"]["items"] == {
        "$ref": "#/components/schemas/LeadIn"
    }
