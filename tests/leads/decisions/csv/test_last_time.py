"""Which columns of two files are the same (A9)."""

import pytest

from leads.decisions.csv.last_time import same_columns


@pytest.mark.parametrize(
    ("header", "earlier", "column_of", "new", "missing", "is_alike"),
    [
        (["Name", "E-Mail"], ["Name", "E-Mail"], {0: 0, 1: 1}, (), (), True),
        (["email", "NAME"], ["Name", "Email"], {0: 1, 1: 0}, (), (), True),
        (["Name", "Email", "City", "Budget"], ["Name", "Email", "City"], {0: 0, 1: 1, 2: 2}, ("Budget",), (), True),
        (["Name", "Email", "City"], ["Name", "Email", "Fax", "City"], {0: 0, 1: 1, 3: 2}, (), ("Fax",), True),
        (["Name", "Budget"], ["Name", "Email"], {0: 0}, ("Budget",), ("Email",), False),
        (["Phone", "Phone"], ["Phone", "Phone"], {0: 0, 1: 1}, (), (), True),
        (["名前"], ["電話"], {}, ("名前",), ("電話",), False),
        ([], [], {}, (), (), False),
    ],
)
def test_columns_are_the_same_by_their_titles(header, earlier, column_of, new, missing, is_alike):
    found = same_columns(header, earlier)
    assert (found.column_of, found.new, found.missing, found.is_alike) == (column_of, new, missing, is_alike)
