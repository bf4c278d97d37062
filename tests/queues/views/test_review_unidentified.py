"""The review desk for what says nothing of who it is: what came with it stands there, to find out (A6, A8)."""

import pytest
from django.test import Client
from django.urls import reverse

from leads.actions.intake.capture import capture_lead
from leads.models import Lead, OwnField
from queues.models import ReviewItem
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
DESK = "/review/"


def panel(client: Client):
    return client.get(DESK).context["panel"]


def test_the_desk_says_why_once_and_shows_all_that_came(client: Client, as_ops, page_text):
    capture_lead({"city": "Bogor", "items": "12 rooms", "colour": "blue"}, channel="api", at=MORNING)
    text = page_text(client.get(DESK))
    shown = panel(client)
    assert (shown.problems, shown.extras) == ([], [("items", "12 rooms"), ("colour", "blue")])
    assert shown.why == (
        "It came without an e-mail, a phone, an id, or a name with a company. Complete it if you know who it is."
    )
    assert text.count("Nothing says who it is") == 2  # the filter and the chip of the row
    assert "2 values without a field of their own" in text
    assert "<dt>items</dt> <dd>12 rooms</dd> <dt>colour</dt> <dd>blue</dd>" in text


def test_other_leads_show_what_came_beside_their_fields_too(client: Client, as_ops):
    capture_lead({"email": "sari@nila.co.id", "score": "high"}, channel="api", at=MORNING)
    shown = panel(client)
    assert (shown.extras, shown.problems) == ([("score", "high")], ["Score cannot be read: high"])


def test_a_completed_lead_follows_the_rules(client: Client, as_ops):
    capture_lead({"city": "Bogor"}, channel="api", at=MORNING)
    item = ReviewItem.objects.get()
    form = client.get(DESK).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"email": "sari@nila.co.id", "then": "ask"}
    client.post(reverse("queues:review_correct", args=[item.pk]), typed)
    lead = Lead.objects.get()
    open_items = ReviewItem.objects.filter(closed_at=None).values_list("reasons", flat=True)
    assert (lead.email, list(open_items)) == ("sari@nila.co.id", [["no_rule"]])


def test_what_feeds_an_own_field_is_shown_as_the_field_and_placeholders_are_nothing(client: Client, as_ops):
    OwnField.objects.create(key="quality", name="Quality", kind="choice", choices=["High"], titles=["Lead Quality"])
    OwnField.objects.create(key="visits", name="Visits", kind="number")
    raw = {"email": "sari@nila.co.id", "Lead Quality": "High", "Visits": "many", "Tags": "Select", "Colour": "blue"}
    capture_lead(raw, channel="api", at=MORNING)
    shown = panel(client)
    assert (shown.own, shown.extras) == ([("Quality", "High")], [("Visits", "many"), ("Colour", "blue")])
