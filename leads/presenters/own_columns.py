"""Own fields as columns of lists, in files, and as a filter (A9, M8)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from leads.decisions.lists import Column, ListPage
from leads.decisions.own_fields.names import OwnKind
from leads.models import OwnField
from leads.presenters.own_fields import file_value, value_text
from leads.queries.own_fields import own_fields

OWN = "own"  # the name of the filter; its value is "key=choice"
OPEN = "open"  # lists of leads that nobody has claimed: only fields that may be shown before
KEY = "own_"
YES, NO = "yes", "no"
FILTERED = (OwnKind.CHOICE, OwnKind.YES_NO)


def with_own_fields(page: ListPage) -> tuple[ListPage, list[OwnField]]:
    """The list with a column for each own field, and these; one query, none for a list that has no leads."""
    if not page.own or page.lead_of is None:
        return page, []
    fields = [each for each in own_fields() if each.is_open or page.own != OPEN]
    columns = tuple(_column(each, page.lead_of, can_sort=page.sorts_own) for each in fields)
    return replace(page, columns=page.columns + columns), fields


def _column(field: OwnField, lead_of: Callable[[Any], Any], *, can_sort: bool) -> Column:
    def cell(row: Any) -> object:
        return file_value(lead_of(row).own.get(field.value_name))

    def text(row: Any) -> str:
        return value_text(field.kind, lead_of(row).own.get(field.value_name))

    classes = "r n-more" if field.kind == OwnKind.NUMBER else "n-more"
    key = f"{KEY}{field.key}"
    return Column(key, field.name, cell, is_shown=False, can_sort=can_sort, classes=classes, text=text)


def sort_keys(fields: Sequence[OwnField], lead_of: Callable[[Any], Any]) -> dict[str, Callable[[Any], Any]]:
    """For in_order(): what has no value comes last."""
    return {f"{KEY}{each.key}": _sort_key(each, lead_of) for each in fields}


def _sort_key(field: OwnField, lead_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def key(row: Any) -> object:
        value = lead_of(row).own.get(field.value_name)
        return value.casefold() if isinstance(value, str) else value

    return key


def value_name_of(sort: str, fields: Sequence[OwnField]) -> str:
    """The value by which a list is sorted, for the database; "" for a column of Alur."""
    wanted = sort.removeprefix("-")
    return next((each.value_name for each in fields if f"{KEY}{each.key}" == wanted), "")


def filter_groups(fields: Sequence[OwnField]) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a menu: (name of the field, its choices)."""
    groups = []
    for field in fields:
        if field.kind not in FILTERED:
            continue
        plain = [(each, each) for each in field.choices]
        choices = [(YES, _("Yes")), (NO, _("No"))] if field.kind == OwnKind.YES_NO else plain
        groups.append((field.name, [(f"{field.key}={value}", label) for value, label in choices]))
    return groups


def filter_choices(fields: Sequence[OwnField]) -> set[str]:
    return {value for _name, choices in filter_groups(fields) for value, _label in choices}


def filter_value(chosen: str, fields: Sequence[OwnField]) -> tuple[str, str | bool] | None:
    """Value name and value that a choice of the filter asks for; None for no choice."""
    key, _mark, value = chosen.partition("=")
    field = next((each for each in fields if each.key == key and each.kind in FILTERED), None)
    if field is None:
        return None
    return field.value_name, value == YES if field.kind == OwnKind.YES_NO else value


def has_value(lead: Any, wanted: tuple[str, str | bool] | None) -> bool:
    return wanted is None or lead.own.get(wanted[0]) == wanted[1]
