"""The part of the mapping page that makes own fields of unknown columns (A9)."""

from typing import BinaryIO, cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from config.web.htmx import page_or_part
from leads.actions.imports.run import shape_of
from leads.actions.own_fields import TooManyFields, make_fields_of_columns
from leads.forms.imports import MappingForm
from leads.models import Upload
from leads.models.own_field import MAX_OWN_FIELDS
from leads.presenters.column_fields import columns_shown, made_text
from leads.queries.column_fields import ColumnField, ColumnFields, column_fields
from leads.views.upload import importers_only

ALL = "useful"


@require_POST
@importers_only
@permission_required("leads.add_ownfield", raise_exception=True)
def make_column_fields(request: HttpRequest, pk: int) -> HttpResponse:
    """What the columns without a field could be; with `make`, the number of a column or "useful", fields are made."""
    found = get_object_or_404(Upload, pk=pk, state=Upload.State.MAPPING)
    columns, made, is_full = _columns(request, found), [], False
    if wanted := request.POST.get("make", ""):
        chosen = [each for each in columns.columns if each.field is None and _is_wanted(each, wanted)]
        try:
            made = make_fields_of_columns(chosen, by=cast(User, request.user), at=timezone.now())
        except TooManyFields:
            is_full = True
        columns = _columns(request, found)
    context = {
        "upload": found,
        "shown": columns_shown(columns),
        "made": made_text(made) if made else "",
        "made_one": made[0] if len(made) == 1 else None,
        "most": MAX_OWN_FIELDS if is_full else 0,
    }
    return page_or_part(request, "leads/upload_fields.html", "leads/_upload_fields.html", context)


def _is_wanted(each: ColumnField, wanted: str) -> bool:
    return each.is_useful if wanted == ALL else str(each.column) == wanted


def _columns(request: HttpRequest, found: Upload) -> ColumnFields:
    is_sent = any(name.startswith("column_") for name in request.POST)
    form = MappingForm(found, request.POST) if is_sent else MappingForm(found)
    form.is_valid()
    mapping = form.mapping()
    with found.stored.open("rb") as stream:
        unknown = [column for column in range(len(found.shape["header"])) if column not in mapping]
        return column_fields(cast(BinaryIO, stream), shape_of(found), unknown)
