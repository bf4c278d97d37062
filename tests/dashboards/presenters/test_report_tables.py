"""Tables of reports: sorting within bands, the first rows of a long band, chips with signs, CSV with plain values."""

import pytest
from django.template import Context, Template

from dashboards.presenters.reports.tables import MOST_ROWS, Band, BarMark, Cell, Column, Row, Table

COLUMNS = (Column("mean", "Mean", unit="s"), Column("verdict", "Verdict", is_number=False))


def table(*rows: Row, sort: str = "-mean") -> Table:
    return Table("Waits", "Queue", COLUMNS, (Band("By queue", rows),), sort=sort)


def row(name: str, mean: float | None, level: str = "") -> Row:
    return Row(name, (Cell("n/a" if mean is None else str(mean), mean), Cell("kept" if level else "", level=level)))


def names(found: Table) -> str:
    return "".join(each.name for each in found.bands[0].rows)


def drawn(found: Table, one: Row) -> str:
    return Template("{% load report_rows %}{% report_row table row %}").render(Context({"table": found, "row": one}))


@pytest.mark.parametrize(
    ("sort", "order"),
    [("", "bacd"), ("mean", "cabd"), ("-mean", "bacd"), ("name", "abcd"), ("-name", "dcba"), ("x", "bacd")],
)
def test_rows_without_a_value_stand_last_whichever_way(sort: str, order: str):
    rows = (row("d", None), row("a", 2), row("b", 3), row("c", 1))
    assert names(table(*rows).sorted_by(sort)) == order


def test_equal_values_stand_by_name():
    assert names(table(row("b", 1), row("A", 1), row("c", 2)).sorted_by("-mean")) == "cAb"


def test_a_long_band_shows_its_first_rows_and_says_how_many_there_are():
    whole = table(*(row(f"{n:03}", n) for n in range(MOST_ROWS + 1))).sorted_by("-mean")
    band = whole.first_rows().bands[0]
    assert (len(band.rows), band.rows[0].name, band.in_all) == (MOST_ROWS, f"{MOST_ROWS:03}", MOST_ROWS + 1)
    assert len(list(whole.csv_rows())) == MOST_ROWS + 1


def test_a_band_that_fits_says_nothing():
    assert table(*(row(str(n), n) for n in range(MOST_ROWS))).first_rows().bands[0].in_all == 0


def test_csv_has_plain_values_and_the_words_of_chips():
    found = table(row("SMB", 2 / 3, "ok"))
    assert (found.csv_header(), list(found.csv_rows())) == (
        ["Group", "Queue", "Mean (s)", "Verdict"],
        [["By queue", "SMB", 0.6667, "kept"]],
    )


def test_a_chip_has_a_sign_beside_its_colour_and_text_is_escaped():
    one = Row(
        "<b>", (Cell("1", 1, bar=BarMark(50, 66.67, is_late=True)), Cell("missed", level="bad")), href="/a/?x=1&y=2"
    )
    html = drawn(table(one), one)
    assert ("alert-octagon-filled" in html, "&lt;b&gt;" in html, 'href="/a/?x=1&amp;y=2"' in html) == (True, True, True)
    assert ('class="late" width="50%"' in html, 'class="aim" x="66.67%"' in html) == (True, True)
