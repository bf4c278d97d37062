"""Undo a whole import: what goes and what stays beforehand, the progress, what came of it, and that as a file (A9)."""

from collections.abc import Iterator
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part
from leads.actions.imports.run import mapping_of
from leads.decisions.csv.mapping import cells_of_raw
from leads.models import Capture, Upload
from leads.presenters.csv_response import csv_response
from queues.actions.imports.undoing import CannotUndoImport, start_undo
from queues.presenters.import_undo import outcome_sentence, preview_sentence
from queues.queries.import_undo import can_undo, preview_undo, undo_job

importers_only = permission_required("leads.import_leads", raise_exception=True)


@require_safe
@importers_only
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Upload.objects.select_related("created_by", "undo_by"), pk=pk)
    return page_or_part(request, "queues/import_undo.html", "queues/_import_undo.html", _context(found))


@require_POST
@importers_only
def start(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Upload, pk=pk)
    try:
        start_undo(found, by=cast(User, request.user), at=timezone.now())
    except CannotUndoImport:
        messages.warning(request, _("The import is being undone already, or it is too late."))
    return redirect("queues:import_undo", pk=pk)


@require_safe
@importers_only
def undone_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Each row with what became of it."""
    found = get_object_or_404(Upload, pk=pk)
    header = [_("Line"), _("After the undo"), _("Lead"), *found.shape["header"]]
    return csv_response(f"import-{found.pk}-undone.csv", header, _rows(found))


def _rows(found: Upload) -> Iterator[list[object]]:
    mapping, header = mapping_of(found), found.shape["header"]
    captures = Capture.objects.filter(upload=found).order_by("line", "pk").iterator(chunk_size=1000)
    for row in captures:
        stays = row.state in (Capture.State.MADE, Capture.State.MERGED)
        says = _("stays") if stays else _("taken back") if row.lead_id else _("undone")
        yield [row.line, says, row.lead_id, *cells_of_raw(row.raw, mapping, header)]


def _context(found: Upload) -> dict:
    at = timezone.now()
    is_possible, job = can_undo(found, at=at), undo_job(found)
    preview = preview_undo(found) if is_possible else None
    return {
        "upload": found,
        "is_possible": is_possible,
        "preview": preview,
        "says": preview_sentence(preview) if preview else outcome_sentence(found.undo_counts),
        "job": job,
        "is_under_way": found.state == Upload.State.UNDOING and not is_possible,
        "at": at,
    }
