"""Values of own fields as people and programs write them, and what says nothing (A9)."""

from datetime import UTC, timedelta, timezone

import pytest

from leads.decisions.own_fields.names import free_key, kind_and_key
from leads.decisions.own_fields.reading import FieldReading, OwnReader, own_facts, read_value

JAKARTA = timezone(timedelta(hours=7))


def read(kind: str, value: object, **more):
    return read_value(FieldReading("f", kind, **more), value, JAKARTA)


@pytest.mark.parametrize(
    ("text", "style", "number"),
    [
        ("2.5", "", 2.5),
        ("1,5", "", 1.5),
        ("1.667", "", 1667),
        ("1.667", ".", 1.667),
        ("0.333", "", 0.333),
        ("1,667", ",", 1.667),
        ("1.234.567", "", 1234567),
        ("1.234,50", "", 1234.5),
        ("-12", "", -12),
        ("Rp 12.500.000", "", 12500000),
        ("85 %", "", 85),
        ("6.5e3", "", 6500),
        (2.125, "", 2.125),
        (2.125, ",", 2.125),
        (7, "", 7),
        ("twelve", "", None),
        ("12 apples", "", None),
        ("", "", None),
        ("9" * 30, "", None),
    ],
)
def test_numbers_are_read_in_both_conventions(text, style, number):
    assert read("number", text, style=style) == number


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        ("2026-11-16", "", "2026-11-16"),
        ("06/11/2026", "", "2026-11-06"),
        ("06/11/2026", "month", "2026-06-11"),
        ("11/13/2026 9:30", "month", "2026-11-13"),
        ("2026-11-16T20:00:00Z", "", "2026-11-17"),  # it is the next day in Jakarta
        ("soon", "", None),
    ],
)
def test_days_are_those_of_the_company(text, style, day):
    assert read("date", text, style=style) == day


@pytest.mark.parametrize("text", ["Select", "select", "n/a", "N/A", "-", "none", "NULL", "Please select", "  ", "#N/A"])
def test_placeholders_are_nothing(text):
    assert [read(kind, text) for kind in ("text", "number", "choice", "date")] == [None] * 4


def test_choices_take_the_spelling_of_the_list_and_others_stay():
    choices = ("Low in Relevance", "Might be")
    assert [read("choice", text, choices=choices) for text in ("low in relevance ", "MIGHT-BE", "Sure")] == [
        "Low in Relevance",
        "Might be",
        "Sure",
    ]


def test_yes_and_no_in_several_languages():
    assert [read("yes_no", text) for text in ("Yes", "ya", "1", "No", "tidak", "0", "perhaps", True, False)] == [
        True,
        True,
        True,
        False,
        False,
        False,
        None,
        True,
        False,
    ]


def test_several_columns_feed_one_field_and_the_first_with_a_value_counts():
    field = FieldReading("visits", "number", titles=("Total Visits", "Visits"))
    reader = OwnReader([field, FieldReading("note", "text", titles=("Note",))], UTC)
    read = [
        reader.values({"visits": "3", "TOTAL  visits": "5", "Other": "x"}),
        reader.values({"visits": "3", "Total Visits": "Select"}),
        reader.values({"Visits": "many", "Note": "call"}),
        reader.values({"visits": "1,667"}, raw={"visits": 1.667}),
    ]
    assert read == [{"number:visits": 5}, {"number:visits": 3}, {"text:note": "call"}, {"number:visits": 1.667}]


def test_facts_compare_numbers_exactly_and_know_that_somebody_emptied_a_value():
    facts = own_facts({"number:a": 0.1, "number:b": 3, "text:c": "x", "date:d": None})
    assert {name: str(value) for name, value in facts.items()} == {
        "number:a": "0.1",
        "number:b": "3",
        "text:c": "x",
        "date:d": "None",
    }


def test_keys_are_plain_and_free():
    assert [
        free_key("Total Time Spent on Website", ()),
        free_key("Größe (m²)", {"grosse_m2"}),
        free_key("???", {"field"}),
        free_key("x" * 90, ()),
    ] == ["total_time_spent_on_website", "grosse_m2_2", "field_2", "x" * 36]


def test_only_well_formed_names_are_own():
    assert [kind_and_key(name) for name in ("number:a_1", "score", "money:a", "text:", "text:A")] == [
        ("number", "a_1"),
        None,
        None,
        None,
        None,
    ]
