"""A column whose title names the zone of its times, through the doors: page, preview, forecast, import, command."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from leads.actions.imports.earlier_rows import KeptRows
from leads.actions.imports.rehearsing import rehearse
from leads.actions.imports.run import run_import, shape_of
from leads.actions.imports.survey import completed_reading
from leads.decisions.csv.file import read_rows
from leads.models import Lead, Upload
from tests.factories import MORNING
from tests.factories.files import make_upload

pytestmark = pytest.mark.django_db
SAID = "Times without a zone are read as GMT+2, as the title says."
FILE = (
    "Create Date (GMT+2),Email\n"
    "2026-11-13 09:00,a@nila.co.id\n"
    "2026-11-13 09:00 UTC,b@nila.co.id\n"
    "2026-11-13T09:00:00+07:00,c@nila.co.id\n"
)
MOMENTS = [datetime(2026, 11, 13, hour, tzinfo=UTC) for hour in (7, 9, 2)]


def page_of(client, content: str):
    response = client.post("/imports/new", {"file": SimpleUploadedFile("leads.csv", content.encode())})
    return client.get(response["Location"])


def as_shown(page) -> dict[str, str]:
    return {field.html_name: field.value() or "" for field in page.context["form"]}


def moments() -> list[datetime]:
    return list(Lead.objects.order_by("email").values_list("captured_at", flat=True))


def test_the_page_says_it_and_the_import_does_it(client, as_ops):
    page = page_of(client, FILE)
    assert [(note.words, note.is_doubtful, note.field) for note in page.context["dates"]] == [(SAID, False, None)]
    assert SAID in page.content.decode()
    assert [row.captured_at for row in page.context["preview_rows"]] == MOMENTS
    upload = page.context["upload"]
    client.post(f"/imports/{upload.pk}/start", as_shown(page))
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert moments() == MOMENTS
    assert Upload.objects.get(pk=upload.pk).reading["zones"] == {"captured_at": "GMT+2"}


def test_the_order_of_the_numbers_and_the_zone_are_said_together(client, as_ops):
    page = page_of(client, "Created (GMT+2),Email\n11/13/2026 9:00 AM,a@nila.co.id\n")
    (note,) = page.context["dates"]
    assert note.words == f"Month first: 11/13/2026 9:00 AM = 13 Nov 2026. Line 2 proves it. {SAID}"
    assert note.field.html_name == "dates_0"
    assert [row.captured_at for row in page.context["preview_rows"]] == MOMENTS[:1]


@pytest.mark.parametrize("title", ["Create Date (required)", "Create Date"])
def test_other_words_change_nothing(client, as_ops, title):
    page = page_of(client, FILE.replace("Create Date (GMT+2)", title))
    assert page.context["dates"] == []
    assert page.context["preview_rows"][0].captured_at == MOMENTS[2]  # where the company is


def test_a_column_that_is_no_moment_any_more_says_nothing(client, htmx, as_ops):
    page = page_of(client, FILE)
    sent = as_shown(page) | {"column_0": ""}
    shown = htmx.post(f"/imports/{page.context['upload'].pk}/preview", sent)
    assert shown.context["dates"] == []


def test_a_file_that_is_never_shown_is_read_so_too():
    upload = make_upload(FILE.encode())
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert moments() == MOMENTS


def test_a_forecast_reads_as_the_import_does():
    upload = make_upload(FILE.encode())
    upload.reading = completed_reading(upload)
    with upload.stored.open("rb") as stream, KeptRows("zones") as earlier:
        rows = list(read_rows(stream, shape_of(upload)))
        found = rehearse(upload, rows, earlier, sources={}, at=MORNING)
        earlier.leave()
    assert ([facts.captured_at for _row, facts in found.resolver.facts], Lead.objects.count()) == (MOMENTS, 0)


def test_as_last_time_goes_by_the_title_of_now(client, as_ops):
    last = make_upload(FILE.encode())
    run_import(last.pk, clock=lambda: MORNING, max_time=None)
    Lead.objects.update(captured_at=MORNING)
    upload = page_of(client, FILE.replace("GMT+2", "UTC").replace("@", "2@")).context["upload"]
    page = client.get(f"/imports/{upload.pk}/?like={last.pk}")
    assert [note.words for note in page.context["dates"]] == [SAID.replace("GMT+2", "GMT")]
    client.post(f"/imports/{upload.pk}/start", as_shown(page))
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert Lead.objects.get(email="a2@nila.co.id").captured_at == MOMENTS[1]


def test_the_command_says_it_and_does_it(tmp_path):
    path, out = tmp_path / "leads.csv", StringIO()
    path.write_text(FILE)
    call_command("import_leads", str(path), "--dry-run", stdout=out)
    assert f"Create Date (GMT+2): {SAID}" in out.getvalue()
    call_command("import_leads", str(path), stdout=out)
    assert moments() == MOMENTS
