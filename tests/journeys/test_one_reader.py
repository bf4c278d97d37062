"""What people type means the same through every door: file, API, public form, by hand (A2, A8)."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leads.actions.api.keys import make_key
from leads.actions.imports.run import run_import
from leads.actions.imports.uploads import receive_upload, set_mapping
from leads.decisions.web_forms.token import issue_token
from leads.forms.leads import ManualLeadForm
from leads.forms.web_form import QUESTIONS
from leads.models import Capture, Lead
from tests.factories import MORNING, SourceFactory, make_ops, make_web_form
from tests.factories.files import csv_bytes

pytestmark = pytest.mark.django_db
WHO = {"email": "Sari@HotelNila.co.id"}


def by_file(sent: dict) -> None:
    upload = receive_upload(BytesIO(csv_bytes(list(sent), list(sent.values()))), name="a.csv", by=None, at=MORNING)
    upload = set_mapping(upload, mapping=dict(enumerate(sent)), defaults={})
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)


def by_program(sent: dict) -> None:
    secret = make_key("Website", per_minute=9, by=None, at=MORNING)[1]
    Client().post("/api/leads", json.dumps(sent), "application/json", headers={"X-API-Key": secret})


def by_form(sent: dict) -> None:
    form = make_web_form(asks=dict.fromkeys(sent, "optional"))
    token = issue_token(form.pk, nonce="once", at=timezone.now() - timedelta(minutes=1), key=settings.SECRET_KEY)
    Client().post(f"/forms/{form.slug}/", {"token": token, **sent})


def by_hand(sent: dict) -> None:
    client = Client()
    client.force_login(make_ops())
    client.post("/admin/leads/lead/add/", {"source": SourceFactory(slug="fair", name="Trade fair").pk, **sent})


DOORS: dict[Callable[[dict], None], frozenset[str]] = {
    by_file: frozenset(),
    by_program: frozenset(),
    by_form: frozenset(QUESTIONS),
    by_hand: frozenset(ManualLeadForm.base_fields),
}
TEXTS = [
    ("email", "Sari Ayu <SARI@hotelnila.co.id>", "sari@hotelnila.co.id"),
    ("phone", "0812-3456-7890", "+6281234567890"),
    ("phone", "6281234567890.0", "+6281234567890"),
    ("phone", "6281234567890,00", "+6281234567890"),
    ("phone", "6,281234567890E+12", "+6281234567890"),
    ("phone", "(021) 555 01234 ext. 12", "+622155501234"),
    ("company_size", "51-200", 51),
    ("company_size", "1,000+", 1000),
    ("company_size", "sekitar 120 karyawan", 120),
    ("company_size", "n/a", None),
    ("score", "85", 85),
    ("score", "85,4 %", 85),
    ("score", "-", 10),  # as without one: computed
    ("deal_size", "1,5 juta", Decimal(1_500_000)),
    ("deal_size", "Rp 12.500.000", Decimal(12_500_000)),
    ("country", "Republik Indonesia", "ID"),
    ("country", "-", ""),
    ("company_domain", "https://www.HotelNila.co.id/", "hotelnila.co.id"),
    ("first_name", "  Sa\u200bri \t Ayu ", "Sari Ayu"),
    ("company_name", "N/A", ""),
    ("title", "Purchasing\u00a0Manager", "Purchasing Manager"),
    ("external_id", " A-1 ", "A-1"),
]
TRIALS = [(door, *text) for door, asks in DOORS.items() for text in TEXTS if not asks or text[0] in asks]


@pytest.mark.parametrize(("door", "field", "text", "means"), TRIALS)
def test_a_text_means_the_same_through_every_door(door, field, text, means):
    door(WHO | {field: text})
    lead = Lead.objects.get()
    assert (getattr(lead, field), lead.email, lead.problems) == (means, "sari@hotelnila.co.id", [])


@pytest.mark.parametrize("door", [by_file, by_program])
def test_each_of_several_addresses_identifies_the_lead(door):
    door({"first_name": "Sari", "email": "sari@hotelnila.co.id; ayu@hotelnila.co.id"})
    lead = Lead.objects.get()
    known = list(lead.identities.order_by("value").values_list("value", flat=True))
    assert (lead.email, known) == ("sari@hotelnila.co.id", ["ayu@hotelnila.co.id", "sari@hotelnila.co.id"])
    assert [problem["code"] for problem in lead.problems] == ["several"]


UNREADABLE = [("email", "nobody"), ("phone", "6,28123E+12"), ("company_size", "Nov-50"), ("country", "Atlantis")]


@pytest.mark.parametrize(("field", "text"), UNREADABLE)
@pytest.mark.parametrize("door", [by_file, by_program])
def test_what_cannot_be_read_is_kept_with_the_reason(door, field, text):
    door({"external_id": "A-1", field: text})
    lead = Lead.objects.get()
    assert (lead.extra[field], [problem["field"] for problem in lead.problems]) == (text, [field])


@pytest.mark.parametrize(("field", "text"), UNREADABLE)
@pytest.mark.parametrize("door", [by_form, by_hand])
def test_people_are_asked_to_write_again_what_cannot_be_read(door, field, text):
    door({"email": "sari@hotelnila.co.id", field: text})
    assert Capture.objects.count() == 0
