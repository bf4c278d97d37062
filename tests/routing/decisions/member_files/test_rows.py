"""Rows of a file of members: what each says, and why it is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest

from leads.decisions.csv.rows import Row
from leads.decisions.facts.fields import Problem
from routing.decisions.member_files.rows import FileRow, RowFault, groups_of, read_rows_as_members
from routing.decisions.member_files.weights import weights_of

FIELDS = ("email", "name", "weight", "position", "cap_day", "active", "group")


def read(*rows: str, fields: tuple[str, ...] = FIELDS) -> list[FileRow]:
    """Rows from line 2 on, their cells between bars."""
    made = [Row(line, tuple(row.split("|"))) for line, row in enumerate(rows, start=2)]
    return read_rows_as_members(made, dict(enumerate(fields)))


def test_a_row_says_who_and_what():
    assert read("rina@x.id|Rina Hartono|1/2|#3|1,000|ya|SMB") == [
        FileRow(
            line=2,
            email="rina@x.id",
            name="Rina Hartono",
            ratio=Fraction(1, 2),
            is_part=True,
            position=3,
            caps={"cap_day": 1000},
            is_paused=False,
            groups=("SMB",),
        )
    ]


def test_empty_cells_and_placeholders_say_nothing_and_words_lift_a_cap():
    assert read("rina@x.id||-||n/a||", "budi@x.id||||unlimited|tidak|") == [
        FileRow(line=2, email="rina@x.id"),
        FileRow(line=3, email="budi@x.id", caps={"cap_day": None}, is_paused=True),
    ]


@pytest.mark.parametrize(
    ("row", "faults"),
    [
        ("rina@x.id||-1||||", (RowFault("negative", "weight", "-1"),)),
        ("rina@x.id||high||||", (RowFault("not_a_number", "weight", "high"),)),
        ("rina@x.id||150||||", (RowFault("too_large", "weight", "150"),)),
        ("rina@x.id||0.001||||", (RowFault("too_small", "weight", "0.001"),)),
        ("rina@x.id|||first|||", (RowFault("wrong", "position", "first"),)),
        ("rina@x.id||||-3||", (RowFault("wrong", "cap_day", "-3"),)),
        ("rina@x.id||||2.5||", (RowFault("wrong", "cap_day", "2.5"),)),
        ("rina@x.id|||||maybe|", (RowFault("wrong", "active", "maybe"),)),
        ("||2||||", (RowFault("nobody"),)),
        ("rina@x.id||x||y||", (RowFault("not_a_number", "weight", "x"), RowFault("wrong", "cap_day", "y"))),
    ],
)
def test_a_row_is_refused_with_every_reason(row: str, faults: tuple):
    assert read(row)[0].faults == faults


def test_a_broken_line_is_refused_with_the_reason_of_the_reader():
    broken = Row(4, (), Problem("", "open_quote", '"Rina'))
    assert read_rows_as_members([broken], {0: "email"}) == [
        FileRow(4, name='"Rina', faults=(RowFault("broken", detail="open_quote"),))
    ]


def test_a_name_in_the_column_of_addresses_is_a_name():
    assert read("Rina Hartono||||||")[0] == FileRow(2, name="Rina Hartono")
    halves = read("Rina|Hartono", fields=("first_name", "last_name"))
    assert halves == [FileRow(2, name="Rina Hartono")]


def test_several_rotations_in_one_cell_are_taken_apart_only_if_each_stands_alone_elsewhere():
    rows = read(
        "a@x.id||||||SMB;Enterprise", "b@x.id||||||SMB,Enterprise", "c@x.id||||||smb", "d@x.id||||||Enterprise",
        "e@x.id||||||Jakarta, SMB", "f@x.id||||||",
    )  # fmt: skip
    assert [row.groups for row in rows] == [
        ("SMB", "Enterprise"),
        ("SMB", "Enterprise"),
        ("SMB",),
        ("Enterprise",),
        ("Jakarta, SMB",),
        (),
    ]
    assert groups_of(rows) == {"SMB": 3, "Enterprise": 3, "Jakarta, SMB": 1, "": 1}


def weights(*written: str, field: str = "weight") -> tuple[list[Decimal | None], bool]:
    rows = read(*(f"p{number}@x.id|{cell}" for number, cell in enumerate(written)), fields=("email", field))
    found = weights_of([row for row in rows if not row.faults])
    return [found.by_line.get(row.line) for row in rows], found.are_parts


def test_parts_of_a_whole_become_shares_of_a_usual_weight():
    assert weights("50%", "25 %", "25%") == ([Decimal("1.50"), Decimal("0.75"), Decimal("0.75")], True)
    assert weights("1/4", "3/4") == ([Decimal("0.50"), Decimal("1.50")], True)
    assert weights("33.33%", "33.33%", "33.34%") == ([Decimal("1.00")] * 3, True)
    assert weights("12.5", "37.5", "50", "0", field="weight_percent")[0] == [
        Decimal("0.38"),
        Decimal("1.13"),
        Decimal("1.50"),
        Decimal("0.00"),
    ]
    assert weights(*["2.5%"] * 38, "5%")[0][-1] == Decimal("1.95")  # two decimal places are enough for small parts


def test_other_weights_count_as_they_are_written():
    assert weights("200%", "100%", "100%") == ([Decimal(2), Decimal(1), Decimal(1)], False)
    assert weights("100%") == ([Decimal(1)], False)
    assert weights("25", "75") == ([Decimal(25), Decimal(75)], False)
    assert weights("0.25", "0.75") == ([Decimal("0.25"), Decimal("0.75")], False)
    assert weights("50%", "50%", "") == ([Decimal("0.50"), Decimal("0.50"), None], False)
    assert weights("1/3", "0") == ([Decimal("0.33"), Decimal(0)], False)


def test_a_part_that_would_round_to_nothing_is_refused():
    rows = read("a@x.id|0.1%", "b@x.id|200%", fields=("email", "weight"))
    assert weights_of(rows).faults == {2: RowFault("too_small", "weight", "0.001")}
