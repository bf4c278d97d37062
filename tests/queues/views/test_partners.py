"""The page of the partner pools: downloads, and what somebody at a partner may open (D8)."""

import pytest
from django.test import Client

from leads.models import Lead
from queues.models import PartnerExport, PartnerLead, PartnerPool
from tests.factories import QueueFactory, make_ops, make_user
from tests.factories.old_leads import old

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


@pytest.fixture
def ops(client):
    made = make_ops(first_name="Bima", last_name="Santoso")
    client.force_login(made)
    return made


@pytest.fixture
def pool(ops) -> PartnerPool:
    return PartnerPool.objects.create(name="Mitra", is_active=True)


def act(client: Client, what: str, *leads: Lead, **more):
    return client.post("/cleanup/act/", {"act": what, "leads": [lead.pk for lead in leads], **more})


def test_downloads_are_written_down_and_no_cell_runs(client, ops, pool):
    act(client, "partner", old(QueueFactory(), company_name="=1+1", first_name="Dewi"), pool=pool.pk)
    file = client.post(f"/partners/{pool.pk}/download/", {"what": "fresh"}).content.decode()
    assert ("'=1+1" in file, ",=1+1" in file, "Dewi" in file) == (True, False, True)
    again = client.post(f"/partners/{pool.pk}/download/", {"what": "fresh"}).content.decode()
    assert len(again.strip().splitlines()) == 1
    assert len(client.post(f"/partners/{pool.pk}/download/", {"what": "all"}).content.decode().splitlines()) == 2
    assert list(PartnerExport.objects.order_by("pk").values_list("rows", "by")) == [
        (1, ops.pk),
        (0, ops.pk),
        (1, ops.pk),
    ]
    assert "Bima Santoso:" in client.get("/partners/").content.decode()


def test_somebody_at_the_partner_downloads_that_pool_and_nothing_else(client, ops, pool):
    act(client, "partner", old(QueueFactory()), pool=pool.pk)
    other = PartnerPool.objects.create(name="Other", is_active=True)
    guest = make_user(first_name="Tono")
    pool.downloaders.add(guest)
    client.force_login(guest)
    assert client.get("/").headers["Location"] == "/partners/"
    page = client.get("/partners/").content.decode()
    assert ("Mitra" in page, "Other" in page, "/secret/" in page) == (True, False, False)
    assert client.post(f"/partners/{pool.pk}/download/", {"what": "all"}).status_code == 200
    refused = [
        client.post(f"/partners/{other.pk}/download/").status_code,
        client.post(f"/partners/{pool.pk}/secret/").status_code,
        client.post(f"/partners/{pool.pk}/send-again/").status_code,
        client.get("/cleanup/").status_code,
        client.get(f"/leads/{PartnerLead.objects.get().lead_id}/").status_code,
    ]
    assert refused == [404, 403, 403, 403, 404]
    PartnerPool.objects.update(is_active=False)
    assert client.get("/partners/").status_code == 403
