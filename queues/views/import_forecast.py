"""Where the rows of a file would go, on the page of its columns, and as a CSV file (A9)."""

from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part
from leads.forms.import_reading import ReadingForm
from leads.forms.imports import MappingForm
from leads.models import Forecast, Upload
from leads.presenters.csv_response import csv_response
from leads.presenters.import_sources import word_rows
from queues.actions.imports.asking import ask_forecast, go_on_if_lost
from queues.decisions.import_forecast import counts_of
from queues.presenters.import_forecast import place_rows, refused_rows, sums, waiting_note

PAGE, PART = "queues/import_forecast.html", "queues/_import_forecast.html"
importers_only = permission_required("leads.import_leads", raise_exception=True)


@require_POST
@importers_only
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Count for what is chosen on the page. What nothing can be counted for says so."""
    upload = get_object_or_404(Upload, pk=pk)
    form = MappingForm(upload, request.POST)
    is_stale = ReadingForm(upload, request.POST).is_stale  # the page shows columns of another reading
    if upload.state != Upload.State.MAPPING or is_stale or not form.is_valid():
        return page_or_part(
            request, PAGE, PART, {"upload": upload, "problems": [] if is_stale else form.non_field_errors()}
        )
    forecast = ask_forecast(
        upload, form.choices(), by=cast(User, request.user), at=timezone.now(), is_again="again" in request.POST
    )
    return page_or_part(request, PAGE, PART, _context(request, forecast))


@require_safe
@importers_only
def forecast(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a count is; as a CSV file what it has found."""
    found = get_object_or_404(Forecast.objects.select_related("upload"), pk=pk)
    if request.GET.get("format") == "csv":
        return _csv(request, found)
    go_on_if_lost(found, at=timezone.now())
    return page_or_part(request, PAGE, PART, _context(request, found))


def _context(request: HttpRequest, found: Forecast) -> dict:
    counts = counts_of(found.counts)
    return {
        "upload": found.upload,
        "forecast": found,
        "counts": counts,
        "places": place_rows(counts, user=cast(User, request.user), has_ids=_has_ids(found)),
        "refused": refused_rows(counts),
        "sums": sums(counts),
        "notes": list(filter(None, [waiting_note(counts)])),
        "words": word_rows(counts.sources, found.choices.get("sources", {})) if not found.is_under_way else [],
        "at": timezone.now(),
    }


def _has_ids(found: Forecast) -> bool:
    is_enough = found.choices.get("reading", {}).get("ids_are_enough")
    return "external_id" in found.choices.get("mapping", {}).values() and not is_enough


def _csv(request: HttpRequest, found: Forecast) -> HttpResponse:
    counts = counts_of(found.counts)
    rows = [
        [row.name, row.leads, row.why, "; ".join(row.notes)]
        for row in place_rows(counts, user=cast(User, request.user))
    ]
    rows += [[_("Refused"), row.rows, row.why, row.lines] for row in refused_rows(counts)]
    rows += [[_("Joins a lead"), counts.merged, "", ""], [_("Already here"), counts.unchanged, "", ""]]
    header = [_("Goes to"), _("Rows"), _("Why"), _("More")]
    return csv_response(f"import-{found.upload_id}-forecast.csv", header, rows)
