"""A row of a table of the reports as HTML, in Python: a page has hundreds of cells, which a template draws slowly.

format_html() takes ten times as long as these lines; so each text is escaped where it is put in, by escaped().
"""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from config.web.escaping import escaped
from config.web.figures import plain
from config.web.icons import sign
from dashboards.presenters.reports.tables import BarMark, Cell, Column, Row, Table
from dashboards.templatetags.reports import explain

register = template.Library()


@register.simple_tag(takes_context=True)
def report_row(context: dict[str, Any], table: Table, row: Row) -> SafeString:
    """With roles, because a phone shows rows as cards."""
    name = escaped(row.name)
    name = f'<a href="{escaped(row.href)}">{name}</a>' if row.href else name
    mark = explain(row.figure, context["asked"]) if row.figure is not None else ""
    cells = "".join([_cell(*pair) for pair in zip(table.columns, row.cells, strict=True)])
    return mark_safe(f'<tr role="row"><th role="rowheader" scope="row" class="co">{name} {mark}</th>{cells}</tr>')


def _cell(column: Column, cell: Cell) -> str:
    classes = [
        *(["r"] if column.is_number else []),
        *([] if cell.text else ["none"]),
        *(["verdict"] if cell.level else []),
    ]
    return f'<td role="cell" data-l="{escaped(column.label)}" class="{" ".join(classes)}">{_inside(cell)}</td>'


def _inside(cell: Cell) -> str:
    if cell.level:
        return f'<span class="al-chip {escaped(cell.level)}">{sign(cell.level)}{escaped(cell.text)}</span>'
    if cell.bar is not None:
        return f'<span class="al-withbar">{_bar(cell.bar)}{_text(cell, is_strong=True)}</span>'
    return _text(cell, is_strong=cell.is_strong)


def _text(cell: Cell, *, is_strong: bool) -> str:
    strong = ' class="strong"' if is_strong else ""
    if cell.href:
        return f'<a{strong} href="{escaped(cell.href)}">{escaped(cell.text)}</a>'
    return f"<span{strong}>{escaped(cell.text)}</span>"


def _bar(bar: BarMark) -> str:
    aim = "" if bar.aim is None else f'<rect class="aim" x="{plain(bar.aim)}%" width="2" height="6"/>'
    return (
        '<svg class="al-bar" aria-hidden="true"><rect class="track" width="100%" height="6" rx="3"/>'
        f'<rect class="{"late" if bar.is_late else "fill"}" width="{plain(bar.width)}%" height="6" rx="3"/>{aim}</svg>'
    )
