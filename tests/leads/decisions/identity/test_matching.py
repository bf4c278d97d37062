"""The same lead, and leads that look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.normalisation import Facts
from leads.decisions.identity.matching import (
    IdentityKey,
    KnownLead,
    PossibleDuplicate,
    company_key,
    find_possible_duplicate,
    identities,
    similarity,
)

DEWI = Facts(
    first_name="Dewi",
    last_name="Lestari",
    company_name="PT Maju Jaya Tbk",
    company_domain="majujaya.co.id",
    city="Bogor",
)


def test_identities_are_email_phone_and_external_id():
    facts = Facts(email="dewi@example.com", phone="+6281234567890", external_id="A7")
    assert identities(facts) == (
        IdentityKey("email", "dewi@example.com"),
        IdentityKey("phone", "+6281234567890"),
        IdentityKey("external_id", "A7"),
    )
    assert identities(Facts(first_name="Dewi")) == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("PT. Maju Jaya, Tbk.", "maju jaya"),
        ("PT Maju Jaya (Persero) Tbk", "maju jaya"),
        ("CV Sumber Rejeki", "sumber rejeki"),
        ("Acme Widgets, Inc.", "acme widgets"),
        ("ACME WIDGETS L.L.C.", "acme widgets"),
        ("Acme Holdings Pte. Ltd.", "acme holdings"),
        ("Acme Sdn. Bhd.", "acme"),
        ("Bauer & Co. KG", "bauer"),
        ("Müller GmbH", "muller"),
        ("Philips N.V.", "philips"),
        ("Jansen B.V.", "jansen"),
        ("The Coffee Company", "coffee"),
        ("AS Roma", "as roma"),
        ("Inc.", "inc"),
        ("Company & Co", "company"),
        ("日本株式会社", "日本株式会社"),
        ("", ""),
        ("...", ""),
    ],
)
def test_company_key_leaves_the_legal_form_out(name, key):
    assert company_key(name) == key


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("Dewi Lestari", "dewi  LESTARI", 100),
        ("Dewi Lestari", "Lestari, Dewi", 100),
        ("José Núñez", "Jose Nunez", 100),
        ("PT Maju Jaya", "Maju Jaya, Tbk", 100),
        ("Acme", "Acme Widgets Inc", 50),
        ("Dewi Lestari", "Dewi Lestary", 91),
        ("Dewi", "", 0),
        ("!!!", "!!!", 0),
    ],
)
def test_likeness_compares_names_as_people_would(one, other, percent):
    assert similarity(one, other) == percent


@given(st.text(), st.text())
def test_likeness_is_symmetric_and_in_percent(one, other):
    assert 0 <= similarity(one, other) == similarity(other, one) <= 100


@given(st.text())
def test_company_key_is_the_key_of_itself_or_shorter(name):
    assert len(company_key(name)) <= 200


def test_possible_duplicate_needs_the_company_and_a_similar_name():
    candidates = [
        KnownLead(1, "Dewi", "Lestari", "Other Ltd", "other.com"),
        KnownLead(2, "Budi", "Santoso", "PT Maju Jaya", "majujaya.co.id"),
        KnownLead(3, "", "", "PT Maju Jaya", "majujaya.co.id"),
    ]
    assert find_possible_duplicate(DEWI, candidates) is None


@pytest.mark.parametrize(
    ("known", "percent", "because"),
    [
        (KnownLead(7, "Dewi", "Lestari", "", "majujaya.co.id"), 100, ("same_domain", "same_name")),
        (KnownLead(7, "Dewi", "Lestary", "Maju Jaya", ""), 91, ("same_company", "similar_name")),
        (KnownLead(7, "Lestari", "Dewi", "Maju Jaya", "", "bogor"), 100, ("same_company", "same_name", "same_city")),
        (KnownLead(7, "Dewi", "Lestari", "Maju Jayaa", ""), 94, ("similar_company", "same_name")),
    ],
)
def test_possible_duplicate_says_why(known, percent, because):
    assert find_possible_duplicate(DEWI, [known]) == PossibleDuplicate(7, percent, because)


def test_possible_duplicate_takes_the_most_alike_then_same_city_then_the_oldest():
    alike = [
        KnownLead(1, "Dewi", "Lestary", "", "majujaya.co.id", "Bogor"),
        KnownLead(5, "Dewi", "Lestari", "", "majujaya.co.id"),
        KnownLead(4, "Dewi", "Lestari", "", "majujaya.co.id"),
        KnownLead(6, "Dewi", "Lestari", "", "majujaya.co.id", "Bogor"),
    ]
    assert find_possible_duplicate(DEWI, alike).lead_id == 6
    assert find_possible_duplicate(DEWI, alike[:3]).lead_id == 4


def test_possible_duplicate_keeps_to_the_threshold():
    known = [KnownLead(1, "Dewi", "Lestary", "", "majujaya.co.id")]
    assert find_possible_duplicate(DEWI, known, threshold=91).percent == 91
    assert find_possible_duplicate(DEWI, known, threshold=92) is None


def test_possible_duplicate_does_not_take_two_people_without_names_for_one():
    nameless = Facts(company_domain="majujaya.co.id")
    assert find_possible_duplicate(nameless, [KnownLead(1, "", "", "", "majujaya.co.id")]) is None
