"""Words that Python takes for a number are none where somebody types one."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from config.web.decimal_field import FiniteDecimalField
from leads.models import Lead
from tests.factories import make_ops
from tests.factories.pages import form_of, typed


@pytest.mark.parametrize("word", ["sNaN", "-sNaN12", "NaN", "Infinity", "-inf", "1e400", "many"])
def test_a_word_that_is_no_number_is_refused_and_differs_from_any(word):
    field = FiniteDecimalField(max_digits=5, decimal_places=2)
    with pytest.raises(ValidationError):
        field.clean(word)
    assert field.has_changed(Decimal(1), word)


def test_a_number_is_one():
    field = FiniteDecimalField(required=False, max_digits=5, decimal_places=2)
    assert [field.clean(each) for each in ("0.5", "-0", "1e2", "")] == [Decimal("0.5"), 0, 100, None]
    assert not field.has_changed(Decimal("0.50"), "0.5")


@pytest.mark.django_db
def test_a_lead_typed_by_hand_says_it_at_the_field(client: Client):
    client.force_login(make_ops())
    place = "/admin/leads/lead/add/"
    sent = typed(form_of(client.get(place), "lead_form"), email="dewi@maju.co.id", deal_size="sNaN")
    answer = client.post(place, sent)
    assert (answer.status_code, "deal_size" in answer.context["form"].errors) == (200, True)
    assert Lead.objects.count() == 0
