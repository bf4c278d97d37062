"""The waiting leads of one queue as a page asks for them: by places, or the first thousand in another order (M8)."""

from datetime import datetime

from django.http import HttpResponse

from dashboards.presenters.queue_line import MOST, QUEUE_LINE, chosen_rows, line_rows, page_of_chosen
from dashboards.queries import waiting
from dashboards.views.waiting import number_of
from leads.presenters.lists import Table
from queues.decisions.ordering import QueueCounts
from queues.models import Queue
from queues.queries.limits import TypeLimits


def line_of(
    found: Queue, table: Table, lead_type: str, *, at: datetime, limits: TypeLimits, known: QueueCounts
) -> tuple[waiting.QueueLine, waiting.Page]:
    """One page by places; of another order, or of one type, a page of the first thousand places."""
    number = number_of(table.request.GET.get("page", ""))
    if table.sort == QUEUE_LINE.sort and not lead_type and table.own_value is None:
        return waiting.page_of_queue(found, user=None, at=at, number=number, limits=limits, known=known)
    (line,) = waiting.first_rows_of_each([found], user=None, at=at, each=MOST, limits=limits)
    return page_of_chosen(line, table, lead_type=lead_type, number=number)


def line_csv(found: Queue, table: Table, lead_type: str, *, at: datetime) -> HttpResponse:
    """The first thousand places, as many as the pages show."""
    (line,) = waiting.first_rows_of_each([found], user=None, at=at, each=MOST)
    return table.csv(f"{found.slug}.csv", line_rows(chosen_rows(line.rows, table, lead_type=lead_type), at=at))
