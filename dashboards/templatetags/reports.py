"""Tags of the reports: this address with something changed, the "?" beside a figure, cells with their columns."""

from django import template
from django.urls import reverse

from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure
from dashboards.presenters.reports.tables import Cell, Column, Row, Table

register = template.Library()


@register.simple_tag
def asked_with(asked: Asked, **changes: str) -> str:
    """The address of this report with some of it changed."""
    return asked.address(**changes)


@register.inclusion_tag("_parts/explain.html")
def explain(figure: Figure, asked: Asked, by: str = "", value: str = "") -> dict:
    """What the figure counts; with the list of the leads behind it, of one row where `by` and `value` name one."""
    href = asked.address(reverse("dashboards:report_leads"), figure=figure.key, by=by, value=str(value))
    return {"figure": figure, "href": href if figure.behind is not None else ""}


@register.filter
def cells_of(table: Table, row: Row) -> list[tuple[Column, Cell]]:
    return list(zip(table.columns, row.cells, strict=True))
