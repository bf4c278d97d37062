"""The whole log of connections, with filters in the address, and as a file (I4)."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from config.web.ids import read_id
from leads.presenters.csv_response import csv_response
from queues.models import Connection, CrmLog
from queues.presenters.crm.log_words import log_words, several_of_a_kind
from queues.queries.crm.log import IN_FILE, LogFilters, log_lines

ops_only = permission_required("queues.operate_queue", raise_exception=True)
PAGE = 50


@require_safe
@ops_only
def log(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    filters = LogFilters(read_id(asked.get("in", "")), asked.get("way", ""), asked.get("tone", ""))
    lines = log_lines(filters)
    if asked.get("format") == "csv":
        return _csv(lines[:IN_FILE])
    connections = Connection.objects.order_by("kind", "name", "pk")
    page = Paginator(lines, PAGE).get_page(asked.get("page"))
    context = {
        "at": timezone.now(),
        "page": page,
        "lines": log_words(page.object_list, twins=several_of_a_kind(connections)),
        "filters": filters,
        "connections": connections,
        "ways": CrmLog.Way.choices,
        "tones": [("", _("All"), None), *((value, words, None) for value, words in CrmLog.Tone.choices)],
    }
    return render(request, "queues/connections/log.html", context)


def _csv(lines) -> HttpResponse:
    way = pgettext("in or out", "Way")
    header = (_("When"), _("CRM"), _("Connection"), way, _("How"), _("What"), _("Lead"), _("Details"))
    rows = (
        (
            each.line.at.isoformat(),
            each.line.connection.get_kind_display(),
            each.line.connection.name,
            each.line.get_way_display(),
            each.line.get_tone_display(),
            each.says,
            each.line.lead_id,
            "; ".join(f"{name}={value}" for name, value in sorted(each.line.details.items()) if value is not None),
        )
        for each in log_words(lines)
    )
    return csv_response("connections-log.csv", header, rows)
