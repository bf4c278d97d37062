"""A row of a table of the reports as HTML, in Python: a page has hundreds of cells, which a template draws slowly."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from config.web.figures import plain
from config.web.icons import sign
from dashboards.presenters.reports.tables import BarMark, Cell, Column, Row, Table
from dashboards.templatetags.reports import explain

register = template.Library()
NOTHING = mark_safe("")


@register.simple_tag(takes_context=True)
def report_row(context: dict[str, Any], table: Table, row: Row) -> SafeString:
    """With roles, because a phone shows rows as cards."""
    name = format_html('<a href="{}">{}</a>', row.href, row.name) if row.href else row.name
    mark = explain(row.figure, context["asked"]) if row.figure is not None else NOTHING
    cells = format_html_join("", "{}", ((_cell(*pair),) for pair in zip(table.columns, row.cells, strict=True)))
    head = format_html('<th role="rowheader" scope="row" class="co">{} {}</th>', name, mark)
    return format_html('<tr role="row">{}{}</tr>', head, cells)


def _cell(column: Column, cell: Cell) -> SafeString:
    classes = [
        *(["r"] if column.is_number else []),
        *([] if cell.text else ["none"]),
        *(["verdict"] if cell.level else []),
    ]
    return format_html('<td role="cell" data-l="{}" class="{}">{}</td>', column.label, " ".join(classes), _inside(cell))


def _inside(cell: Cell) -> SafeString:
    if cell.level:
        return format_html('<span class="al-chip {}">{}{}</span>', cell.level, sign(cell.level), cell.text)
    if cell.bar is not None:
        return format_html('<span class="al-withbar">{}{}</span>', _bar(cell.bar), _text(cell, is_strong=True))
    return _text(cell, is_strong=cell.is_strong)


def _text(cell: Cell, *, is_strong: bool) -> SafeString:
    strong = mark_safe(' class="strong"') if is_strong else NOTHING
    if cell.href:
        return format_html('<a{} href="{}">{}</a>', strong, cell.href, cell.text)
    return format_html("<span{}>{}</span>", strong, cell.text)


def _bar(bar: BarMark) -> SafeString:
    aim = NOTHING
    if bar.aim is not None:
        aim = format_html('<rect class="aim" x="{}%" width="2" height="6"/>', plain(bar.aim))
    return format_html(
        '<svg class="al-bar" aria-hidden="true"><rect class="track" width="100%" height="6" rx="3"/>'
        '<rect class="{}" width="{}%" height="6" rx="3"/>{}</svg>',
        "late" if bar.is_late else "fill",
        plain(bar.width),
        aim,
    )
