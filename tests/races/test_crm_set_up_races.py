"""Sales ops do things with connections at the same moment: each gets an answer in words, and none a fault (I4)."""

import pytest

from queues.models import Connection
from tests.clients import PersonClient
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING, make_ops, make_rep
from tests.factories.crm import make_connection_row, make_crm_link, make_remote_person
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "https://api.hubapi.com"
ROUNDS = range(4)


@pytest.fixture(autouse=True)
def crm(settings, monkeypatch) -> MemoryCrm:
    settings.CRM_CLIENTS = dict.fromkeys(Connection.Kind.values, "tests.crm.memory_crm.MemoryClient")
    made = MemoryCrm(MORNING)
    monkeypatch.setattr(MemoryClient, "accounts", {ADDRESS: made})
    return made


@pytest.fixture
def hands() -> list[PersonClient]:
    found = [PersonClient() for _number in range(2)]
    for each in found:
        each.force_login(make_ops())
    return found


def at_once(hands, *calls: tuple[str, dict]) -> list[object]:
    """The status of each answer, or what went wrong."""
    acts = [lambda hand=hand, call=call: hand.post(*call).status_code for hand, call in zip(hands, calls, strict=True)]
    return all_at_once(acts)


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_connections_to_one_account_one_is_switched_on(hands, _round):
    rows = [make_connection_row(account_id="org-1", state="off") for _number in range(2)]
    assert at_once(hands, *((f"/connections/{row.pk}/on/", {}) for row in rows)) == [302, 302]
    assert sorted(Connection.objects.values_list("state", flat=True)) == ["off", "working"]


@pytest.mark.parametrize("_round", ROUNDS)
def test_of_two_that_sign_in_to_one_account_one_is_refused_in_words(hands, _round):
    rows = [make_connection_row(account_id="", base_url="", credentials="", state="draft") for _number in range(2)]
    calls = [(f"/connections/{row.pk}/sign-in/?way=token", {"token": "pat-eu1-secret"}) for row in rows]
    assert sorted(at_once(hands, *calls)) == [302, 422]
    assert sorted(Connection.objects.values_list("account_id", flat=True)) == ["", "org-1"]


@pytest.mark.parametrize(
    "act", ["remove", "on", "off", "again", "often", "crm", "fields", "sign-in", "match", "people"]
)
def test_what_is_removed_at_the_same_moment_answers_in_words(hands, act):
    row = make_connection_row(account_id="org-1", base_url=ADDRESS, state="off")
    make_crm_link(row)
    person = make_remote_person(row, None, "u-1")
    maps = {"takes_in": "on", "writes_out": "on", "owner_policy": "alur", "field-email": "Email"}
    sent = {
        "often": {"minutes": "3"},
        "crm": {"name": "other", "records": "hubspot:contacts"},
        "fields": maps,
        "sign-in": {"token": "pat-eu1-secret"},
        "match": {"user": make_rep().pk},
    }
    address = f"/connections/{row.pk}/{act}/"
    if act == "match":
        address = f"/connections/people/{person.pk}/match/"
    if act == "people":
        address = f"/connections/{row.pk}/people/read/"
    answers = at_once(hands, (f"/connections/{row.pk}/remove/", {}), (address, sent.get(act, {})))
    assert [answer for answer in answers if answer not in (302, 404)] == []
    assert not Connection.objects.exists()
