"""Files and programs whose ids all begin with 1: an id means a person only within its system (A3)."""

import json
import re
from html import unescape

import pytest
import time_machine
from django.test import Client, TestCase
from django.urls import reverse
from django_q.models import OrmQ

from leads.actions.api.keys import make_key
from leads.actions.imports.run import run_import
from leads.actions.systems import move_ids
from leads.models import ApiKey, Identity, Lead, SourceSystem, Upload
from queues.models import EntryRule, ReviewItem
from tests.factories import MORNING, QueueFactory, make_lead, make_ops
from tests.factories.files import csv_bytes, make_upload

pytestmark = pytest.mark.django_db

HEADER = ["ID", "Name", "Email", "Company"]
SARI = ["1", "Sari Ayu", "sari@nila.co.id", "Hotel Nila"]
TOM = ["1", "Tom Becker", "tom@becker-bau.de", "Becker Bau"]


@pytest.fixture(autouse=True)
def morning(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=QueueFactory())
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_ops())
    return client


def words_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def fields(*names: str) -> dict[str, str]:
    return {f"column_{number}": name for number, name in enumerate(names)}


def bring(client: Client, *rows: list[str], **sent: str) -> Upload:
    upload = make_upload(csv_bytes(*rows), is_ready=False)
    answer = client.post(f"/imports/{upload.pk}/start", sent)
    assert answer.status_code == 302, words_of(answer)
    return run_import(upload.pk, clock=lambda: MORNING, max_time=None)


def test_ids_are_not_guessed_and_two_files_with_an_id_1_are_two_leads(client: Client):
    for row in (SARI, TOM):
        upload = make_upload(csv_bytes(HEADER, row))
        assert "external_id" not in upload.mapping.values()
        run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert (Lead.objects.count(), ReviewItem.objects.count()) == (2, 0)


def test_two_files_of_two_systems_with_an_id_1_are_two_leads(client: Client):
    named = fields("external_id", "name", "email", "company_name")
    bring(client, HEADER, SARI, **named, ids_of="HubSpot")
    bring(client, HEADER, TOM, **named, ids_of="Our shop")
    owners = Identity.objects.filter(value="1").order_by("system").values_list("system", "lead__first_name")
    assert list(owners) == [("hubspot", "Sari"), ("our-shop", "Tom")]
    assert (Lead.objects.count(), ReviewItem.objects.count()) == (2, 0)
    bring(client, HEADER[:2], ["1", "Sari A."], **fields("external_id", "name"), ids_of="hubspot")
    assert (Lead.objects.count(), Lead.objects.get(first_name="Sari").captures.count()) == (2, 2)


def test_an_id_that_nobody_named_the_system_of_joins_no_stranger(client: Client):
    named = fields("external_id", "name", "email", "company_name")
    bring(client, HEADER, SARI, **named)
    bring(client, HEADER, TOM, **named)
    assert (Lead.objects.count(), ReviewItem.objects.get().lead.first_name) == (2, "Tom")
    page = words_of(client.get("/review/"))
    assert f"Same external id as Hotel Nila #{Lead.objects.get(first_name='Sari').pk}, but another e-mail" in page
    assert "and another name." in page


def test_the_system_is_asked_for_where_ids_are_mapped_and_kept_for_the_next_file(client: Client):
    upload = make_upload(csv_bytes(HEADER, SARI), is_ready=False)
    page = client.get(f"/imports/{upload.pk}/").content.decode()
    assert 'name="ids_of"' not in page
    named = fields("external_id", "name", "email", "company_name")
    part = client.post(f"/imports/{upload.pk}/preview", named).content.decode()
    assert ('name="ids_of"' in part, '<option value="Dynamics 365">' in part) == (True, True)
    bring(client, HEADER, SARI, **named, ids_of="Our shop")
    again = make_upload(csv_bytes(HEADER, TOM), is_ready=False)
    Upload.objects.filter(pk=again.pk).update(mapping={"0": "external_id", "2": "email"})
    assert 'value="Our shop"' in client.get(f"/imports/{again.pk}/").content.decode()


def test_a_header_names_the_system(client: Client):
    upload = make_upload(csv_bytes(["HubSpot contact id", "Email"], ["7", "sari@nila.co.id"]), is_ready=False)
    Upload.objects.filter(pk=upload.pk).update(mapping={"0": "external_id", "1": "email"})
    page = client.get(f"/imports/{upload.pk}/").content.decode()
    assert re.search(r'<input[^>]*name="ids_of"[^>]*value="HubSpot"|<input[^>]*value="HubSpot"[^>]*name="ids_of"', page)


ACCOUNTS = (
    ["Account ID", "Account Name", "First Name", "Last Name", "Email"],
    ["A1", "Hotel Nila", "Sari", "Ayu", "sari@nila.co.id"],
    ["A1", "Hotel Nila", "Budi", "Santoso", "budi@nila.co.id"],
    ["A1", "Hotel Nila", "Citra", "Dewi", "citra@nila.co.id"],
)


def test_one_account_with_three_people_is_three_leads(client: Client):
    upload = make_upload(csv_bytes(*ACCOUNTS))
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert sorted(Lead.objects.values_list("first_name", "company_name")) == [
        ("Budi", "Hotel Nila"),
        ("Citra", "Hotel Nila"),
        ("Sari", "Hotel Nila"),
    ]


def test_an_id_that_rows_share_is_said_before_anything_is_made(client: Client):
    upload = make_upload(csv_bytes(*ACCOUNTS), is_ready=False)
    named = fields("external_id", "company_name", "first_name", "last_name", "email")
    part = words_of(client.post(f"/imports/{upload.pk}/preview", named))
    assert "Account ID : 3 rows share A1. This looks like the company's id, not the person's" in part
    bring(client, *ACCOUNTS, **named, repeat_0="extra")
    assert (Lead.objects.count(), Identity.objects.filter(kind="external_id").count()) == (3, 0)
    assert Lead.objects.get(first_name="Sari").extra == {"Account ID": "A1"}


def test_an_id_that_three_people_share_joins_nobody_even_if_it_is_used(client: Client):
    bring(client, *ACCOUNTS, **fields("external_id", "company_name", "first_name", "last_name", "email"))
    assert (Lead.objects.count(), Identity.objects.filter(kind="external_id").count()) == (3, 0)


def send(secret: str, **said: str) -> dict:
    return Client().post("/api/leads", json.dumps(said), "application/json", headers={"X-API-Key": secret}).json()


def test_two_keys_do_not_mix_unless_ops_give_both_one_system(client: Client):
    shop, site = (make_key(name, per_minute=99, by=None, at=MORNING)[1] for name in ("Shop", "Site"))
    first = send(shop, external_id="1", name="Sari Ayu")
    assert send(shop, external_id="1")["id"] == first["id"]
    assert send(site, external_id="1", name="Tom Becker")["id"] != first["id"]
    assert [each.name for each in SourceSystem.objects.order_by("name")] == ["Shop", "Site"]
    system = ApiKey.objects.get(name="Shop").system
    typed = {"name": "Till", "per_minute": 9, "system": system.pk, "may_send_leads": "on"}
    answer = client.post(reverse("admin:leads_apikey_add"), typed)
    till = re.search(r"[0-9a-f]{8}\.[\w-]{43}", answer.content.decode())[0]
    assert send(till, external_id="1")["id"] == first["id"]


def test_what_a_key_sent_follows_it_to_the_system_that_ops_name(client: Client):
    secret = make_key("Shop", per_minute=99, by=None, at=MORNING)[1]
    first, second = send(secret, external_id="1", name="Sari Ayu"), send(secret, external_id="2", name="Tom Becker")
    bring(client, HEADER[:2], ["2", "Ani Wijaya"], **fields("external_id", "name"), ids_of="HubSpot")
    key, hubspot = ApiKey.objects.get(), SourceSystem.objects.get(key="hubspot")
    typed = {"name": "Shop", "per_minute": 99, "system": hubspot.pk, "may_send_leads": "on"}
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert client.post(reverse("admin:leads_apikey_change", args=[key.pk]), typed).status_code == 302
    (task,) = [row.task for row in OrmQ.objects.all() if row.func() == "leads.tasks.move_ids"]
    assert task["args"] == (f"api-{key.prefix}", "hubspot")
    assert (move_ids(*task["args"]), move_ids(*task["args"])) == (1, 0)
    assert send(secret, external_id="1")["id"] == first["id"]
    assert Identity.objects.get(value="2", system="hubspot").lead_id != second["id"]


def test_a_lead_of_the_release_before_is_found_by_the_id_that_its_key_sent(client: Client):
    old = make_lead(external_id="90001")
    secret = make_key("Shop", per_minute=99, by=None, at=MORNING)[1]
    assert send(secret, external_id="90001", city="Bogor")["id"] == old.pk
    assert Identity.objects.get(value="90001").system == ApiKey.objects.get().system.key


def test_the_card_shows_ids_with_their_system(client: Client):
    bring(client, HEADER, SARI, **fields("external_id", "name", "email", "company_name"), ids_of="HubSpot")
    assert "External id 1 (HubSpot)" in words_of(client.get(reverse("leads:lead", args=[Lead.objects.get().pk])))
