"""The set-up of a connection in five steps, over a CRM in memory (I4)."""

import json
import re
from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmField, CrmPerson, CrmStatus
from config.sealing import unseal
from leads.models import Identity, Lead
from queues.actions.crm.polling import poll
from queues.forms.crm.maps import closing_name
from queues.models import Connection, RemotePerson
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_connection_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
SECRET = "pat-eu1-very-secret"
ADDRESS = "https://api.hubapi.com"


@pytest.fixture
def crm(settings, monkeypatch) -> MemoryCrm:
    """What every kind of client reads."""
    settings.CRM_CLIENTS = dict.fromkeys(Connection.Kind.values, "tests.crm.memory_crm.MemoryClient")
    made = MemoryCrm(MORNING)
    monkeypatch.setattr(MemoryClient, "accounts", {ADDRESS: made})
    return made


def begin(client, records: str = "hubspot:contacts") -> Connection:
    client.post("/connections/new/", {"records": records, "name": "leads, Surabaya"})
    return Connection.objects.latest("pk")


def sign_in(client, connection: Connection, token: str = SECRET):
    return client.post(f"/connections/{connection.pk}/sign-in/?way=token", {"token": token})


def map_fields(client, connection: Connection, **more: str):
    fields = {"field-email": "Email", "field-company_name": "Company", "status-held": "Working"}
    typed = {"takes_in": "on", "writes_out": "on", "owner_policy": "alur", "which": "all"}
    return client.post(f"/connections/{connection.pk}/fields/", typed | fields | more)


def test_five_steps_from_nothing_to_switched_on(client, as_ops, crm, page_text):
    crm.people = [CrmPerson("9", "Rina Hartono", "rina@arunika.example"), CrmPerson("8", "Putri", "putri@x.example")]
    crm.add("1", Email="dewi@kopi.example", Company="Kopi Senja")
    rina = make_rep(first_name="Rina", email="Rina@Arunika.example")
    connection = begin(client)
    assert (connection.state, connection.kind, connection.object_name) == ("draft", "hubspot", "contacts")
    done = sign_in(client, connection)
    assert done["Location"] == f"/connections/{connection.pk}/people/"
    page = page_text(client.get(done["Location"]))
    assert "It works: this is Test account." in page
    assert [(each.remote_id, each.user) for each in RemotePerson.objects.order_by("remote_id")] == [
        ("8", None),
        ("9", rina),
    ]
    assert map_fields(client, connection)["Location"] == f"/connections/{connection.pk}/test/"
    look = page_text(client.get(f"/connections/{connection.pk}/test/look/"))
    for says in ("Kopi Senja", "dewi@kopi.example", "would be a new lead", "This 1 lead would come in."):
        assert says in look
    assert (Lead.objects.count(), crm.writes) == (0, [])
    client.post(f"/connections/{connection.pk}/on/")
    connection.refresh_from_db()
    assert (connection.state, connection.next_poll_at, connection.made_by) == ("working", MORNING, as_ops)
    assert json.loads(unseal(connection.credentials)) == {"way": "token", "token": SECRET}
    assert (connection.field_map, connection.status_map) == (
        {"email": "Email", "company_name": "Company"},
        {"held": "Working"},
    )


def test_a_draft_is_found_where_it_was_left_and_later_steps_wait(client, as_ops, crm, page_text):
    connection = begin(client)
    assert "Being set up: step 2 of 5" in page_text(client.get("/connections/"))
    for step in ("people", "fields", "test", "test/look"):
        answer = client.get(f"/connections/{connection.pk}/{step}/")
        assert answer["Location"] == f"/connections/{connection.pk}/sign-in/"
    assert client.post(f"/connections/{connection.pk}/on/")["Location"] == f"/connections/{connection.pk}/sign-in/"
    connection.refresh_from_db()
    assert (connection.state, crm.calls) == ("draft", [])
    sign_in(client, connection)
    assert "Being set up: step 4 of 5" in page_text(client.get("/connections/"))


def test_a_refused_secret_is_said_and_not_kept(client, as_ops, crm, page_text):
    def refuse(_call: str) -> None:
        raise CrmRefused(Reason.SIGN_IN, status=401)

    connection = begin(client)
    crm.before = refuse
    answer = sign_in(client, connection)
    assert (answer.status_code, "HubSpot does not accept this." in page_text(answer)) == (422, True)
    assert SECRET not in answer.content.decode()
    connection.refresh_from_db()
    assert (connection.credentials, connection.account_id) == ("", "")


@pytest.mark.parametrize("reason", list(Reason))
def test_each_refusal_has_words_at_the_sign_in(client, as_ops, crm, page_text, reason):
    def refuse(_call: str) -> None:
        raise CrmRefused(reason, status=400)

    connection = begin(client)
    crm.before = refuse
    answer = sign_in(client, connection)
    page = page_text(answer)
    assert (answer.status_code, "did not do what it was asked for" in page, "HubSpot" in page) == (422, False, True)


def test_a_second_connection_to_the_same_account_is_refused_in_words(client, as_ops, crm, page_text):
    make_connection_row(account_id="org-1")
    answer = sign_in(client, connection := begin(client))
    assert answer.status_code == 422
    assert "Test account is connected already, with the same records." in page_text(answer)
    connection.refresh_from_db()
    assert connection.account_id == ""


def test_lead_objects_of_the_same_account_are_another_connection(client, as_ops, crm):
    make_connection_row(account_id="org-1")
    connection = begin(client, "hubspot:leads")
    assert sign_in(client, connection).status_code == 302
    connection.refresh_from_db()
    assert (connection.account_id, connection.system.key) == ("org-1", "hs-org1-leads")


def test_a_token_of_another_account_is_refused_later(client, as_ops, crm, page_text):
    connection = make_connection_row(account_id="org-7", base_url=ADDRESS)
    before = connection.credentials
    answer = sign_in(client, connection)
    page = page_text(answer)
    assert (answer.status_code, "This opens Test account, but Arunika is connected here." in page) == (422, True)
    connection.refresh_from_db()
    assert (connection.credentials, connection.account_id) == (before, "org-7")


def test_a_new_secret_mends_what_is_broken(client, as_ops, crm):
    fields = {"state": "broken", "problem": "sign_in", "problem_at": MORNING}
    connection = make_connection_row(account_id="org-1", base_url=ADDRESS, **fields)
    assert sign_in(client, connection)["Location"] == f"/connections/{connection.pk}/"
    connection.refresh_from_db()
    assert (connection.state, connection.problem, connection.next_poll_at) == ("working", "", MORNING)


def test_secrets_are_never_shown_and_stay_where_the_field_is_empty(client, as_ops, crm, page_text):
    connection = begin(client)
    sign_in(client, connection)
    connection.refresh_from_db()
    kept = connection.credentials
    pages = [client.get(f"/connections/{connection.pk}/{step}/") for step in ("sign-in", "people", "fields", "crm")]
    pages += [client.get("/connections/"), client.get("/changes/"), client.get(f"/connections/{connection.pk}/")]
    assert [page.status_code for page in pages] == [200] * 7
    assert not [page for page in pages if SECRET in page.content.decode() or kept in page.content.decode()]
    assert "kept; leave it empty to keep it" in pages[0].content.decode()
    assert sign_in(client, connection, token="").status_code == 302
    connection.refresh_from_db()
    assert json.loads(unseal(connection.credentials))["token"] == SECRET
    assert "credentials" not in [field.name for field in Connection.history.model._meta.fields]


def test_a_field_that_vanished_is_shown_and_must_be_chosen_again(client, as_ops, crm, page_text):
    fields = {"account_id": "org-1", "base_url": ADDRESS, "field_map": {"email": "Old_Mail__c"}}
    connection = make_connection_row(**fields)
    assert "Old_Mail__c (no longer there)" in page_text(client.get(f"/connections/{connection.pk}/fields/"))
    answer = map_fields(client, connection, **{"field-email": "Old_Mail__c"})
    assert (answer.status_code, "This field is no longer there." in page_text(answer)) == (422, True)
    assert map_fields(client, connection).status_code == 302
    connection.refresh_from_db()
    assert connection.field_map == {"email": "Email", "company_name": "Company"}


def test_what_does_not_say_who_it_is_is_refused(client, as_ops, crm, page_text):
    connection = begin(client)
    sign_in(client, connection)
    answer = map_fields(client, connection, **{"field-email": "", "field-company_name": ""})
    assert (answer.status_code, "Choose at least one of e-mail, phone" in page_text(answer)) == (422, True)
    none = map_fields(client, connection, takes_in="", writes_out="")
    assert (none.status_code, "Choose at least one of both ways." in page_text(none)) == (422, True)
    days = map_fields(client, connection, which="days", days="")
    assert (days.status_code, "Write how many days." in page_text(days)) == (422, True)
    connection.refresh_from_db()
    assert connection.field_map == {}


@pytest.mark.parametrize(("which", "days"), [("now", ""), ("days", "14"), ("all", "")])
def test_a_step_that_is_opened_again_has_what_was_chosen(client, as_ops, crm, which, days):
    connection = begin(client)
    sign_in(client, connection)
    map_fields(client, connection, which=which, days=days)
    chosen = client.get(f"/connections/{connection.pk}/fields/").context["form"].initial
    assert (chosen["which"], chosen.get("days", "") if which == "days" else "") == (which, int(days) if days else "")


def test_a_crm_that_is_silent_leaves_the_page_with_a_way_on(client, as_ops, crm, page_text):
    connection = begin(client)
    sign_in(client, connection)

    def refuse(_call: str) -> None:
        raise CrmRefused(Reason.SILENT)

    crm.before = refuse
    page = page_text(client.get(f"/connections/{connection.pk}/fields/?again=1"))
    assert "HubSpot did not say its fields" in page
    assert "HubSpot did not answer, or not as it should. Try again in a moment." in page


def test_the_sample_knows_who_is_here(client, as_ops, crm, page_text):
    Identity.objects.create(lead=make_lead(), kind="email", value="dewi@kopi.example")
    crm.add("1", Email="Dewi@Kopi.example", Company="Kopi Senja")
    crm.add("2", Email="new@kopi.example")
    connection = begin(client)
    sign_in(client, connection)
    map_fields(client, connection)
    page = page_text(client.get(f"/connections/{connection.pk}/test/look/"))
    for says in (
        "These 2 leads would come in.",
        "1 of them is known here by its e-mail and joins.",
        "is here by its e-mail: joins",
    ):
        assert says in page


def test_the_sample_leaves_out_what_would_stay_there(client, as_ops, crm, page_text):
    crm.add("1", Email="dewi@kopi.example")
    crm.add("2", Email="closed@kopi.example", status="Junk")
    crm.add("3", Email="left@kopi.example", owner="9")
    crm.people = [CrmPerson("9", "Putri", "putri@x.example")]
    connection = begin(client)
    sign_in(client, connection)
    client.post(f"/connections/people/{RemotePerson.objects.get().pk}/match/", {"user": "leave"})
    map_fields(client, connection, **{closing_name("Junk"): "disqualified"})
    connection.refresh_from_db()
    assert connection.closing_map == {"Junk": "disqualified"}
    page = page_text(client.get(f"/connections/{connection.pk}/test/look/"))
    for says in (
        "This 1 lead would come in.",
        "2 others stay there, closed or left with their owners.",
        "stays there: it is closed",
        "stays there: left with its owner",
    ):
        assert says in page
    client.post(f"/connections/{connection.pk}/on/")
    poll(connection.pk, clock=lambda: MORNING + timedelta(minutes=5))
    assert [lead.email for lead in Lead.objects.all()] == ["dewi@kopi.example"]


def test_the_sample_has_times_and_statuses_as_people_read_them(client, as_ops, crm, page_text, monkeypatch):
    statuses = [CrmStatus("0:1", "New"), CrmStatus("Working", "Working")]
    monkeypatch.setattr(MemoryClient, "statuses", lambda _client: statuses)
    crm.fields = ("Email", "Company", "Made")
    fields = [CrmField("Email", "Email"), CrmField("Company", "Company"), CrmField("Made", "Made", "datetime")]
    monkeypatch.setattr(MemoryClient, "fields", lambda _client: fields)
    crm.add("1", Email="dewi@kopi.example", Made="2026-11-02T01:14:00.298Z", status="0:1")
    connection = begin(client)
    sign_in(client, connection)
    client.get(f"/connections/{connection.pk}/fields/?again=1")
    map_fields(client, connection, **{"field-captured_at": "Made"})
    page = page_text(client.get(f"/connections/{connection.pk}/test/look/"))
    assert ("2026-11-02T01" in page, "08:14" in page, "0:1" in page, ">New<" in page) == (False, True, False, True)


def test_a_crm_whose_words_end_with_a_full_stop_is_quoted_without_it(client, as_ops, crm, page_text):
    def refuse(_call: str) -> None:
        raise CrmRefused(Reason.SIGN_IN, status=401, words="Authentication credentials not found.")

    connection = begin(client)
    crm.before = refuse
    page = page_text(sign_in(client, connection))
    assert "It says: “Authentication credentials not found”. Check each value" in page


@pytest.mark.parametrize("way", ["token", "sign-in"])
@pytest.mark.parametrize(("records", "writes"), [("hubspot:contacts", "contacts"), ("hubspot:leads", "leads")])
def test_scopes_of_hubspot_are_those_of_what_is_connected(client, as_ops, records, writes, way):
    page = client.get(f"/connections/{begin(client, records).pk}/sign-in/?way={way}").content.decode()
    asked = [right for right in re.findall(r"<code>crm\.objects\.(\S+)</code>", page) if right.endswith("write")]
    assert (asked, "crm.objects.contacts.read" in page) == ([f"{writes}.write"], True)


@pytest.mark.parametrize(
    ("records", "way"), [("salesforce:Lead", "sign-in"), ("salesforce:Lead", "client"), ("hubspot:contacts", "token")]
)
def test_what_is_kept_or_asked_for_only_sometimes_is_not_called_optional(client, as_ops, crm, page_text, records, way):
    """An address of My Domain is shown where it is needed, and a secret that is kept says so."""
    connection = begin(client, records)
    sign_in(client, connection)
    page = page_text(client.get(f"/connections/{connection.pk}/sign-in/?way={way}"))
    assert (f"way={way}" in page, "(optional)" in page) == (True, False)
    assert "(optional)" not in page_text(client.get(f"/connections/{connection.pk}/fields/"))
