"""What an unknown column is guessed to be, from its cells (A9)."""

from datetime import date

import pytest

from leads.decisions.own_fields.guessing import guess

QUALITY = ["Select", "Might be", "Not sure", "Worst", "High in relevance", "Low in relevance", "Might be", "", "Worst"]


def kind_and_use(cells):
    found = guess(cells)
    return found.kind, found.useless


def test_a_column_of_few_texts_is_a_choice_with_the_frequent_ones_first():
    found = guess([*QUALITY, *["might be"] * 3, *["Not Sure"] * 9, *["High in relevance", "Low in relevance"] * 3])
    assert (found.kind, found.choices) == (
        "choice",
        ("Not Sure", "might be", "High in relevance", "Low in relevance", "Worst"),
    )
    assert (found.filled, found.seen) == (len(QUALITY) - 2 + 18, len(QUALITY) + 18)


@pytest.mark.parametrize(
    ("cells", "kind", "lowest", "highest", "style"),
    [
        (["0", "674", "2272", "-", "1,428"], "number", 0, 2272, ""),
        (["2.5", "1.667", "0", "1.333"], "number", 0, 2.5, "."),
        (["2,5", "1,667", "0"], "number", 0, 2.5, ","),
        (["1.234,50", "1.000"], "number", 1000, 1234.5, ","),
        (["11/13/2026", "11/06/2026"], "date", date(2026, 11, 6), date(2026, 11, 13), "month"),
        (["13/11/2026", "06/11/2026"], "date", date(2026, 11, 6), date(2026, 11, 13), "day"),
        (["01.11.2026", "28.11.2026"], "date", date(2026, 11, 1), date(2026, 11, 28), "day"),
        (["2026-11-06", "2026-11-13"], "date", date(2026, 11, 6), date(2026, 11, 13), ""),
    ],
)
def test_numbers_and_days_have_one_writing_for_the_whole_column(cells, kind, lowest, highest, style):
    found = guess(cells)
    assert (found.kind, found.lowest, found.highest, found.style, found.useless) == (kind, lowest, highest, style, "")


@pytest.mark.parametrize(
    ("cells", "guessed"),
    [
        (["Yes", "No", "No", "yes"], ("yes_no", "")),
        (["1", "0", "0"], ("yes_no", "")),
        (["No", "No", "No"], ("yes_no", "same")),
        (["", "Select", "n/a"], ("text", "empty")),
        ([], ("text", "empty")),
        (["Call Monday", "asked for a demo", "knows Rina"], ("text", "")),
        ([f"7927b2df-8bba-4d29-b9a2-b6e0beafc{n:03}" for n in range(9)], ("text", "names")),
        ([str(660700 + n) for n in range(9)], ("number", "")),
        ([str(660700 + n) for n in range(30)], ("text", "names")),
        ([str(1 + n) for n in range(30)], ("text", "names")),
        ([str(1 + n) for n in range(30)] * 2, ("number", "")),
        ([str(6607000 + n) for n in range(9)], ("text", "names")),
        ([str(660700 + 3 * n) for n in range(50)], ("text", "names")),
        (["00123", "00456", "123"], ("text", "")),
        (["12", "13", "about twenty", "14"], ("text", "")),
    ],
)
def test_columns_that_are_of_no_use_are_said(cells, guessed):
    assert kind_and_use(cells) == guessed


def test_a_few_odd_cells_do_not_hide_a_number():
    assert kind_and_use([*map(str, range(0, 400, 2)), "unknown so far"])[0] == "number"
