"""Files as people produce them, through the pages: the columns, the dates and the preview, then the leads."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads import tasks
from leads.actions.imports.run import run_import
from leads.actions.imports.survey import survey_upload
from leads.models import Capture, Lead, OwnField, Upload
from leads.queries.leads import facts_of
from tests.factories import MORNING
from tests.factories.crm_exports import CRM_EXPORTS
from tests.factories.files import make_upload
from tests.factories.form_exports import FORM_EXPORTS

pytestmark = pytest.mark.django_db
MONTHS = "Create Date,Email\n11/13/2026,a@nila.co.id\n11/06/2026,b@nila.co.id\n"
LARGE = (
    "Create Date,Email,Page\n"
    + "".join(  # above one megabyte
        f"11/{13 - 7 * number}/2026,{name}@nila.co.id,{'x' * 90_000} \n" for number, name in enumerate("ab")
    )
    + f"11/25/2026,a@nila.co.id,{'y' * 95_000}\n" * 10
)
EXPORTS = CRM_EXPORTS | FORM_EXPORTS


def columns_page(client, content: str):
    response = client.post("/imports/new", {"file": SimpleUploadedFile("leads.csv", content.encode())})
    return client.get(response["Location"])


def as_shown(page) -> dict[str, str]:
    """What the page would send: every field of its form as it stands."""
    return {field.html_name: field.value() or "" for field in page.context["form"]}


def imported(client, content: str, **chosen) -> list[Lead]:
    page = columns_page(client, content)
    upload = page.context["upload"]
    client.post(f"/imports/{upload.pk}/start", as_shown(page) | chosen)
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    return list(Lead.objects.order_by("pk"))


@pytest.mark.parametrize(("name", "text", "fields"), EXPORTS.values(), ids=EXPORTS)
def test_an_export_becomes_leads_as_it_is(client, as_ops, name, text, fields):
    page = columns_page(client, text)
    assert page.context["export"] == f"Looks like an export of {name}."
    assert {title: field.value() for title, field, _cells in page.context["columns"] if field.value()} == fields
    client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page))
    done = run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    lead = Lead.objects.get()
    assert (done.made, done.flawed, lead.problems) == (1, 0, [])
    assert lead.first_name in {"Sari", "Budi", "Tom"}
    assert lead.email in {"sari@nila.co.id", "budi@nila.co.id", "tom@becker-bau.de"}
    assert lead.title in {"", "Owner", "Purchasing Manager", "Einkaufsleiter"}
    assert not lead.phone or lead.phone.startswith(("+62", "+49"))


def test_google_forms_tells_its_time_with_its_zone(client, as_ops):
    text = '"Timestamp","Nama Lengkap","Email Address"\n"2026/11/16 9:30:00 AM GMT+7","Sari Ayu","sari@nila.co.id"\n'
    (lead,) = imported(client, text)
    assert (lead.captured_at, lead.first_name, lead.problems) == (datetime(2026, 11, 16, 2, 30, tzinfo=UTC), "Sari", [])


def test_a_column_that_proves_month_first_is_read_so_and_said(client, as_ops, settings):
    page = columns_page(client, MONTHS)
    (note,) = page.context["dates"]
    assert (note.title, note.words, note.is_doubtful) == (
        "Create Date",
        "Month first: 11/13/2026 = 13 Nov 2026. Line 2 proves it.",
        False,
    )
    assert note.words in page.content.decode()
    client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page))
    run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    assert [str(lead.captured_at.date()) for lead in Lead.objects.order_by("pk")] == ["2026-11-12", "2026-11-05"]


def test_another_order_can_be_chosen(client, htmx, as_ops):
    page = columns_page(client, "Create Date,Email\n05/06/2026,a@nila.co.id\n")
    assert page.context["dates"][0].words == (
        "Day first: 05/06/2026 = 5 Jun 2026. This is assumed: no date in the column proves it."
    )
    sent = as_shown(page) | {"dates_0": "month"}
    shown = htmx.post(f"/imports/{page.context['upload'].pk}/preview", sent)
    assert shown.context["dates"][0].words == "Month first: 05/06/2026 = 6 May 2026. You chose it."
    assert str(shown.context["preview_rows"][0].captured_at.date()) == "2026-05-05"
    client.post(f"/imports/{page.context['upload'].pk}/start", sent)
    run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    assert str(Lead.objects.get().captured_at.date()) == "2026-05-05"


def test_a_column_that_contradicts_itself_is_said_with_its_lines(client, as_ops):
    text = "Created,Email\n13/11/2026,a@nila.co.id\n11/13/2026,b@nila.co.id\n06/11/2026,c@nila.co.id\n"
    page = columns_page(client, text)
    assert page.context["dates"][0].words == (
        "The column contradicts itself: line 2 has 13/11/2026 (day first); line 3 has 11/13/2026 (month first). "
        "Dates that could be two days are refused."
    )
    client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page))
    run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    leads = list(Lead.objects.order_by("pk"))
    assert [str(lead.captured_at.date()) for lead in leads[:2]] == ["2026-11-12", "2026-11-12"]
    assert (leads[2].captured_at, [problem["code"] for problem in leads[2].problems]) == (MORNING, ["ambiguous"])


def test_a_file_that_is_never_shown_is_read_by_its_whole_column_too():
    upload = make_upload(b"Create Date,Email\n11/06/2026,b@nila.co.id\n11/25/2026,c@nila.co.id\n")
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert str(Lead.objects.order_by("pk")[0].captured_at.date()) == "2026-11-05"


def test_a_large_file_is_looked_through_by_the_worker(client, htmx, as_ops):
    page = columns_page(client, LARGE)
    upload = page.context["upload"]
    assert (page.context["is_surveyed"], page.context["dates"]) == (False, [])
    assert "still looking through the whole file" in page.content.decode()
    tasks.survey_upload(upload.pk)
    shown = htmx.post(f"/imports/{upload.pk}/preview", as_shown(page))
    assert (shown.context["is_surveyed"], len(shown.context["dates"])) == (True, 1)


def test_a_file_of_an_earlier_release_is_looked_through_when_its_page_asks(client, htmx, as_ops):
    page = columns_page(client, MONTHS)
    Upload.objects.update(survey={}, created_at=MORNING)
    upload = page.context["upload"]
    assert client.get(f"/imports/{upload.pk}/").context["is_surveyed"] is False
    shown = htmx.post(f"/imports/{upload.pk}/preview", as_shown(page))
    assert (shown.context["is_surveyed"], len(shown.context["dates"])) == (True, 1)


def test_a_survey_of_another_reading_is_not_kept(client, as_ops):
    page = columns_page(client, MONTHS)
    old = Upload.objects.get()
    Upload.objects.update(survey={}, shape=old.shape | {"encoding": "cp1252"})
    old.survey = {}
    survey_upload(old)
    assert (old.survey["rows"], Upload.objects.get().survey, page.status_code) == (2, {}, 200)


def test_a_large_file_that_starts_before_it_is_looked_through_is_read_right(client, as_ops):
    page = columns_page(client, LARGE)
    client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page))
    run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    assert [str(lead.captured_at.date()) for lead in Lead.objects.order_by("pk")] == ["2026-11-12", "2026-11-05"]


def test_the_preview_shows_every_mapped_column(client, as_ops):
    header = "Name,Job title,Email,Email 2,Phone,Company,Website,Industry,City,Country,Employees,Budget,Message,Lead ID"
    row = "Sari Ayu,Owner,a@nila.co.id,b@nila.co.id,0812-3456-7890,Hotel Nila,nila.co.id,Hotels,Jakarta,ID,51-200,5 jt"
    page = columns_page(client, f"{header}\n{row},hi,7\n")
    (shown,) = page.context["preview_rows"]
    assert (shown.who, shown.title) == ("Sari Ayu", "Owner")
    assert {cell.label: cell.text for cell in shown.cells} == {
        "External id": "7",
        "E-mail": "a@nila.co.id\nb@nila.co.id",
        "Phone": "+62 812-3456-7890",
        "Company": "Hotel Nila",
        "Website": "https://nila.co.id",
        "Industry": "Hotels",
        "City": "Jakarta",
        "Country": "Indonesia",
        "Message": "hi",
        "Source": "",
        "Lead type": "by the source",
        "Company size": "51",
        "Score": "computed",
        "Expected deal size": "5000000.00",
        "Captured at": "now",
    }


def test_the_preview_shows_the_columns_of_own_fields(client, as_ops):
    OwnField.objects.create(key="lead_quality", name="Lead Quality", kind="text", titles=["Quality of lead"])
    page = columns_page(client, "Email,Quality of lead,Other\na@nila.co.id,Might be\n,\n")
    cells = {cell.label: cell.text for cell in page.context["preview_rows"][0].cells}
    assert (cells["Lead Quality"], "Other" in cells) == ("Might be", False)


def test_a_doubtful_guess_says_why(client, as_ops):
    page = columns_page(client, "Contact,Phone\nsari@nila.co.id,yes\nbudi@nila.co.id,no\n")
    helps = {title: str(field.help_text) for title, field, _cells in page.context["columns"]}
    assert helps == {
        "Contact": "A guess from the cells; the title does not say it.",
        "Phone": "The title says Phone, but the cells do not look like it.",
    }
    assert all(words in page.content.decode() for words in helps.values())
    again = client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page) | {"preview": "1"})
    assert all(words in again.content.decode() for words in helps.values())


def test_a_file_that_names_nobody_says_so(client, as_ops):
    rows = "\n".join(f"L-{number},{number},Web" for number in range(30))
    page = columns_page(client, f"Lead ID,Lead Score,Origin\n{rows}\n")
    assert page.context["nobody"] == "None of the 30 rows has an e-mail, a phone or a name."
    assert page.context["nobody"] in page.content.decode()
    named = columns_page(client, "Lead ID,Name\nL-1,Sari\nL-2,Budi\n")
    assert named.context["nobody"] == "None of the 2 rows has an e-mail or a phone."
    reached = columns_page(client, "Lead ID,Email\nL-1,\nL-2,budi@nila.co.id\n")
    assert reached.context["nobody"] == ""


def test_ids_can_be_enough_for_a_file_that_names_nobody(client, htmx, as_ops):
    page = columns_page(client, "Lead ID,Origin\nL-1,Web\n")
    assert 'name="ids_are_enough"' in page.content.decode()
    without = htmx.post(f"/imports/{page.context['upload'].pk}/preview", {"column_1": "source"})
    assert 'name="ids_are_enough"' not in without.content.decode()
    client.post(f"/imports/{page.context['upload'].pk}/start", as_shown(page) | {"ids_are_enough": "on"})
    run_import(page.context["upload"].pk, clock=lambda: MORNING, max_time=None)
    upload, lead = Upload.objects.get(), Lead.objects.get()
    assert (upload.reading["ids_are_enough"], facts_of(lead)["is_complete"]) == (True, True)


def test_without_that_choice_an_id_alone_is_incomplete(client, as_ops):
    (lead,) = imported(client, "Lead ID,Origin\nL-1,Web\n")
    assert (lead.external_id, facts_of(lead)["is_complete"]) == ("L-1", False)


def test_ids_of_companies_do_not_join_people(client, as_ops):
    text = "Account ID,Account Name,First Name,Last Name,Email\n"
    text += "A1,Hotel Nila,Sari,Ayu,sari@nila.co.id\nA1,Hotel Nila,Budi,Santoso,budi@nila.co.id\n"
    leads = imported(client, text)
    assert [(lead.email, lead.external_id, lead.extra["Account ID"]) for lead in leads] == [
        ("sari@nila.co.id", "", "A1"),
        ("budi@nila.co.id", "", "A1"),
    ]


def test_further_ways_are_kept_as_they_came(client, as_ops):
    imported(client, "Name,Phone,Mobile,Email\nSari Ayu,,0812-3456-7890,sari@nila.co.id ::: sari@gmail.com\n")
    capture, lead = Capture.objects.get(), Lead.objects.get()
    assert (lead.email, lead.phone, lead.problems) == ("sari@nila.co.id", "+6281234567890", [])
    assert capture.raw["further_phone"] == "0812-3456-7890"
    found = Upload.objects.get()
    report = list(csv.reader(StringIO(client.get(f"/imports/{found.pk}/problems.csv").content.decode("utf-8-sig"))))
    assert report == [["Line", "Outcome", "Field", "Problem", "Name", "Phone", "Mobile", "Email"]]
