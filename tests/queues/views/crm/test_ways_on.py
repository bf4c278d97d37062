"""What a page of a connection offers when something is wrong: one way on, and whose words are whose (I4)."""

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from queues.models import Connection
from tests.crm.dynamics_double import CLIENT, SECRET, TENANT, DynamicsDouble
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING
from tests.factories.crm import make_connection_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
ADDRESS = "https://hubspot.example"


@pytest.mark.parametrize(("reason", "offered"), [(Reason.FIELD, True), (Reason.WRONG, True), (Reason.SILENT, False)])
def test_a_dry_run_that_a_field_stops_leads_to_the_fields(client, as_ops, settings, monkeypatch, reason, offered):
    def refuse(call: str) -> None:
        if call == "changed":
            raise CrmRefused(reason, status=400, field="Old_Mail__c")

    settings.CRM_CLIENTS = dict.fromkeys(Connection.Kind.values, "tests.crm.memory_crm.MemoryClient")
    made = MemoryCrm(MORNING)
    made.before = refuse
    monkeypatch.setattr(MemoryClient, "accounts", {ADDRESS: made})
    row = make_connection_row(base_url=ADDRESS, state="draft")
    page = client.get(f"/connections/{row.pk}/test/look/").content.decode()
    part = page[page.index('id="sample"') :]
    assert (f'<a href="/connections/{row.pk}/fields/">' in part, "Try again" in part) == (offered, True)


@pytest.mark.parametrize("state", ["off", "working"])
def test_a_connection_is_switched_by_one_button(client, as_ops, page_text, state):
    row = make_connection_row(state=state)
    page = page_text(client.get(f"/connections/{row.pk}/"))
    on, off = (page.count(f'action="/connections/{row.pk}/{act}/"') for act in ("on", "off"))
    assert (on, off, "Switch off or remove" in page) == ((1, 0, False) if state == "off" else (0, 1, True))


def test_only_what_microsoft_said_is_quoted(client, as_ops, page_text, settings):
    settings.CRM_TRUSTED_HOSTS = ["127.0.0.1"]
    with DynamicsDouble(MORNING) as dynamics:
        row = make_connection_row("dynamics", state="draft", account_id="", login_url=dynamics.address, credentials="")
        dynamics.sign_in_error = "AADSTS7000222"
        typed = {"base_url": dynamics.address, "tenant": TENANT, "client_id": CLIENT, "client_secret": SECRET}
        page = page_text(client.post(f"/connections/{row.pk}/sign-in/", typed))
    assert "It says: “AADSTS7000222: The provided client secret keys" in page
    assert page.count("The client secret has expired. Make a new one") == 1
    assert "It says: “The client secret has expired" not in page
