"""The list of a queue's waiting leads: its columns, and any order of its first thousand places (C7, M8)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from dashboards.presenters.places import why_here
from dashboards.presenters.queues import clock_text
from dashboards.queries.waiting import MAX_PAGE, PAGE_SIZE, Page, Preview, QueueLine
from leads.decisions.lists import Column, ListPage, in_order
from leads.models import LeadType
from leads.presenters.lists import Table, register_list
from leads.presenters.own_columns import has_value, sort_keys

MOST = MAX_PAGE * PAGE_SIZE


class LineRow(NamedTuple):
    """One waiting lead with its words."""

    row: Preview
    why: str
    clock: str


ORDERS = {
    "place": lambda row: row.number,
    "company": lambda row: row.company.casefold() or None,
    "source": lambda row: row.source.casefold(),
    "score": lambda row: row.score,
    "size": lambda row: row.size,
    "waiting": lambda row: -row.since_at.timestamp(),
}
QUEUE_LINE = register_list(
    ListPage(
        key="queue",
        columns=(
            Column(
                "place", _("Place"), lambda one: one.row.number, can_sort=True, classes="place r", explained="place"
            ),
            Column("company", _("Company"), lambda one: one.row.company, is_fixed=True, can_sort=True),
            Column("title", _("Title"), lambda one: one.row.title, is_shown=False, classes="n-more"),
            Column("source", _("Source"), lambda one: one.row.source, can_sort=True, classes="n-source"),
            Column("type", _("Type"), lambda one: one.row.lead_type, is_shown=False, in_file=False, classes="n-more"),
            Column("city", _("City"), lambda one: one.row.city, is_shown=False, in_file=False, classes="n-more"),
            Column(
                "size", _("Size"), lambda one: one.row.size, is_shown=False, in_file=False, can_sort=True,
                classes="r n-more",
            ),
            Column(
                "score", _("Score"), lambda one: one.row.score, can_sort=True, classes="r n-score", explained="score"
            ),
            Column(
                "since", _("Waiting since"), lambda one: one.row.since_at.isoformat(), on_page=False
            ),
            Column(
                "waiting", _("Waiting"), lambda one: one.row.since_at.isoformat(), in_file=False, can_sort=True,
                classes="r", explained="waited",
            ),
            Column("why", _("Why this place"), lambda one: one.why),
            Column("clock", _("What the clock does next"), lambda one: one.clock, in_file=False),
        ),
        filters={"type": _("type"), "own": _("own field")},
        sort="place",
        permission="queues.watch_queue",
        own="open",
        lead_of=lambda one: one.row,
        sorts_own=True,
    )
)  # fmt: skip


def line_rows(rows: Sequence[Preview], *, at: datetime) -> list[LineRow]:
    return [LineRow(row, why_here(row, at), clock_text(row, at=at)) for row in rows]


def type_choices() -> dict[str, str]:
    return {str(value): str(label) for value, label in LeadType.choices}


def chosen_rows(rows: Sequence[Preview], table: Table, *, lead_type: str) -> list[Preview]:
    """Of the first thousand places those of one type, or of all (""), and with the value of an own field that is asked
    for, in the order of the table."""
    label = type_choices().get(lead_type, "")
    chosen = [row for row in rows if label in ("", row.lead_type) and has_value(row, table.own_value)]
    return in_order(chosen, table.sort, {**ORDERS, **sort_keys(table.own_fields, lambda row: row)})


def page_of_chosen(line: QueueLine, table: Table, *, lead_type: str, number: int) -> tuple[QueueLine, Page]:
    """One page of the line in another order than that of the places."""
    rows = chosen_rows(line.rows, table, lead_type=lead_type)
    last = max(-(-len(rows) // PAGE_SIZE), 1)
    page = Page(number=min(max(number, 1), last), last=last, start=(min(max(number, 1), last) - 1) * PAGE_SIZE)
    shown = rows[page.start : page.start + PAGE_SIZE]
    ids = {row.entry_id for row in shown}
    return replace(line, rows=shown, entries=[entry for entry in line.entries if entry.pk in ids]), page
