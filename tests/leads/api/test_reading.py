"""Whatever a program sends is stored as it came, and read as a row of a file is (A1b, A8)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from leads.models import Capture, Lead
from queues.models import EntryRule, ReviewItem
from tests.factories import QueueFactory

pytestmark = pytest.mark.django_db
SARI = {"email": "sari@nila.co.id"}


def problems(answer: dict) -> list[tuple[str, str]]:
    return [(problem["field"], problem["problem"]) for problem in answer["problems"]]


@pytest.mark.parametrize(
    ("sent", "field", "value"),
    [
        ({"company_size": "120"}, "company_size", 120),
        ({"company_size": "51-200"}, "company_size", 51),
        ({"score": "85"}, "score", 85),
        ({"score": 85.0}, "score", 85),
        ({"score": "8.5e1"}, "score", 85),
        ({"external_id": 90001}, "external_id", "90001"),
        ({"external_id": 90001.0}, "external_id", "90001"),
        ({"phone": 6281234567890}, "phone", "+6281234567890"),
        ({"phone": 6281234567890.0}, "phone", "+6281234567890"),
        ({"phone": "6281234567890.0"}, "phone", "+6281234567890"),
        ({"deal_size": "1,5 juta"}, "deal_size", Decimal(1_500_000)),
        ({"deal_size": 12.5}, "deal_size", Decimal("12.50")),
        ({"captured_at": "26/02/2018 19:58"}, "captured_at", datetime(2018, 2, 26, 12, 58, tzinfo=UTC)),
        ({"company_name": 4711}, "company_name", "4711"),
    ],
)
def test_values_are_read_as_in_a_file(send, sent, field, value):
    status, answer = send("leads", SARI | sent)
    assert (status, getattr(Lead.objects.get(), field)) == (201, value)
    assert (Capture.objects.get().raw, answer["kept_as_extra"]) == (SARI | sent, [])


@pytest.mark.parametrize("name", ["score", "phone", "company_size", "captured_at", "first_name", "deal_size", "other"])
@pytest.mark.parametrize("value", ["", None, "  ", [], {}, "n/a"])
def test_nothing_is_nothing(send, name, value):
    status, answer = send("leads", SARI | {name: value})
    assert (status, answer["problems"], answer["kept_as_extra"]) == (201, [], [])
    assert (Lead.objects.get().extra, Capture.objects.get().raw) == ({}, SARI | {name: value})


@pytest.mark.parametrize(
    ("field", "value", "code", "kept"),
    [
        ("email", "nobody", "invalid", "nobody"),
        ("email", ["a@nila.co.id"], "wrong_type", '["a@nila.co.id"]'),
        ("email", 5, "invalid", "5"),
        ("first_name", {"first": "Sari"}, "wrong_type", '{"first": "Sari"}'),
        ("company_name", True, "wrong_type", "true"),
        ("score", "high", "invalid", "high"),
        ("score", 101, "out_of_range", "101"),
        ("score", True, "wrong_type", "true"),
        ("company_size", -1, "invalid", "-1"),
        ("deal_size", "a lot", "invalid", "a lot"),
        ("captured_at", 1700000000, "invalid", "1700000000"),
        ("captured_at", "soon", "invalid", "soon"),
        ("phone", 6281234567890.5, "rounded", "6281234567890.5"),
        ("phone", "6.28123E12", "rounded", "6.28123E12"),
        ("external_id", "6.28123E12", "rounded", "6.28123E12"),
        ("country", "Atlantis", "unknown", "Atlantis"),
        ("lead_type", "lukewarm", "unknown", "lukewarm"),
    ],
)
def test_what_cannot_be_read_is_stored_and_said(send, field, value, code, kept):
    sent = {"name": "Sari Ayu", "company_name": "Hotel Nila", field: value}
    sent |= {} if field == "email" else SARI
    status, answer = send("leads", sent)
    lead = Lead.objects.get()
    assert (status, problems(answer), lead.extra) == (201, [(field, code)], {field: kept})
    assert answer["problems"][0]["says"].endswith("What you sent is kept beside the lead.")
    assert (Capture.objects.get().raw, lead.problems[0]["code"]) == (sent, code)


@pytest.mark.parametrize("literal", ["6.28123E12", "6.28123e+12", "12345678901234567890.5"])
def test_a_number_that_lost_digits_is_a_problem_and_nobodys_phone(send, literal):
    status, answer = send("leads", f'{{"email": "sari@nila.co.id", "phone": {literal}}}')
    assert (status, problems(answer), Lead.objects.get().phone) == (201, [("phone", "rounded")], "")
    assert Capture.objects.get().raw == SARI | {"phone": literal}


@pytest.mark.parametrize(
    ("key_sent", "value", "field"),
    [
        ("Email Address", "sari@nila.co.id", "email"),
        ("E-Mail", "sari@nila.co.id", "email"),
        ("company", "Hotel Nila", "company_name"),
        ("companyName", "Hotel Nila", "company_name"),
        ("firstName", "Sari", "first_name"),
        ("LAST_NAME", "Ayu", "last_name"),
        ("telephone", "+6281234567890", "phone"),
        ("jobTitle", "Purchasing Manager", "title"),
        ("Jumlah Karyawan", 120, "company_size"),
    ],
)
def test_keys_are_understood_by_the_words_of_file_headers(send, key_sent, value, field):
    sent = {"external_id": "A-1", key_sent: value}
    _status, answer = send("leads", sent)
    lead = Lead.objects.get()
    assert (getattr(lead, field), lead.extra, answer["kept_as_extra"]) == (value, {}, [])
    assert Capture.objects.get().raw == sent


def test_what_means_no_field_is_kept_and_named(send):
    sent = SARI | {"favourite_colour": "blue", "utm_campaign": "spring", "utm": {"term": ["a"]}, "n": 2, "yes": True}
    status, answer = send("leads", sent)
    assert (status, answer["kept_as_extra"]) == (201, ["favourite_colour", "utm_campaign", "utm", "n", "yes"])
    assert Lead.objects.get().extra == {
        "favourite_colour": "blue",
        "utm_campaign": "spring",
        "utm": '{"term": ["a"]}',
        "n": "2",
        "yes": "true",
    }


def test_of_two_keys_for_one_field_its_own_name_wins_and_the_other_is_named(send):
    body = {
        "Organization": "Nila",
        "Company": "Nila Group",
        "Email Address": "old@nila.co.id",
        "company_name": "",
        **SARI,
    }
    _status, answer = send("leads", body)
    lead = Lead.objects.get()
    assert (lead.email, lead.company_name, lead.extra) == ("sari@nila.co.id", "Nila Group", {"Organization": "Nila"})
    assert answer["kept_as_extra"] == ["Organization"]


def test_a_problem_names_the_key_that_was_sent(send):
    _status, answer = send("leads", {"external_id": "A-1", "Email Address": "nobody"})
    (problem,) = answer["problems"]
    assert (problem["field"], problem["sent_as"], problem["problem"]) == ("email", "Email Address", "invalid")
    assert Lead.objects.get().extra == {"Email Address": "nobody"}


@pytest.mark.parametrize("value", [{"x": "Sari"}, ["Sari"], True])
@pytest.mark.parametrize("name", ["data", "contact", "company", "E-Mail"])
def test_a_list_or_an_object_under_another_name_is_no_field(send, name, value):
    _status, answer = send("leads", {"external_id": "A-1", name: value})
    assert (answer["problems"], answer["kept_as_extra"]) == ([], [name])


@pytest.mark.parametrize(
    ("nested", "kept"),
    [
        ({"contact": {"firstName": "Sari", "email": "sari@nila.co.id"}, "company": {"name": "Hotel Nila"}}, []),
        ({"data": {"First name": "Sari", "E-Mail": "sari@nila.co.id", "Company": "Hotel Nila"}}, []),
        ({"lead": {"email": "sari@nila.co.id", "first_name": "Sari", "colour": 1}, "company": "Hotel Nila"}, ["lead"]),
        (
            {"properties": {"firstname": "Sari", "email": "sari@nila.co.id", "company": "Hotel Nila"}}
            | {"owner": {"email": "rep@alur.example"}},
            ["owner"],
        ),
        ({**SARI, "firstName": "Sari", "Firma": "Hotel Nila", "person": {"first_name": "Tom"}}, ["person"]),
    ],
)
def test_what_is_in_an_object_is_read_by_both_names(send, nested, kept):
    status, answer = send("leads", nested)
    lead = Lead.objects.get()
    assert (status, answer["problems"], answer["kept_as_extra"]) == (201, [], kept)
    assert (lead.first_name, lead.email, lead.company_name) == ("Sari", "sari@nila.co.id", "Hotel Nila")
    assert (list(lead.extra), Capture.objects.get().raw) == (kept, nested)


def test_a_problem_within_an_object_names_the_way_to_it(send):
    _status, answer = send("leads", {"external_id": "A-1", "contact": {"email": "nobody"}})
    (problem,) = answer["problems"]
    assert (problem["field"], problem["sent_as"], answer["kept_as_extra"]) == ("email", "contact.email", [])
    assert Lead.objects.get().extra == {"contact.email": "nobody"}


def test_a_key_that_comes_twice_loses_nothing(send):
    _status, answer = send("leads", '{"email": "a@nila.co.id", "email": "b@nila.co.id", "x": 1, "x": 1}')
    assert (Lead.objects.get().email, answer["problems"]) == ("b@nila.co.id", [])
    assert Capture.objects.get().raw == {"email": "b@nila.co.id", "email (2)": "a@nila.co.id", "x": 1}
    assert answer["kept_as_extra"] == ["x"]


def test_three_hundred_keys_are_stored_and_the_first_hundred_kept(send):
    sent = {f"key {number}": number for number in range(300)} | SARI
    status, answer = send("leads", sent)
    assert (status, Lead.objects.get().email, len(Lead.objects.get().extra)) == (201, SARI["email"], 100)
    assert (problems(answer), answer["kept_as_extra"]) == ([("extra", "too_many")], [f"key {n}" for n in range(100)])
    assert Capture.objects.get().raw == sent


def test_what_no_database_keeps_is_replaced(send):
    text = '{"external_id": "A-1", "note": "a\\u0000b\\ud800c", "k\\u0000": 1, "big": 1e999, "n": ' + "9" * 5_000 + "}"
    status, _answer = send("leads", text)
    assert status == 201
    assert Capture.objects.get().raw == {
        "external_id": "A-1",
        "note": "a\ufffdb\ufffdc",
        "k\ufffd": 1,
        "big": "1e999",
        "n": "9" * 5_000,
    }


def test_what_is_nested_deep_is_kept_as_text(send):
    status, _answer = send("leads", '{"email": "sari@nila.co.id", "x": ' + "[" * 60 + "]" * 60 + "}")
    assert (status, Lead.objects.get().extra["x"].count("[")) == (201, 60)


def test_somebody_without_any_name_waits_on_the_desk_and_not_in_a_queue(send):
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=QueueFactory())
    status, answer = send("leads", {"city": "Bogor", "favourite_colour": "blue"})
    lead = Lead.objects.get()
    assert (status, answer["where"]) == (201, {"kind": "review", "reasons": ["unidentified"]})
    assert answer["problems"][0] == {
        "field": "",
        "problem": "no_identifier",
        "says": "Nothing says who this is. Send an external id, an e-mail or a phone, or a name and a company.",
    }
    assert (lead.city, ReviewItem.objects.get().lead) == ("Bogor", lead)


def test_the_same_test_call_every_minute_is_one_lead_on_the_desk(send):
    first = send("leads", {"ping": True})[1]
    status, again = send("leads", {"ping": True})
    assert (status, again["id"], again["state"]) == (200, first["id"], "unchanged")
    results = send("leads/batch", {"leads": [{"ping": True}, {"ping": 2}, {"ping": 2}]})[1]["results"]
    assert [result["state"] for result in results] == ["unchanged", "made", "unchanged"]
    assert (Lead.objects.count(), Capture.objects.count()) == (2, 5)


@pytest.mark.parametrize("body", [{}, {"email": "", "x": None, "y": [], "z": {}}])
def test_nothing_at_all_is_no_lead_but_stored(send, body):
    status, answer = send("leads", body)
    assert (status, answer["errors"]) == (422, [{"field": "", "problem": "no_identifier"}])
    assert answer["detail"] == "Send an external id, an e-mail or a phone, or a name and a company."
    assert list(Capture.objects.values_list("state", "raw")) == [("refused", body)]


def test_a_batch_keeps_every_item_that_is_an_object(send):
    leads = [{"external_id": "A-1"}, {"email": 5}, {"city": "Bogor"}, {"external_id": "A-1", "city": "Bogor"}, "text"]
    status, answer = send("leads/batch", {"leads": [*leads, {}, None, {"x": [[]] * 3}]})
    assert (status, [result["state"] for result in answer["results"]]) == (
        200,
        ["made", "made", "made", "joined", "refused", "refused", "refused", "made"],
    )
    assert problems(answer["results"][1]) == [("email", "invalid"), ("", "no_identifier")]
    assert answer["results"][4]["problems"] == [
        {"field": "", "problem": "no_object", "says": "This is no JSON object, so that nothing of it was stored."}
    ]
    assert (Lead.objects.get(external_id="A-1").city, Capture.objects.count()) == ("Bogor", 6)


@pytest.mark.parametrize("body", [{"score": "x"}, {"email": "nobody", "favourite_colour": "blue"}, {}])
def test_a_call_with_problems_is_answered_once_too(send, body):
    first = send("leads", body, **{"Idempotency-Key": "one"})
    assert send("leads", body, **{"Idempotency-Key": "one"}) == first
    assert send("leads", body | {"more": 1}, **{"Idempotency-Key": "one"})[0] == 422
    assert Capture.objects.count() == 1


def test_a_batch_that_is_sent_again_adds_nothing(send):
    body = {"leads": [{"external_id": "A-1"}, {"score": "x"}, 5, {"external_id": "A-2"}]}
    first = send("leads/batch", body, **{"Idempotency-Key": "b"})
    assert send("leads/batch", body, **{"Idempotency-Key": "b"}) == first
    shorter = {"leads": body["leads"][:1]}
    assert send("leads/batch", shorter, **{"Idempotency-Key": "b"})[0] == 422
    assert (Lead.objects.count(), Capture.objects.count()) == (3, 3)
