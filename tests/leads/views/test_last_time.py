"""As last time: the choices of an earlier import with the same columns, or nearly (A9)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.actions.imports.uploads import start_import
from leads.models import Upload
from tests.factories import make_ops
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = pytest.mark.django_db
READING = {"ids_of": "hubspot", "ids_of_name": "HubSpot", "ids_are_enough": True}


@pytest.fixture
def last():
    """Somebody chose the company as an extra column, and a score for all."""
    upload = make_upload(csv_bytes(HEADER, *lead_rows(2)), name="november.csv", by=make_ops(), is_ready=False)
    mapping = {0: "external_id", 1: "first_name", 2: "last_name", 3: "email", 5: "source"}
    return start_import(
        upload,
        mapping=mapping,
        defaults={"score": "60"},
        reading={"ids_of": "hubspot", "ids_of_name": "HubSpot", "ids_are_enough": True},
    )


def test_it_is_offered_with_what_differs(client, as_ops, last, page_text):
    header = [*HEADER[:5], "Budget", "Source"]
    upload = make_upload(csv_bytes(header, [*lead_rows(1)[0][:5], "9", "Fair"]), is_ready=False)
    page = page_text(client.get(f"/imports/{upload.pk}/"))
    assert "november.csv had the same columns" in page
    assert "New here: Budget." in page
    assert f'href="/imports/{upload.pk}/?like={last.pk}"' in page


def test_one_press_takes_over_columns_and_defaults(client, as_ops, last, page_text):
    shuffled = [HEADER[5], *HEADER[:5]]
    row = lead_rows(1)[0]
    upload = make_upload(csv_bytes(shuffled, [row[5], *row[:5]]), is_ready=False)
    page = client.get(f"/imports/{upload.pk}/?like={last.pk}")
    form = page.context["form"]
    assert form.mapping() == {0: "source", 1: "external_id", 2: "first_name", 3: "last_name", 4: "email"}
    assert form.default_values() == {"score": "60"}
    assert {name: form.reading()[name] for name in READING} == READING
    assert "Chosen as for november.csv" in page_text(page)
    assert (page.status_code, form.errors) == (200, {})


def test_other_columns_are_not_offered(client, as_ops, last, page_text):
    upload = make_upload(csv_bytes(["E-mail", "Budget", "Region"], ["a@b.co", "9", "West"]), is_ready=False)
    assert "november.csv" not in page_text(client.get(f"/imports/{upload.pk}/"))


@pytest.mark.parametrize("like", ["99999", "x", "", "-1", "9" * 40])
def test_an_import_that_is_not_there_changes_nothing(client, as_ops, last, like):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(1)), is_ready=False)
    page = client.get(f"/imports/{upload.pk}/?like={like}")
    assert page.context["form"].mapping()[4] == "company_name"


def test_a_finished_import_is_repeated_with_a_new_file(client, as_ops, last, page_text):
    Upload.objects.update(state="done")
    address = f"/imports/?like={last.pk}"
    assert f'href="{address}#bring"' in client.get(f"/imports/{last.pk}/").content.decode()
    assert "Choose the next file like november.csv" in page_text(client.get(address))
    file = SimpleUploadedFile("december.csv", csv_bytes(HEADER, *lead_rows(1, 9)))
    answer = client.post("/imports/new", {"file": file, "delimiter": "", "like": str(last.pk)})
    assert answer["Location"] == f"/imports/{Upload.objects.order_by('-pk').first().pk}/?like={last.pk}"
