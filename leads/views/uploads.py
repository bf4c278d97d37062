"""Pages of imports: the list with the upload form, and actions on one import (A1a)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part
from leads.actions.imports.uploads import WrongState, cancel_import, discard_upload, receive_upload, resume_import
from leads.decisions.csv.file import CsvRefused
from leads.forms.imports import UploadForm
from leads.models import Upload
from leads.queries.imports import imports
from leads.queries.last_time import started_import

PAGE = 25
importers_only = permission_required("leads.import_leads", raise_exception=True)


@require_safe
@importers_only
def uploads(request: HttpRequest) -> HttpResponse:
    """The upload form, and all imports with their state, the newest first."""
    return page_or_part(request, "leads/upload_list.html", "leads/_uploads.html", _listed(request, UploadForm()))


@require_POST
@importers_only
def create_upload(request: HttpRequest) -> HttpResponse:
    """Store the file and go on to its mapping. A file that is no table is refused with the reason."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = receive_upload(
                file,
                name=file.name,
                by=request.user,
                at=timezone.now(),
                delimiter=form.cleaned_data["delimiter"],
            )
            return redirect(f"{reverse('leads:upload', args=[upload.pk])}{_like(request.POST)}")
        except CsvRefused as problem:
            form.refuse(problem)
    status = 413 if form.is_too_large else 422
    return render(request, "leads/upload_list.html", _listed(request, form), status=status)


@require_POST
@importers_only
def cancel_upload(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(Upload, pk=pk)
    try:
        cancel_import(upload, at=timezone.now())
        messages.success(request, _("The import stops. Rows that are imported already stay."))
    except WrongState:
        messages.warning(request, _("The import had ended already."))
    return redirect("leads:upload", pk=pk)


@require_POST
@importers_only
def continue_upload(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(Upload, pk=pk)
    try:
        resume_import(upload)
        messages.success(request, _("The import continues after the last imported row."))
    except WrongState:
        messages.warning(request, _("The import is not stopped."))
    return redirect("leads:upload", pk=pk)


@require_POST
@importers_only
def discard_upload_file(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(Upload, pk=pk)
    try:
        discard_upload(upload)
    except WrongState:
        messages.warning(request, _("The import has started in the meantime. You can stop it, but not delete it."))
        return redirect("leads:upload", pk=pk)
    messages.success(request, _("%(file)s is deleted. None of its rows were imported.") % {"file": upload.name})
    return redirect("leads:uploads")


def _like(sent: QueryDict) -> str:
    """The address of the columns keeps which import this one repeats."""
    earlier = started_import(sent.get("like", ""))
    return f"?like={earlier.pk}" if earlier is not None else ""


def _listed(request: HttpRequest, form: UploadForm) -> dict:
    page = Paginator(imports(), PAGE).get_page(request.GET.get("page"))
    like = started_import(request.POST.get("like", "") or request.GET.get("like", ""))
    return {"form": form, "page": page, "at": timezone.now(), "like": like}
