"""Partner pools in the admin: what they need before anything leaves, and when they may go (D8)."""

import pytest
from django.test import Client
from django.urls import reverse

from queues.models import PartnerLead, PartnerPool, Queue
from tests.factories import MORNING, QueueFactory, make_lead
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db
ADD = "admin:queues_partnerpool_add"


def errors(answer) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def change(client: Client, row, **changes):
    name = row._meta.model_name
    place = reverse(f"admin:queues_{name}_change", args=[row.pk])
    return client.post(place, typed(form_of(client.get(place), f"{name}_form"), **changes))


def test_a_pool_is_off_until_somebody_switches_it_on_knowingly(client: Client, as_ops):
    page = client.get(reverse(ADD)).content.decode()
    assert "leads that are sent here leave with name, e-mail, phone and message" in page
    client.post(reverse(ADD), {"name": "Mitra", "address": " https://hook.example/leads "})
    pool = PartnerPool.objects.get()
    assert (pool.is_active, pool.address, pool.secret, pool.has_webhook) == (
        False,
        "https://hook.example/leads",
        "",
        False,
    )
    change(client, pool, is_active="on")
    assert PartnerPool.objects.get().is_active
    assert pool.history.count() == 2


@pytest.mark.parametrize(
    "address",
    ["http://hook.example/leads", "https://10.0.0.7/leads", "https://localhost/", "hook", "https://a:b@hook.example/"],
)
def test_an_address_that_cannot_be_is_refused_at_the_field(client: Client, as_ops, address):
    assert list(errors(client.post(reverse(ADD), {"name": "Mitra", "address": address}))) == ["address"]
    assert not PartnerPool.objects.exists()


def test_a_queue_overflows_into_a_pool_that_is_on_only(client: Client, as_ops):
    queue, pool = QueueFactory(name="A"), PartnerPool.objects.create(name="Mitra")
    found = [
        errors(change(client, queue, when_full="partner", overflow_pool=each))["overflow_pool"]
        for each in ("", pool.pk)
    ]
    assert found == [
        ["Choose the partner pool that gets the leads when the queue is full."],
        ["Mitra is switched off, so nothing would leave. Switch it on first."],
    ]
    PartnerPool.objects.update(is_active=True)
    change(client, queue, when_full="partner", overflow_pool=pool.pk)
    assert Queue.objects.get().overflow_pool == pool
    assert errors(change(client, pool, is_active=None))["is_active"] == [
        "A sends its overflow here. Choose another way there first."
    ]


def test_a_pool_with_leads_stays(client: Client, as_ops):
    pool = PartnerPool.objects.create(name="Mitra")
    PartnerLead.objects.create(pool=pool, lead=make_lead(), at=MORNING)
    client.post(reverse("admin:queues_partnerpool_delete", args=[pool.pk]), {"post": "yes"})
    assert PartnerPool.objects.filter(pk=pool.pk).exists()
