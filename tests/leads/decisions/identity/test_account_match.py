"""Which account a company is, by a name that is nearly the account's (G1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.identity.account_match import (
    DEFAULT_SIMILARITY,
    MAX_HANDLE_LENGTH,
    AccountCandidate,
    best_by_name,
    handles,
    has_own_domain,
    name_similarity,
)

WORDS = ["maju", "jaya", "sinar", "mas", "nusantara", "indonesia", "abadi", "teknologi", "hotel", "nila", "karya"]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True).map(" ".join)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("PT Maju Jaya", "Maju Jaya Tbk"),
        ("PT. Maju Jaya, Tbk", "maju jaya"),
        ("Acme Inc", "ACME GmbH"),
        ("The Acme Company Ltd.", "Acme"),
        ("Bauer & Co. KG", "Bauer GmbH & Co. KG"),
        ("Café Nusantara", "Cafe Nusantara PT"),
    ],
)
def test_legal_forms_case_and_accents_do_not_count(typed, name):
    assert name_similarity(typed, name) == 100


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("PT Majujaya", "Maju Jaya"),
        ("Jaya Maju Nusantara", "Maju Jaya Nusantara"),
        ("Sinarmas Teknologi", "Sinar Mas Teknologi"),
        ("Nusantra Teknologi", "Nusantara Teknologi"),
    ],
)
def test_a_missing_space_another_order_or_a_slip_is_the_same_company_but_never_100(typed, name):
    assert DEFAULT_SIMILARITY <= name_similarity(typed, name) < 100


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Acme", "Acme Widgets"), ("Maju Jaya", "Maju Raya"), ("Bank Satu", "Bank Dua"), ("", "Acme"), ("???", "Acme")],
)
def test_other_companies_are_not(typed, name):
    assert name_similarity(typed, name) < DEFAULT_SIMILARITY


def test_the_most_alike_wins_then_the_same_country_then_the_oldest():
    rows = [
        AccountCandidate(1, "Maju Raya Sejahtera", 7),
        AccountCandidate(2, "Maju Jaya Sejahtera", 8, "SG"),
        AccountCandidate(3, "PT Maju Jaya Sejahtera", 9, "ID"),
        AccountCandidate(4, "Maju Jaya Sejahtera", 9, "ID"),
    ]
    assert best_by_name("Maju Jaya Sejahtera", rows, at_least=90, country="ID").account.id == 3
    assert best_by_name("Maju Jaya Sejahtera", rows, at_least=90).account.id == 2
    assert best_by_name("Maju Raya Sejahtera", rows, at_least=100).account.id == 1
    assert best_by_name("Hotel Nila", rows, at_least=90) is None


def test_the_match_says_what_was_matched_with_what():
    match = best_by_name("Nusantra Teknologi", [AccountCandidate(1, "Nusantara Teknologi", 7)], at_least=90)
    assert (match.by, match.company_name, match.account.name, match.percent) == (
        "name",
        "Nusantra Teknologi",
        "Nusantara Teknologi",
        97,
    )


def test_free_mail_stands_for_no_company():
    assert [has_own_domain(each) for each in ("", "gmail.com", "maju.co.id")] == [False, False, True]


@given(NAMES)
def test_handles_are_few_short_and_the_same_with_a_legal_form(name):
    found = handles(name)
    assert 0 < len(found) <= 11
    assert all(0 < len(each) <= MAX_HANDLE_LENGTH for each in found)
    assert set(handles(f"PT {name} Tbk")) == set(found)


@given(st.text(max_size=300))
def test_handles_of_anything_are_bounded(name):
    assert len(handles(name)) <= 11
    assert all(len(each) <= MAX_HANDLE_LENGTH for each in handles(name))


@given(NAMES, st.data())
def test_a_name_that_is_alike_enough_shares_a_handle(name, data):
    """One letter lost anywhere, or all spaces: what would match is found."""
    place = data.draw(st.integers(0, len(name) - 1))
    slip = name[:place] + name[place + 1 :]
    for typed in (slip, name.replace(" ", ""), " ".join(reversed(name.split()))):
        if name_similarity(typed, name) >= DEFAULT_SIMILARITY:
            assert set(handles(typed)) & set(handles(name))


@given(NAMES, NAMES)
def test_likeness_is_the_same_both_ways_and_100_only_for_the_same_name(one, other):
    assert name_similarity(one, other) == name_similarity(other, one)
    assert (name_similarity(one, other) == 100) == (one == other)
