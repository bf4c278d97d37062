"""What an address asks of a list, and the shortest address that asks for it (M8)."""

import pytest

from leads.decisions.lists import Column, ListPage, in_order, query_of, read_list, read_text

PAGE = ListPage(
    key="leads",
    columns=(
        Column("company", "Company", is_fixed=True, can_sort=True),
        Column("source", "Source"),
        Column("score", "Score", is_shown=False, can_sort=True),
    ),
    filters={"q": "search", "tab": "list"},
    defaults={"tab": "open"},
    sort="-company",
)


@pytest.mark.parametrize(
    ("query", "columns", "sort", "shortest"),
    [
        ("", ("company", "source"), "-company", ""),
        ("columns=score", ("company", "score"), "-company", "columns=company,score"),
        ("columns=source,company", ("company", "source"), "-company", ""),
        ("columns=score&columns=source", ("company", "source", "score"), "-company", "columns=company,source,score"),
        ("sort=score&sort=-score", ("company", "source"), "-score", "sort=-score"),
        ("columns=company", ("company",), "-company", "columns=company"),
        ("q=+acme%00+&page=3&view=7&v=x", ("company", "source"), "-company", "q=acme"),
        ("tab=open", ("company", "source"), "-company", ""),
        ("tab=done&q=", ("company", "source"), "-company", "tab=done"),
        ("columns=,,&sort=", ("company", "source"), "-company", ""),
    ],
)
def test_an_address_asks_for_columns_an_order_and_filters(query: str, columns: tuple, sort: str, shortest: str):
    asked = read_text(PAGE, query)
    assert (asked.columns, asked.sort, query_of(PAGE, asked), asked.left_out) == (columns, sort, shortest, ())


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ({"columns": ["score,shoe"]}, (("columns", "shoe"),)),
        ({"columns": ["shoe", "shoe"]}, (("columns", "shoe"),)),
        ({"sort": ["source"]}, (("sort", "source"),)),
        ({"sort": ["--company"]}, (("sort", "--company"),)),
        ({"sort": ["x" * 999]}, (("sort", "x" * 200),)),
    ],
)
def test_what_a_list_does_not_have_is_left_out_and_said(query: dict, left_out: tuple):
    assert read_list(PAGE, query).left_out == left_out


def test_columns_that_do_not_exist_alone_choose_nothing():
    asked = read_list(PAGE, {"columns": ["shoe"]})
    assert (asked.columns, asked.chose_columns, asked.names) == (("company", "source"), False, frozenset())


def test_a_query_of_a_thousand_fields_asks_for_nothing():
    assert query_of(PAGE, read_text(PAGE, "&".join(f"q={n}" for n in range(1000)))) == ""


@pytest.mark.parametrize(("sort", "order"), [("n", [1, 2, None]), ("-n", [2, 1, None]), ("shoe", [2, None, 1])])
def test_rows_without_a_value_come_last_whichever_way(sort: str, order: list):
    assert in_order([2, None, 1], sort, {"n": lambda row: row}) == order
