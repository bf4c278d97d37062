"""Two of sales ops edit one connection, and a CRM is silent while somebody saves: nothing is lost (I4, C8)."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from config.reach.crm.errors import CrmRefused, Reason
from queues.models import Connection, RemotePerson
from tests.clients import PersonClient
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING, make_ops, make_rep
from tests.factories.crm import make_connection_row, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
ADDRESS = "https://hubspot.example"


@pytest.fixture
def crm(settings, monkeypatch) -> MemoryCrm:
    cache.clear()  # what fields of another test there were
    settings.CRM_CLIENTS = dict.fromkeys(Connection.Kind.values, "tests.crm.memory_crm.MemoryClient")
    made = MemoryCrm(MORNING)
    made.fields = ("Email", "Company", "City", "Work_Mail")
    monkeypatch.setattr(MemoryClient, "accounts", {ADDRESS: made})
    return made


@pytest.fixture
def other() -> PersonClient:
    found = PersonClient()
    found.force_login(make_ops(first_name="Dewi", last_name="Lestari"))
    return found


@pytest.fixture
def row(crm) -> Connection:
    return make_connection_row(account_id="org-1", base_url=ADDRESS, field_map={"email": "Email"})


def form_of(client, address: str) -> dict[str, str]:
    """What the page would send, with what it carries hidden."""
    answer = client.get(address)
    hidden = re.findall(r'type="hidden" name="(seen|offered)" value="([^"]*)"', answer.content.decode())
    form = answer.context.get("form")
    typed = {name: form[name].value() for name in form.fields} if form else {}
    texts = {name: "on" if value is True else value for name, value in typed.items() if value not in (None, False)}
    return texts | dict(hidden)


def test_the_second_to_save_the_fields_sees_both_and_loses_nothing(client, as_ops, other, row, page_text):
    address = f"/connections/{row.pk}/fields/"
    mine, theirs = form_of(client, address), form_of(other, address)
    assert other.post(address, theirs | {"field-email": "Work_Mail", "owner_policy": "crm"}).status_code == 302
    answer = client.post(address, mine | {"field-email": "Company", "field-city": "City"})
    page, form = page_text(answer), answer.context["form"]
    assert answer.status_code == 409
    assert "Dewi Lestari saved this at" in page and "E-mail: Work_Mail" in page
    assert "Chosen by the other person: Work_Mail." in page
    shown = [form[name].value() for name in ("field-email", "field-city", "owner_policy")]
    assert shown == ["Company", "City", "crm"]  # typed, typed, theirs
    row.refresh_from_db()
    assert (row.field_map, row.owner_policy) == ({"email": "Work_Mail"}, "crm")
    again = {name: form[name].value() for name in form.fields if form[name].value()} | {
        "seen": answer.context["seen"],
    }
    assert client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert (row.field_map, row.owner_policy) == ({"email": "Company", "city": "City"}, "crm")


def test_a_press_too_many_and_a_save_of_the_same_are_no_conflict(client, as_ops, row):
    address = f"/connections/{row.pk}/fields/"
    mine = form_of(client, address) | {"field-city": "City"}
    assert [client.post(address, mine).status_code for _press in range(2)] == [302, 302]
    Connection.objects.update(state="draft")
    draft = form_of(client, address) | {"which": "now"}
    assert [client.post(address, draft).status_code for _press in range(2)] == [302, 302]


def test_what_was_refused_is_compared_with_the_page_of_the_beginning(client, as_ops, other, row):
    address = f"/connections/{row.pk}/fields/"
    mine, theirs = form_of(client, address), form_of(other, address)
    other.post(address, theirs | {"owner_policy": "crm"})
    refused = client.post(address, mine | {"field-email": ""})
    assert refused.status_code == 422
    assert client.post(address, mine | {"seen": refused.context["seen"], "field-city": "City"}).status_code == 409


def test_the_name_and_how_often_are_kept_from_the_second_to_save_too(client, as_ops, other, row, page_text):
    crm, page = f"/connections/{row.pk}/crm/", f"/connections/{row.pk}/"
    mine, theirs = form_of(client, crm), form_of(other, crm)
    often, seldom = form_of(client, page), form_of(other, page)
    other.post(crm, theirs | {"name": "Surabaya"})
    other.post(f"{page}often/", seldom | {"minutes": "9"})
    named = client.post(crm, mine | {"name": "Bandung"})
    asked = client.post(f"{page}often/", often | {"minutes": "7"})
    assert (named.status_code, asked.status_code) == (409, 409)
    assert "HubSpot: Surabaya" in page_text(named) and 'value="Bandung"' in page_text(named)
    assert "while this page was open (9)" in page_text(asked) and 'value="7"' in page_text(asked)
    row.refresh_from_db()
    assert (row.name, row.poll_minutes) == ("Surabaya", 9)
    assert client.post(crm, mine | {"name": "Bandung", "seen": named.context["seen"]}).status_code == 302


def test_who_somebody_is_stays_as_the_first_said_it(client, as_ops, other, row, page_text):
    rina, budi = make_rep(first_name="Rina", last_name=""), make_rep(first_name="Budi", last_name="")
    person = make_remote_person(row, None, "u-1", name="R. Hartono")
    match = f"/connections/people/{person.pk}/match/"
    shown = client.get("/connections/people/").content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(was)" value="([^"]*)"', shown))
    other.post(match, hidden | {"user": rina.pk})
    page = page_text(client.post(match, hidden | {"user": budi.pk}, follow=True))
    assert "Dewi Lestari has said that R. Hartono is Rina. “Budi” was not saved: undo the match first." in page
    assert RemotePerson.objects.get().user == rina
    undo = f"/connections/people/{person.pk}/undo/"
    was = re.search(r'name="was" value="([^"]*)"', client.get("/connections/people/").content.decode())[1]
    other.post(undo, {"was": was})
    other.post(match, {"user": budi.pk})
    late = page_text(client.post(undo, {"was": was}, follow=True))
    assert "Dewi Lestari has said that R. Hartono is Budi" in late
    assert RemotePerson.objects.get().user == budi


def test_a_crm_that_is_silent_while_somebody_saves_loses_nothing_that_was_typed(client, as_ops, crm, row, page_text):
    def refuse(_call: str) -> None:
        raise CrmRefused(Reason.SILENT)

    address = f"/connections/{row.pk}/fields/"
    mine = form_of(client, address) | {"field-email": "Work_Mail", "field-city": "City"}
    cache.clear()  # ten minutes later
    crm.before = refuse
    answer = client.post(address, mine)
    form = answer.context["form"]
    assert answer.status_code == 503
    assert "HubSpot did not answer, or not as it should. Try again in a moment." in page_text(answer)
    assert "Nothing was saved; what you typed is below." in page_text(answer)
    assert [form[name].value() for name in ("field-email", "field-city")] == ["Work_Mail", "City"]
    row.refresh_from_db()
    assert row.field_map == {"email": "Email"}
    assert client.post(address, {**mine, "offered": "x"}).status_code == 503
    crm.before = lambda _call: None
    again = mine | {name: answer.context[name] for name in ("seen", "offered")}
    assert client.post(address, again).status_code == 302
    row.refresh_from_db()
    assert row.field_map == {"email": "Work_Mail", "city": "City"}
    assert row.history.count() == 2 and timedelta(0) == row.history.first().history_date - MORNING
