"""Weak identities join, unless another person speaks out of what came with them (A3)."""

import pytest

from leads.decisions.facts.mailboxes import is_placeholder_email, is_role_mailbox
from leads.decisions.facts.normalisation import normalise
from leads.decisions.identity.matching import IdentityKey, combined_identity, identities
from leads.decisions.identity.recognition import (
    Against,
    Person,
    is_same_name,
    is_shared,
    is_weak,
    person_of,
    pick_holder,
    speaks_against,
)

PHONE = IdentityKey("phone", "+622155501234")
OFFICE = IdentityKey("email", "info@nila.co.id")
SARI = Person({"sari ayu"}, {"sari@nila.co.id"}, {"+622155501234"})
TOM = Person({"tom becker"}, {"tom@becker-bau.de"}, {"+4930123456"})


@pytest.mark.parametrize(
    "address",
    [
        "none@none.com",
        "noemail@maju.co.id",
        "no-email7@gmail.com",
        "test@test.com",
        "na@na.com",
        "a@a.com",
        "noreply+3@shop.com",
        "x@test.com",
        "tidak.ada@gmail.com",
    ],
)
def test_an_address_that_stands_for_none_identifies_nobody_and_is_a_problem(address: str):
    facts = normalise({"name": "Sari Ayu", "email": address})
    assert (is_placeholder_email(address), facts.email, facts.company_domain, facts.extra["email"]) == (
        True,
        "",
        "",
        address,
    )
    assert ([(each.field, each.code) for each in facts.problems], identities(facts)) == ([("email", "placeholder")], ())


@pytest.mark.parametrize("address", ["na@kuma.co.id", "a@b.co", "sari@example.com", "anna@test.co.id", "bar@bar.co"])
def test_an_address_of_somebody_identifies(address: str):
    assert is_placeholder_email(address) is False


def test_mailboxes_of_a_company_are_weak_and_those_at_a_free_provider_are_somebodys_own():
    addresses = ["info@nila.co.id", "front.office@nila.co.id", "info@gmail.com", "sari@nila.co.id"]
    assert [is_role_mailbox(each) for each in addresses] == [True, True, False, False]
    keys = [PHONE, IdentityKey("external_id", "1", "hubspot"), OFFICE, IdentityKey("email", "sari@nila.co.id")]
    assert [is_weak(key) for key in keys] == [True, True, True, False]


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("sari a", "sari ayu", True),
        ("pak budi", "budi santoso", True),
        ("lestari dewi", "dewi lestari", True),
        ("dewi lestari", "dewy lestari", True),
        ("bu", "tom becker", True),
        ("budi santoso", "budi hartono", False),
        ("muhammad rizki", "muhammad fauzan", False),
        ("ayu lestari", "dewi lestari", False),
    ],
)
def test_names_of_one_person_in_several_spellings(a: str, b: str, same: bool):
    assert (is_same_name(a, b), is_same_name(b, a)) == (same, same)


@pytest.mark.parametrize(
    ("arrives", "against"),
    [
        (TOM, Against(name=True, email=True)),
        (Person({"tom becker"}, {"sari@nila.co.id"}), Against()),
        (Person({"sari a"}, {"sari@gmail.com"}), Against()),
        (Person({"tom becker"}), Against()),
        (Person(emails={"tom@becker-bau.de"}), Against()),
        (Person(), Against()),
    ],
)
def test_another_email_and_another_name_speak_against_a_phone(arrives: Person, against: Against):
    assert speaks_against(arrives, SARI, PHONE) == against


def test_another_name_alone_speaks_against_an_id_of_an_unknown_system():
    arrives, key = Person({"tom becker"}), IdentityKey("external_id", "1")
    assert speaks_against(arrives, SARI, key, is_sure=True) == Against()
    assert speaks_against(arrives, SARI, key, is_sure=False) == Against(name=True)


def test_another_name_and_another_phone_speak_against_a_shared_mailbox():
    mine = Person({"sari ayu"}, {"info@nila.co.id"}, {"+628123456789"})
    theirs = Person({"budi santoso"}, {"info@nila.co.id"}, {"+628120000000"})
    assert speaks_against(mine, theirs, OFFICE) == Against(name=True, phone=True)
    assert speaks_against(mine, Person({"budi santoso"}, {"info@nila.co.id"}), OFFICE) == Against()


def test_of_several_leads_with_a_phone_it_is_the_one_with_its_name():
    assert pick_holder(Person({"tom b"}), [SARI, TOM], PHONE) == (1, Against())
    assert pick_holder(Person(), [SARI, TOM], PHONE) == (0, Against())
    assert pick_holder(Person({"ani"}, {"ani@nila.co.id"}), [SARI, TOM], PHONE) == (
        None,
        Against(name=True, email=True),
    )


def test_nothing_tells_which_of_two_systems_an_id_is_of():
    key = IdentityKey("external_id", "1")
    assert pick_holder(Person(), [SARI, TOM], key, is_sure=False) == (None, Against())
    assert pick_holder(Person({"tom becker"}), [SARI, TOM], key, is_sure=False) == (1, Against())


def test_more_than_two_people_share_a_number():
    assert is_shared({"sari ayu", "tom becker"}) is False
    assert is_shared({"sari ayu", "sari a", "tom becker", "pak tom"}) is False
    assert is_shared({"sari ayu", "tom becker", "ani wijaya"}) is True


def test_one_value_is_as_many_ids_as_there_are_systems():
    facts = normalise({"external_id": "1", "email": "sari@nila.co.id"})
    hubspot, bare = identities(facts, system="hubspot"), identities(facts)
    assert (hubspot[1], bare[1]) == (IdentityKey("external_id", "1", "hubspot"), IdentityKey("external_id", "1"))
    assert combined_identity(hubspot) != combined_identity(bare)
    assert person_of(facts).emails == {"sari@nila.co.id"}
