"""What people mean when they drag rows or type numbers."""

import pytest

from config.positions import arranged


@pytest.mark.parametrize(
    ("numbers", "order"),
    [
        ({"a": (1, 1), "b": (2, 2), "c": (3, 3)}, "abc"),
        ({"a": (1, 1), "b": (2, 2), "c": (3, 1)}, "cab"),  # typed: c to the first place
        ({"a": (1, 2), "b": (2, 2), "c": (3, 3)}, "bac"),  # typed: a down to the second
        ({"a": (1, 2), "b": (2, 0), "c": (3, 1)}, "bca"),  # dragged: numbered from 0
        ({"a": (1, 9), "b": (2, 2), "c": (3, 3)}, "bca"),
        ({"a": (1, None), "b": (2, 2), "c": (3, 3)}, "bca"),  # a new row without a number
    ],
)
def test_arranged_puts_the_moved_row_where_it_was_meant(numbers: dict, order: str):
    assert "".join(arranged((key, *places) for key, places in numbers.items())) == order
