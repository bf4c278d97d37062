"""The first leads of a new installation reach a rep with the rules of `set_up` (M5)."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leads.admin.web_form_fields import USUAL
from leads.decisions.web_forms.token import issue_token
from leads.models import Lead, Source, WebForm
from queues.actions.set_up.run import set_up
from queues.models import Entry, Queue, ReviewItem
from routing.models import Assignment
from tests.factories import make_rep, make_web_form

pytestmark = pytest.mark.django_db
FIRST = (  # as they come: free mail, no size, no title, half of them no company
    {"name": "Sari Wulandari", "email": "sari.w@gmail.com", "message": "Two warehouses, please call."},
    {"name": "budi", "email": "budi_88@yahoo.co.id", "message": "harga?"},
    {"name": "Maria Gunawan", "email": "maria@tokomaria.example", "company_name": "Toko Maria"},
    {"name": "Andi", "email": "andi@outlook.com"},
    {"name": "Chen Wei", "email": "wei@lautan.example", "message": "Do you ship to Medan?"},
    {"name": "Putri N", "email": "putri@icloud.com", "company_name": "PT Nasution"},
    {"name": "Joko", "email": "joko@hotmail.com", "message": "Demo next week?"},
    {"name": "Lia", "email": "lia@proton.me", "message": "Call me after five."},
)


@pytest.fixture
def form() -> WebForm:
    set_up()
    return make_web_form(asks=USUAL, source=Source.objects.get(slug="inbound-form"))


def send(form: WebForm, typed: dict[str, str]) -> None:
    shown_at = timezone.now() - timedelta(minutes=1)
    token = issue_token(form.pk, nonce=f"visit{typed['email'].encode().hex()}", at=shown_at, key=settings.SECRET_KEY)
    assert Client().post(f"/forms/{form.slug}/", {"token": token, **typed}).status_code == 303


def reasons() -> dict[str, list[str]]:
    return {item.lead.email: item.reasons for item in ReviewItem.objects.select_related("lead")}


def test_leads_of_a_default_form_wait_for_the_reps_and_a_rep_takes_the_first(form, client):
    for typed in FIRST:
        send(form, typed)
    assert reasons() == {}
    rules = Entry.objects.waiting().order_by("pk").values_list("rule__name", flat=True)
    assert list(rules) == ["Asked for contact"] * len(FIRST)
    assert max(Lead.objects.values_list("score", flat=True)) < 40

    rep = make_rep(first_name="Rina")
    client.force_login(rep)
    client.post("/take-next/", {"queue": Queue.objects.get().slug})
    assert Assignment.objects.open().get().holder == rep
    assert Entry.objects.waiting().count() == len(FIRST) - 1


def test_a_form_of_a_campaign_is_asked_for_too(form):
    form.source = Source.objects.get(slug="campaign")
    form.save()
    send(form, FIRST[0])
    assert Entry.objects.get().rule.name == "Filled in a web form"


def test_what_a_person_must_look_at_still_goes_to_the_desk(form):
    send(form, {"name": "Nadia", "email": "nadia@students.ac.id", "message": "For my thesis"})
    send(form, {"name": "Kirana", "email": "k@gmail.com", "company_name": "Universitas Cendana"})
    assert reasons() == {"nadia@students.ac.id": ["Student or university"], "k@gmail.com": ["Student or university"]}
    assert not Entry.objects.exists()
