"""Weights as people write them, and what part of the leads they come to, on both pages of a rotation (F4, L10)."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from routing.models import Rotation
from tests.factories import make_ops, make_rep, make_rotation
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def rotation(client: Client) -> Rotation:
    client.force_login(make_ops())
    return make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")))


def save(client: Client, rotation: Rotation, **changes):
    address = reverse("admin:routing_rotation_change", args=[rotation.pk])
    return client.post(address, typed(form_of(client.get(address), "rotation_form"), **changes))


def weights(rotation: Rotation) -> list[str]:
    return [str(each.weight) for each in rotation.members.order_by("position")]


def test_a_weight_may_be_a_fraction_or_a_percentage(client: Client, rotation):
    answer = save(client, rotation, **{"members-0-weight": "1/2", "members-1-weight": "1,000 %"})
    assert (answer.status_code, weights(rotation)) == (302, ["0.50", "10.00", "1.00"])


def test_a_weight_that_is_sent_as_it_was_shown_changes_nothing(client: Client, rotation):
    rotation.members.filter(position=1).update(weight=Decimal("0.50"))
    save(client, rotation)
    assert (weights(rotation), Rotation.objects.get().version) == (["1.00", "0.50", "1.00"], 1)


def test_both_pages_say_what_part_of_the_leads_a_weight_comes_to(client: Client, rotation):
    rotation.members.filter(position=0).update(weight=Decimal("10"))
    rotation.members.filter(position=1).update(weight=Decimal("6"))
    rotation.members.filter(position=2).update(weight=Decimal("5"), is_paused=True)
    for address in (
        reverse("admin:routing_rotation_change", args=[rotation.pk]),
        reverse("routing:rotation", args=[rotation.pk]),
    ):
        page = client.get(address).content.decode()
        assert ("gets 62.5 % of the leads" in page, "gets 37.5 % of the leads" in page) == (True, True)
        assert page.count("% of the leads") == 2, "who is paused gets none"
