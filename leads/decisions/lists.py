"""Lists that people set up for themselves: what an address asks for, and the shortest address that asks for it (M8)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode

COLUMNS, SORT = "columns", "sort"
MAX_VALUE_LENGTH = 200
MAX_QUERY_LENGTH = 8000
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """`cell` gives the text of a row for a file; `label` may be translated later.

    A fixed column always stands. `is_shown`, `in_file`: whether page and file have it as long as no columns are chosen.
    `on_page`: whether the page can show it at all; the others cannot be chosen. `file_label` where a file needs more
    words.
    """

    key: str
    label: object
    cell: Callable[[Any], object] = str
    is_fixed: bool = False
    is_shown: bool = True
    in_file: bool = True
    on_page: bool = True
    can_sort: bool = False
    classes: str = ""
    explained: str = ""
    text: Callable[[Any], str] | None = None  # the words of a cell that no template has
    file_label: object = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """`filters` are the names in the address with their labels, `defaults` what some of them are before one is chosen;
    `sort` is the order then, `-key` is the largest first. `typed` are filters that people write on other pages, so they
    do not hold back the default view."""

    key: str
    columns: tuple[Column, ...]
    filters: Mapping[str, object] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    typed: frozenset[str] = frozenset()
    permission: str = ""
    own: str = ""  # "all": own fields are columns too; "open": those that may be shown before the claim (A9)
    lead_of: Callable[[Any], Any] | None = None  # the lead of a row
    sorts_own: bool = False

    @property
    def standard(self) -> tuple[str, ...]:
        return tuple(each.key for each in self.columns if each.is_fixed or (each.is_shown and each.on_page))

    def can_sort_by(self, sort: str) -> bool:
        return any(each.can_sort and each.key == sort.removeprefix("-") for each in self.columns)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a list. `names` are the names of the list that it has; `left_out` are values of columns
    and orders that the list does not have."""

    columns: tuple[str, ...]
    sort: str
    filters: Mapping[str, str]
    names: frozenset[str] = frozenset()
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def chose_columns(self) -> bool:
        return COLUMNS in self.names


def read_list(page: ListPage, query: Mapping[str, Sequence[str]]) -> Asked:
    """Columns are one value with commas, or a value each, as a form without scripts sends them. Of other names the
    last value counts."""
    filters = {name: value for name in page.filters if (value := _last(query, name))}
    wanted = [key for value in query.get(COLUMNS, ()) for key in _clean(value).split(",") if key]
    known = {each.key: each for each in page.columns if each.on_page}
    chosen = {key for key in wanted if key in known}
    left_out = [(COLUMNS, key) for key in dict.fromkeys(wanted) if key not in known]
    columns = tuple(each.key for each in page.columns if each.is_fixed or each.key in chosen)
    names = set(filters) | ({COLUMNS} if chosen else set())
    sort = _last(query, SORT)
    if sort and not page.can_sort_by(sort):
        left_out.append((SORT, sort))
        sort = ""
    names |= {SORT} if sort else set()
    return Asked(
        columns=columns if chosen else page.standard,
        sort=sort or page.sort,
        filters=filters,
        names=frozenset(names),
        left_out=tuple(left_out),
    )


def read_text(page: ListPage, query: str) -> Asked:
    """The same for a query string that came from a form or was kept; other names in it are dropped."""
    try:
        return read_list(page, parse_qs(query[:MAX_QUERY_LENGTH], max_num_fields=100))
    except ValueError:
        return read_list(page, {})


def query_of(page: ListPage, asked: Asked) -> str:
    """The shortest query that asks for the same; "" for the list as it stands for everybody."""
    chosen = [(name, asked.filters.get(name, "")) for name in page.filters]
    pairs = [(name, value) for name, value in chosen if value not in ("", page.defaults.get(name))]
    if asked.sort != page.sort:
        pairs.append((SORT, asked.sort))
    if asked.columns != page.standard:
        pairs.append((COLUMNS, ",".join(asked.columns)))
    return urlencode(pairs, safe=",")


def in_order(rows: Iterable[Row], sort: str, keys: Mapping[str, Callable[[Row], Any]]) -> list[Row]:
    """Rows without a value come last in both directions; an unknown order keeps them as they are."""
    found = list(rows)
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return found
    valued = [row for row in found if key(row) is not None]
    return sorted(valued, key=key, reverse=sort.startswith("-")) + [row for row in found if key(row) is None]


def _last(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return _clean(values[-1]) if values else ""


def _clean(value: str) -> str:
    return value.replace("\0", "").strip()[:MAX_VALUE_LENGTH]
