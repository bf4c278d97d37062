"""JSON as a database takes it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.decisions.facts.storable import MAX_DEPTH, TooDeep, storable

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(anything)
def test_what_is_left_can_be_encoded_and_holds_no_nul(value):
    text = json.dumps(storable(value), ensure_ascii=False)
    assert "\\u0000" not in text and text.encode()


def test_ordinary_values_stay_as_they_are():
    value = {"name": "Émile 🙂", "tags": ["a", 1, 2.5, None, True], "inner": {"k": "v"}}
    assert storable(value) == value


def test_what_lies_too_deep_is_kept_as_text():
    value: object = "x\ud800"
    for _level in range(MAX_DEPTH + 2):
        value = [value]
    kept = storable(value)
    for _level in range(MAX_DEPTH):
        (kept,) = kept
    assert kept == '[["x\ufffd"]]'


def test_endless_depth_is_refused():
    value: object = "x"
    for _level in range(100_000):
        value = [value]
    with pytest.raises(TooDeep):
        storable(value)


def test_keys_that_differ_only_in_what_is_replaced_are_both_kept():
    assert storable({"k\0": 1, "k\ud800": 2, "k\ufffd (2)": 3}) == {
        "k\ufffd": 1,
        "k\ufffd (2)": 2,
        "k\ufffd (2) (2)": 3,
    }
