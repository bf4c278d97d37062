"""The tables of the flow page as CSV (E10)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboards.decisions.time_spans import Span
from dashboards.presenters.flow import way_text
from dashboards.queries import flow as flow_queries
from dashboards.views.flow import asked_span
from leads.presenters.csv_response import csv_response
from queues.queries.counts import depth_by_queue

Table = tuple[tuple[str, ...], Iterable[tuple]]


@permission_required("queues.operate_queue", raise_exception=True)
def flow_csv(request: HttpRequest, table: str) -> HttpResponse:
    """One table for the period in the address."""
    at = timezone.now()
    if table not in TABLES:
        raise Http404
    span = asked_span(request, at=at)
    header, rows = TABLES[table](span, at)
    return csv_response(f"flow-{table}-{span.key}.csv", header, rows)


def _hours(span: Span, at: datetime) -> Table:
    """Every hour or day of every queue."""
    series = flow_queries.by_queue(span, flow_queries.all_queues())
    rows = (
        (cut.isoformat(), one.name, one.ins[place], one.outs[place])
        for place, cut in enumerate(span.cuts)
        for one in series
    )
    return (_("Begins"), _("Queue"), _("In"), _("Out")), rows


def _queues(span: Span, at: datetime) -> Table:
    queues = flow_queries.all_queues()
    depths = depth_by_queue(queues)
    rows = (
        (one.name, one.came, one.went, one.net, depths.get(one.pk, 0)) for one in flow_queries.by_queue(span, queues)
    )
    return (_("Queue"), _("In"), _("Out"), _("Net"), _("Waiting")), rows


def _sources(span: Span, at: datetime) -> Table:
    sums = flow_queries.hours_of(span, flow_queries.all_queues()).of_sources("source")
    found = flow_queries.sources(flow_queries.all_sources(), sums).rows
    rows = ((row.name, row.came, row.taken, _share(row.converted), row.won, row.of) for row in found)
    return (
        _("Source"), _("In"), _("Taken"), _("Converted, 90 days"), _("Opportunities and customers"), _("Of leads"),
    ), rows  # fmt: skip


def _ways(span: Span, at: datetime) -> Table:
    rows = ((way_text(way), way.count) for way in flow_queries.ways_out(span, flow_queries.all_queues()))
    return (_("Way out"), _("Leads")), rows


def _share(part: float | None) -> str:
    """A share, or "n/a" without a denominator (L2)."""
    return _("n/a") if part is None else f"{part:.4f}"


TABLES = {"hours": _hours, "queues": _queues, "sources": _sources, "ways": _ways}
