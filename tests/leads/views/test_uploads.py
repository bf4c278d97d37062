"""The pages of the imports through HTTP: files that are refused in words, columns, and the start."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_q.models import OrmQ

from leads.actions.imports.run import run_import
from leads.actions.imports.uploads import MAX_UPLOAD_BYTES
from leads.models import Lead, Upload
from tests.factories import MORNING
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db
GUESSED = {
    "column_0": "external_id",
    "column_1": "first_name",
    "column_2": "last_name",
    "column_3": "email",
    "column_4": "company_name",
    "column_5": "source",
}


def send(client, content: bytes, name: str = "leads.csv", **fields):
    return client.post("/imports/new", {"file": SimpleUploadedFile(name, content), **fields})


def finished(content: bytes, **given) -> Upload:
    return run_import(make_upload(content, **given).pk, clock=lambda: MORNING, max_time=None)


def test_a_file_leads_to_its_columns_with_guesses_samples_and_a_preview(client, as_ops):
    response = send(client, csv_bytes(HEADER, *lead_rows(7)))
    upload = Upload.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/imports/{upload.pk}/")
    page = client.get(response["Location"])
    assert [(title, field.value(), len(cells)) for title, field, cells in page.context["columns"]][:2] == [
        ("Lead id", "external_id", 3),
        ("First name", "first_name", 3),
    ]
    assert [(row.who, row.company, row.is_usable) for row in page.context["preview_rows"]] == [
        (f"Dewi{n} Lestari{n}", f"Maju {n}", True) for n in range(1, 6)
    ]
    assert (upload.created_by, Lead.objects.count()) == (as_ops, 0)


REFUSALS = [
    pytest.param(b"", "The file is empty.", id="empty"),
    pytest.param(b"name,email\n", "The file has a header but no rows.", id="no rows"),
    pytest.param(
        b"%PDF-1.7\n\xe2\xe3",
        "This is a PDF document, not a CSV file. Save the table as CSV and upload that.",
        id="PDF renamed",
    ),
    pytest.param(
        b"PK\x03\x04[Content_Types].xml",
        "This is a spreadsheet workbook, not a CSV file. Save the table as CSV and upload that.",
        id="workbook",
    ),
    pytest.param(
        b"name^email\nDewi^dewi@example.com\n",
        "The columns are separated by “^”. Use commas, semicolons, tabs or bars.",
        id="wrong delimiter",
    ),
    pytest.param(
        b",".join(b"c%d" % n for n in range(300)) + b"\n1\n",
        "The file has 300 columns, but at most 200 are possible. Leave out those you do not need.",
        id="too many columns",
    ),
    pytest.param(
        b'"name,email\nDewi,dewi@example.com\n',
        "The first line cannot be read as column names. Write one name for each column there.",
        id="header with an open quote",
    ),
]


@pytest.mark.parametrize(("content", "words"), REFUSALS)
def test_a_file_that_is_no_table_is_refused_in_words(client, as_ops, content, words):
    response = send(client, content)
    assert (response.status_code, response.context["form"].errors["file"]) == (422, [words])
    assert Upload.objects.count() == 0


def test_a_file_that_is_too_large_is_refused_in_words(client, as_ops):
    response = send(client, b"a,b\n" * (MAX_UPLOAD_BYTES // 4 + 1))
    words = "The file is larger than 50 MB. Split it and import the parts one after the other."
    assert (response.status_code, response.context["form"].errors["file"]) == (413, [words])


def test_no_file_is_refused_in_words(client, as_ops):
    response = client.post("/imports/new", {})
    assert (response.status_code, response.context["form"].errors["file"]) == (422, ["Choose a file."])


def test_a_separator_that_does_not_exist_is_refused(client, as_ops):
    answer = send(client, csv_bytes(HEADER, *lead_rows(1)), delimiter="x")
    assert (answer.status_code, list(answer.context["form"].errors), Upload.objects.count()) == (422, ["delimiter"], 0)


def test_a_hundred_columns_and_a_bad_name_are_shown(client, as_ops):
    header = ["Email", *(f"Extra {n}" for n in range(99))]
    response = send(client, csv_bytes(header, ["a@b.co", *"x" * 99]), name="../../etc/<b>leads.csv")
    page = client.get(response["Location"])
    assert (len(page.context["columns"]), Upload.objects.get().name) == (100, "<b>leads.csv")
    assert b"<b>leads" not in page.content


def test_other_columns_give_another_preview_and_nothing_is_saved(htmx, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    sent = {"column_3": "email", "column_5": "title", "default_source": "Fair", "default_score": "70"}
    response = htmx.post(f"/imports/{upload.pk}/preview", sent)
    (row,) = response.context["preview_rows"]
    assert (row.title, row.source, row.score, row.company) == ("Webinar", "Fair", 70, "maju1.co.id")
    upload.refresh_from_db()
    assert (upload.state, upload.mapping["5"]) == ("mapping", "source")


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"column_3": "email", "column_4": "email"}, "column_4", "E-mail is chosen for another column already."),
        ({"column_3": "email", "default_score": "500"}, "default_score", "Enter a whole number from 0 to 100."),
        (
            {"column_5": "source"},
            "__all__",
            "Choose a column for the external id, the e-mail or the phone, or for a name and a company. "
            "Without it, Alur cannot know which lead a row is.",
        ),
    ],
)
def test_columns_that_make_no_sense_are_refused_at_their_place(client, as_ops, sent, field, words):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    response = client.post(f"/imports/{upload.pk}/start", sent)
    assert (response.status_code, response.context["form"].errors[field]) == (422, [words])
    assert OrmQ.objects.count() == 0


def test_without_scripts_a_button_shows_the_preview(client, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    response = client.post(f"/imports/{upload.pk}/start", {**GUESSED, "column_5": "city", "preview": "1"})
    assert (response.status_code, response.context["preview_rows"][0].source, OrmQ.objects.count()) == (200, "", 0)


def test_the_start_hands_the_file_to_the_worker_and_shows_progress(htmx, client, as_ops):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)), is_ready=False)
    response = client.post(f"/imports/{upload.pk}/start", GUESSED)
    assert (response["Location"], OrmQ.objects.count()) == (f"/imports/{upload.pk}/", 1)
    page = client.get(response["Location"])
    assert b'data-live="uploads"' in page.content
    version = page.context["version"]
    assert htmx.get(response["Location"], {"v": version}).status_code == 204
    again = client.post(f"/imports/{upload.pk}/start", GUESSED)
    assert (again.status_code, OrmQ.objects.count()) == (302, 1)


def test_the_same_file_is_warned_of(client, as_ops):
    content = csv_bytes(HEADER, *lead_rows(1))
    before = finished(content)
    page = client.get(send(client, content)["Location"])
    assert page.context["before"] == before
