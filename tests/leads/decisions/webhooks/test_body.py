"""What a message says, and to whom it says who the lead is (I3)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from leads.decisions.webhooks.body import OPEN, PERSON, Happened, User, body, fields, without_person
from leads.decisions.webhooks.events import Event
from leads.decisions.webhooks.sample import made_up

JAKARTA = timezone(timedelta(hours=7))
AT = datetime(2026, 11, 16, 9, 30, 15, 123456, tzinfo=JAKARTA)
LEAD = {
    "first_name": "Dewi",
    "last_name": "Lestari",
    "email": "dewi@example.com",
    "company_name": "PT Maju",
    "city": "Bogor",
    "deal_size": Decimal("12500000.00"),
    "score": 0,
    "industry": "",
    "captured_at": AT,
}
ASSIGNED = Happened(
    activity_id=9_007_199_254_740_993,
    event=Event.ASSIGNED,
    at=AT,
    lead_id=5,
    lead_url="https://alur.example/leads/5/",
    lead=LEAD,
    details={"holder": 3, "place": "SMB", "how": "rotation", "note": "secret", "text": "secret", "skipped": [1]},
    own=[("visits", 12, True), ("birthday", "1990-01-02", False), ("vip", None, True)],
    by=None,
    holder=User(3, "Rina Hartono", "rina@example.com"),
)


def test_a_message_says_what_happened_when_and_to_whom():
    whole = json.loads(body(ASSIGNED, webhook_id="msg_1", may_see_person=True))
    found = whole.pop("data")
    assert whole == {"type": "lead.assigned", "id": "msg_1", "timestamp": "2026-11-16T02:30:15Z"}
    assert {name: found[name] for name in ("lead_id", "activity_id", "holder_id", "place", "how", "email")} == {
        "lead_id": "5",
        "activity_id": "9007199254740993",
        "holder_id": "3",
        "place": "SMB",
        "how": "rotation",
        "email": "dewi@example.com",
    }


def test_fields_are_flat_and_none_vanishes_for_want_of_a_value():
    found = fields(ASSIGNED, may_see_person=True)
    assert {*OPEN, *PERSON, "own_vip", "by_id", "merged_into"} < found.keys()
    assert [name for name, value in found.items() if isinstance(value, (dict, list))] == []
    assert (found["industry"], found["own_vip"], found["score"]) == (None, None, 0)


def test_numbers_stay_numbers_and_moments_are_utc():
    found = fields(ASSIGNED, may_see_person=False)
    assert (found["deal_size"], found["captured_at"]) == (12_500_000, "2026-11-16T02:30:15Z")
    odd = replace(ASSIGNED, lead={**LEAD, "deal_size": Decimal("0.25")})
    assert fields(odd, may_see_person=False)["deal_size"] == 0.25


def test_without_the_right_nothing_says_who_the_lead_is():
    found = fields(ASSIGNED, may_see_person=False)
    assert not {*PERSON, "own_birthday"} & found.keys()
    assert (found["company_name"], found["city"], found["own_visits"]) == ("PT Maju", "Bogor", 12)


@pytest.mark.parametrize("name", ["Dewi Lestari", "DEWI  LESTARI", "dewi lestari "])
def test_a_company_that_is_the_person_is_as_personal_as_the_person(name):
    alone = replace(ASSIGNED, lead={**LEAD, "company_name": name, "company_domain": "dewi.example"})
    found = fields(alone, may_see_person=False)
    assert [found[each] for each in ("company_name", "company_domain", "city")] == [None] * 3
    assert fields(alone, may_see_person=True)["company_name"] == name


def test_an_id_that_is_an_e_mail_is_personal():
    named = replace(ASSIGNED, lead={**LEAD, "external_id": "dewi@example.com"})
    assert fields(named, may_see_person=False)["external_id"] is None
    assert fields(named, may_see_person=True)["external_id"] == "dewi@example.com"
    text = body(named, webhook_id="msg_1", may_see_person=True)
    assert json.loads(without_person(text, open_own=["visits"]))["data"]["external_id"] is None
    plain = replace(ASSIGNED, lead={**LEAD, "external_id": "A-7"})
    assert fields(plain, may_see_person=False)["external_id"] == "A-7"


@pytest.mark.parametrize("may_see_person", [True, False])
def test_notes_are_in_no_message(may_see_person):
    assert "secret" not in body(ASSIGNED, webhook_id="msg_1", may_see_person=may_see_person)


def test_every_event_of_a_sample_has_the_same_fields_as_a_real_one():
    own = [("visits", True), ("birthday", False), ("vip", True)]
    real = fields(ASSIGNED, may_see_person=True).keys()
    found = [fields(made_up(e, at=AT, site="", own=own, is_test=True), may_see_person=True).keys() for e in Event]
    assert found == [real] * len(Event)
