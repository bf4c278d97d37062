"""Files that write the whole name in some rows and its halves in others, through the pages (A1a, A2)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.actions.imports.run import run_import
from leads.models import Lead
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
CONTACTS = (
    "Name,Given Name,Family Name,E-mail 1 - Value\n"
    "Sari Ayu,Sari,Ayu,sari@nila.co.id\n"
    "Budi Santoso,,,budi@nila.co.id\n"
    ",Tom,Becker,tom@becker-bau.de\n"
    '"Lestari, Dewi",Dewi,Lestari,dewi@nila.co.id\n'
    "Dr. Citra Putri,Citra,Putri,citra@nila.co.id\n"
)


def test_a_row_with_only_the_whole_name_is_named(client, as_ops):
    response = client.post("/imports/new", {"file": SimpleUploadedFile("contacts.csv", CONTACTS.encode())})
    page = client.get(response["Location"])
    sent = {field.html_name: field.value() or "" for field in page.context["form"]}
    upload = page.context["upload"]
    client.post(f"/imports/{upload.pk}/start", sent)
    done = run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert (done.made, done.flawed) == (5, 0)
    assert [(lead.first_name, lead.last_name, lead.extra) for lead in Lead.objects.order_by("pk")] == [
        ("Sari", "Ayu", {}),
        ("Budi", "Santoso", {}),
        ("Tom", "Becker", {}),
        ("Dewi", "Lestari", {}),
        ("Citra", "Putri", {"name": "Dr. Citra Putri"}),
    ]
