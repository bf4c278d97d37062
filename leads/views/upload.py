"""Pages of one import: its columns, its progress, its result and the report of rows with problems (A1a)."""

from io import BytesIO
from itertools import islice
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import retarget

from config.web.htmx import page_or_part, unchanged
from leads.actions.imports.reading import read_again
from leads.actions.imports.run import mapping_of, shape_of
from leads.actions.imports.source_choices import read_choices
from leads.actions.imports.survey import begin_survey_if_lost
from leads.actions.imports.uploads import ACTIVE_STATES, MappingRefused, ReadingChanged, WrongState, start_import
from leads.decisions.csv.file import CsvRefused, first_lines
from leads.decisions.csv.mapping import cells_of_raw
from leads.forms.import_reading import ReadingForm, kept_choices
from leads.forms.imports import MappingForm
from leads.models import Upload
from leads.presenters.csv_response import csv_response
from leads.presenters.import_columns import date_notes, export_text, nobody_text
from leads.presenters.import_preview import preview_columns, preview_row
from leads.presenters.import_reading import reading_page
from leads.presenters.import_rows import OUTCOMES, result_row, review_reason_text
from leads.presenters.imports import field_name, header_note_text, problem_text
from leads.queries.import_columns import guess_of, survey_of
from leads.queries.imports import (
    DestinationKind,
    destinations_of,
    earlier_import,
    flawed_rows,
    is_young_enough,
    preview_rows,
    row_page,
)
from leads.queries.last_time import asked_last_time, chosen_last_time, last_alike
from leads.queries.own_fields import own_fields
from leads.queries.systems import suggested_systems

PREVIEWED_ROWS = 5  # rows of the preview
PREVIEWED_BYTES = 1024 * 1024
SAMPLE_CELLS = 3  # samples of each column
SHOWN_LINES = 20  # of the file, to point at its header
PAGE = 50
importers_only = permission_required("leads.import_leads", raise_exception=True)


@require_safe
@importers_only
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of an import in its state: the mapping, the progress, or the result."""
    found = get_object_or_404(Upload.objects.select_related("created_by"), pk=pk)
    if found.state == Upload.State.MAPPING:
        last = asked_last_time(found, request.GET.get("like", ""))
        form = MappingForm(found, chosen_last_time(last, found, survey_of(found)) if last else None)
        form.is_valid()
        return _mapping_page(request, found, form)
    context = _progress(found) if found.state in ACTIVE_STATES else _result(request, found)
    return unchanged(request, context["version"]) or page_or_part(
        request, "leads/upload_detail.html", "leads/_upload.html", context
    )


@require_POST
@importers_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the first rows would become with this mapping. Nothing is saved."""
    found = get_object_or_404(Upload, pk=pk, state=Upload.State.MAPPING)
    if ReadingForm(found, request.POST).is_stale:
        return _other_columns(request, found)
    begin_survey_if_lost(found, at=timezone.now())
    form = MappingForm(found, request.POST)
    form.is_valid()
    return render(request, "leads/_upload_preview.html", {"upload": found, "form": form, **_samples(found, form)})


@require_POST
@importers_only
def start_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the import if the mapping is valid. Without scripts, another way to read the file comes with it, too."""
    found = get_object_or_404(Upload.objects.select_related("created_by"), pk=pk)
    reading = ReadingForm(found, request.POST)
    if found.state == Upload.State.MAPPING and (reading.is_stale or reading.asks_for_another):
        return read_upload(request, pk)
    form = MappingForm(found, request.POST)
    if not form.is_valid() or "preview" in request.POST:
        return _mapping_page(request, found, form, status=200 if form.is_valid() else 422)
    try:
        start_import(
            found,
            mapping=form.mapping(),
            defaults=form.default_values(),
            reading=form.reading(),
            sources=read_choices({key: choice.as_stored() for key, choice in form.sources().items()}),
            by=cast(User, request.user),
            at=timezone.now(),
        )
    except MappingRefused:
        return _mapping_page(request, found, form, status=422)
    except ReadingChanged as problem:
        return _other_columns(request, problem.upload)
    except WrongState:
        messages.warning(request, _("The import has started already."))
    return redirect("leads:upload", pk=pk)


@require_POST
@importers_only
def read_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file with other letters, another separator or another header, and show its columns again."""
    found = get_object_or_404(Upload.objects.select_related("created_by"), pk=pk)
    form, chosen = ReadingForm(found, request.POST), MappingForm(found, request.POST)
    if found.state != Upload.State.MAPPING:
        return _too_late(request, found)
    if not form.is_valid():
        return _mapping_page(request, found, chosen, status=422, reading=form)
    chosen.is_valid()
    try:
        again = read_again(found, asked=form.asked(), mapping=chosen.mapping(), seen=form.cleaned_data["seen"])
    except CsvRefused as problem:
        form.refuse(problem)
        return _mapping_page(request, found, chosen, status=422, reading=form)
    except WrongState as problem:
        return _too_late(request, problem.upload)
    except ReadingChanged as problem:
        return _other_columns(request, problem.upload)
    return _mapping_page(request, again, MappingForm(again, kept_choices(request.POST, found, again)))


@require_safe
@importers_only
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """A CSV file of all rows that were refused or lost a value: line, problem, and the cells as they came."""
    found = get_object_or_404(Upload, pk=pk)
    mapping, header = mapping_of(found), found.shape["header"]
    rows = (
        [row.line, row.get_state_display(), field_name(problem["field"]), _problem(problem), *cells]
        for row in flawed_rows(found)
        for cells in [cells_of_raw(row.raw, mapping, header)]
        for problem in row.problems
    )
    return csv_response(
        f"import-{found.pk}-problems.csv", [_("Line"), _("Outcome"), _("Field"), _("Problem"), *header], rows
    )


def _problem(problem: dict) -> str:
    return problem_text(problem["field"], problem["code"])


def _too_late(request: HttpRequest, found: Upload) -> HttpResponse:
    """Once rows are imported, the file cannot be read in another way."""
    response = page_or_part(request, "leads/upload_started.html", "leads/_upload_started.html", {"upload": found})
    response.status_code = 409
    return response


def _other_columns(request: HttpRequest, found: Upload) -> HttpResponse:
    """Somebody else changed how the file is read: the columns that were chosen may be others."""
    changed = _("Somebody else changed how the file is read. These are its columns now; check them before you go on.")
    response = _mapping_page(request, found, MappingForm(found), status=409, changed=changed)
    return retarget(response, "#upload-page")


def _mapping_page(
    request: HttpRequest,
    found: Upload,
    form: MappingForm,
    status: int = 200,
    *,
    reading: ReadingForm | None = None,
    changed: str = "",
) -> HttpResponse:
    guess = guess_of(found)
    form.explain(guess)
    form.is_valid()  # what was sent is shown as it is judged
    with found.stored.open("rb") as stream:
        lines = first_lines(stream, shape_of(found), max(SHOWN_LINES, found.shape.get("header_line", 1)))
    context = {
        "export": export_text(guess.export),
        "changed": changed,
        "reading_form": reading or ReadingForm(found),
        "reading": reading_page(found.shape, lines),
        "upload": found,
        "form": form,
        **_last_time(request, found),
        "notes": [header_note_text(note) for note in found.shape.get("notes", ())],
        "before": earlier_import(found),
        "at": timezone.now(),
        **_samples(found, form),
    }
    cells = [sample.row.values for sample in context["samples"] if not sample.row.problem][:SAMPLE_CELLS]
    context["columns"] = [
        (title, field, [row[number] for row in cells if number < len(row)])
        for number, (title, field) in enumerate(form.columns)
    ]
    response = page_or_part(request, "leads/upload_mapping.html", "leads/_upload_mapping.html", context)
    response.status_code = status
    return response


def _samples(found: Upload, form: MappingForm) -> dict:
    with found.stored.open("rb") as stream:  # not all of it: millions of blank lines may come first
        beginning = BytesIO(stream.read(PREVIEWED_BYTES))
    read = preview_rows(beginning, shape_of(found), form.mapping(), form.default_values(), form.reading())
    shown = list(islice(read, PREVIEWED_ROWS))
    columns = preview_columns(form.mapping(), form.header, own_fields())
    return {
        "samples": shown,
        "preview_columns": columns.values(),
        "preview_rows": [preview_row(sample, columns) for sample in shown],
        "is_surveyed": form.survey is not None,
        "dates": date_notes(form.header, form.dates(), form.chosen_orders(), form.zones()),
        "nobody": nobody_text(form.survey, form.mapping()),
        "ids_of": form["ids_of"] if "external_id" in form.mapping().values() else None,
        "systems": suggested_systems(),
        "repeats": form.repeats(),
        "has_ids": "external_id" in form.mapping().values(),
    }


def _last_time(request: HttpRequest, found: Upload) -> dict:
    chosen = asked_last_time(found, request.GET.get("like", ""))
    return {"is_like": chosen is not None, "last": chosen or last_alike(found)}


def _progress(found: Upload) -> dict:
    begun, touched = found.started_at, found.touched_at
    seconds = (touched - begun).total_seconds() if begun and touched else 0
    rate = round(found.rows / seconds) if seconds >= 1 else None
    version = f"{found.state}-{found.last_line}-{found.attempts}"
    return {"upload": found, "at": timezone.now(), "rate": rate, "is_under_way": True, "version": version}


def _result(request: HttpRequest, found: Upload) -> dict:
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    asked = request.GET.get("from", "")
    lines = row_page(found, state=outcome, start=int(asked) if asked.isdecimal() and len(asked) < 10 else 0, limit=PAGE)
    destinations = destinations_of([row.lead_id for row in lines.rows if row.lead_id])
    counts = {"made": found.made, "merged": found.merged, "unchanged": found.unchanged, "refused": found.refused}
    counts["flawed"] = found.flawed
    return {
        "upload": found,
        "at": timezone.now(),
        "took": found.finished_at - found.started_at if found.finished_at and found.started_at else None,
        "chips": [("", _("All"), found.rows)]
        + [(key, OUTCOMES[key], counts[key]) for key in OUTCOMES if found.state != Upload.State.UNDONE],
        "outcome": outcome,
        "lines": lines,
        "rows": [result_row(row, destinations.get(row.lead_id)) for row in lines.rows],
        "went": _went(found),
        "is_under_way": False,
        "is_undoable": is_young_enough(found, at=timezone.now()),
        "version": f"{found.state}-{found.last_line}-{outcome}-{asked}",
    }


def _went(found: Upload) -> list[dict]:
    """Where the new leads went: each queue, the review desk with its reasons, nurture, and rejected."""
    rest = [(_("Review desk"), DestinationKind.REVIEW), (_("Nurture"), DestinationKind.NURTURE)]
    rest += [(_("Rejected"), DestinationKind.CLOSED)]
    queues = found.went.get(DestinationKind.QUEUE, {}).get("names", {})
    rows = [{"name": name, "leads": leads, "reasons": []} for name, leads in queues.items()]
    for name, kind in rest:
        if kind in found.went:
            reasons = sorted(found.went[kind]["names"].items(), key=lambda pair: (-pair[1], pair[0]))
            named = [(review_reason_text(reason), leads) for reason, leads in reasons]
            rows.append({"name": name, "leads": found.went[kind]["leads"], "reasons": named})
    for each in rows:
        each["share"] = each["leads"] * 100 / found.made if found.made else 0
    return sorted(rows, key=lambda each: (-each["leads"], str(each["name"])))
