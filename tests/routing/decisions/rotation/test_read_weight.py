"""What is understood as a weight, and what is refused (F4, L10)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.decisions.rotation.weights import MAX_WEIGHT, WeightFault, WeightRefused, read_weight


@pytest.mark.parametrize(
    ("words", "weight"),
    [
        ("2", "2"),
        ("0.5", "0.5"),
        ("0,5", "0.5"),
        (".5", "0.5"),
        ("1/2", "0.5"),
        ("1 / 3", "0.33"),
        ("150 %", "1.5"),
        ("150%", "1.5"),
        ("150\u00a0%", "1.5"),
        ("1,000 %", "10"),
        ("1.000 %", "10"),
        ("1 %", "0.01"),
        ("0", "0"),
        ("0 %", "0"),
        ("0/3", "0"),
        ("-0", "0"),
    ],
)
def test_a_weight_is_a_number_a_fraction_or_a_percentage(words: str, weight: str):
    assert read_weight(words) == Decimal(weight)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("nan", WeightFault.NOT_A_NUMBER),
        ("1e2", WeightFault.NOT_A_NUMBER),
        ("1/0", WeightFault.NOT_A_NUMBER),
        ("0/0", WeightFault.NOT_A_NUMBER),
        ("1" * 25, WeightFault.NOT_A_NUMBER),
        ("50 % %", WeightFault.NOT_A_NUMBER),
        ("٣", WeightFault.NOT_A_NUMBER),
        ("--1", WeightFault.NOT_A_NUMBER),
        ("-1", WeightFault.NEGATIVE),
        ("-50 %", WeightFault.NEGATIVE),
        ("\u22121/2", WeightFault.NEGATIVE),
        ("1,001", WeightFault.TOO_FINE),
        ("1.005", WeightFault.TOO_FINE),
        ("12.5 %", WeightFault.TOO_FINE),
        ("100.01", WeightFault.TOO_LARGE),
        ("1,001 %", WeightFault.TOO_MANY_PERCENT),
        ("0.004", WeightFault.TOO_SMALL),
        ("0.005", WeightFault.TOO_SMALL),
        ("0.4 %", WeightFault.TOO_SMALL),
        ("1/200", WeightFault.TOO_SMALL),
    ],
)
def test_what_is_no_weight_is_refused_with_the_reason(words: str, fault: WeightFault):
    with pytest.raises(WeightRefused) as refused:
        read_weight(words)
    assert refused.value.fault == fault


@given(st.text(alphabet="0123456789.,/%- e\u2212", max_size=12))
def test_whatever_is_typed_is_a_weight_or_is_refused_and_only_nought_pauses(words: str):
    try:
        weight = read_weight(words)
    except WeightRefused:
        return
    assert 0 <= weight <= MAX_WEIGHT
    assert (weight == 0) == (not any(digit in words.split("/")[0] for digit in "123456789"))
