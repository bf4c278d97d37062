"""What a spreadsheet makes of cells: repaired only where no digit can be missing, otherwise refused with a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.normalisation import Problem, normalise
from leads.decisions.facts.text import is_placeholder, unwrapped

PHONE = "+6281234567890"


@pytest.mark.parametrize(
    "cell",
    [
        "6281234567890.0",
        "6281234567890,00",
        "8.1234567890E+10",
        "6,281234567890E+12",
        '="081234567890"',
        "'081234567890",
        "'+6281234567890",
        "81234567890",  # the leading zero is lost; no other Indonesian number has these digits
        "p:+6281234567890",
        "tel:+6281234567890",
    ],
)
def test_a_phone_with_all_its_digits_is_repaired(cell):
    facts = normalise({"phone": cell})
    assert (facts.phone, facts.problems) == (PHONE, ())


@pytest.mark.parametrize("cell", ["6.28123E12", "6,28123E+12", "6.28123456789E+12", "6281230000000", "6281234567890.5"])
def test_a_phone_that_lost_digits_is_refused_with_a_word(cell):
    facts = normalise({"phone": cell})
    assert (facts.phone, facts.problems, facts.extra) == ("", (Problem("phone", "rounded", cell),), {"phone": cell})


@pytest.mark.parametrize(
    ("cell", "read", "codes"),
    [
        ("90001.0", "90001", []),
        ('="00123"', "00123", []),
        ("'00123", "00123", []),
        ("1.0.2", "1.0.2", []),
        ("L-1.0", "L-1.0", []),
        ("1.23457E+15", "", ["rounded"]),
        ("12345678901234567.0", "", ["rounded"]),
    ],
)
def test_an_id_is_repaired_or_refused(cell, read, codes):
    facts = normalise({"external_id": cell})
    assert (facts.external_id, [problem.code for problem in facts.problems]) == (read, codes)


@pytest.mark.parametrize(
    ("cell", "size", "codes"),
    [
        ("51-200", 51, []),
        ("51.0", 51, []),
        ("Nov-50", None, ["invalid"]),
        ("2-Nov", None, ["invalid"]),
        ("2026-11-02 00:00:00", None, ["invalid"]),
        ("many", None, ["invalid"]),
    ],
)
def test_a_size_that_became_a_date_is_refused_with_a_word(cell, size, codes):
    facts = normalise({"company_size": cell})
    assert (facts.company_size, [problem.code for problem in facts.problems]) == (size, codes)


@pytest.mark.parametrize(("cell", "score"), [("85.0", 85), ("85%", 85), ("85", 85), ("Select", None)])
def test_a_score_is_read_as_a_spreadsheet_writes_it(cell, score):
    facts = normalise({"score": cell})
    assert (facts.score, facts.problems) == (score, ())


NOTHING = [
    "Select",
    "--Select--",
    "- None -",
    "n/a",
    "N/A",
    "-",
    "–",
    "none",
    "NULL",
    "Not provided",
    "(not set)",
    "#N/A",
]


@pytest.mark.parametrize("cell", [*NOTHING, "Please select", "Pilih", "Keine Angabe", "..."])
def test_words_for_nothing_are_nothing(cell):
    facts = normalise(
        dict.fromkeys(("email", "phone", "score", "company_name", "industry", "captured_at", "country"), cell)
    )
    assert facts == normalise({})


@pytest.mark.parametrize("name", ["None", "Null", "Select"])
def test_a_word_for_nothing_may_be_a_name(name):
    assert normalise({"last_name": name}).last_name == name


def test_what_was_exported_with_a_mark_comes_back_without():
    facts = normalise({"Formula": "'=1+1", "company_name": "'@home", "last_name": "'t Hooft"})
    assert (facts.extra["Formula"], facts.company_name, facts.last_name) == ("=1+1", "@home", "'t Hooft")


@given(st.integers(10**9, 10**13))
def test_any_whole_number_keeps_its_digits_in_every_spelling(number):
    plain = normalise({"external_id": str(number)}).external_id
    digits = f"{number}"
    scientific = f"{digits[0]}.{digits[1:]}E+{len(digits) - 1}"
    assert {normalise({"external_id": text}).external_id for text in (f"{number}.0", scientific, f"'{number}")} == {
        plain
    }


@given(st.text(max_size=40))
def test_any_text_is_unwrapped_once_and_judged(text):
    assert len(unwrapped(text)) <= len(text)
    assert is_placeholder(text) <= is_placeholder(text, strict=True)
