"""Where the pointer stands after the members of a rotation were changed."""

import pytest

from routing.decisions.rotation.pointer import pointer_after_edit

A, B, C, D = 10, 20, 30, 40


@pytest.mark.parametrize(
    ("before", "pointer", "after", "expected"),
    [
        ([(A, 1), (B, 2), (C, 3)], 1, {A: 1, B: 2, C: 3}, 1),
        ([(A, 1), (B, 2), (C, 3)], 1, {C: 1, A: 2, B: 3}, 2),  # A was served last and still was: B is next
        ([(A, 1), (B, 2), (C, 3)], 1, {B: 1, C: 2}, None),  # A left: B stays next, at the head of the list
        ([(A, 1), (B, 2), (C, 3)], 2, {A: 1, C: 2}, 1),  # B left: C stays next
        ([(A, 1), (B, 2), (C, 3)], 3, {A: 1, B: 2}, None),  # C left: A stays next
        ([(A, 1), (B, 2), (C, 3)], 3, {A: 1, B: 2, C: 3, D: 4}, 3),  # D joined behind C
        ([(A, 1), (C, 5)], 3, {C: 1, A: 2}, None),  # the member at 3 left long ago: C stays next
        ([(A, 1), (C, 5)], 3, {A: 1, C: 2}, 1),
        ([(A, 7), (B, 7), (C, 7)], 1, {A: 1, B: 2, C: 3}, 2),  # one position for all: B had number 1
        ([(A, 1), (B, 2)], None, {A: 2, B: 1}, None),
        ([(A, 1), (B, 2)], 1, {}, None),
        ([(A, 1), (B, 2)], 1, {C: 1}, None),
    ],
)
def test_pointer_keeps_its_meaning(before, pointer, after, expected):
    assert pointer_after_edit(before, pointer, after) == expected
