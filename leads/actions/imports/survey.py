"""Look through a whole file before it is imported: at once if it is small, else in a task (A1a)."""

from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db import transaction
from django_q.tasks import async_task

from config.live import announce
from leads.decisions.csv.file import read_rows
from leads.decisions.csv.stored import reading_of, shape_of_stored
from leads.decisions.csv.survey import CHUNK_ROWS, Survey, Surveyor, date_reading, read_survey
from leads.decisions.facts.date_orders import order_of_region
from leads.decisions.facts.fields import FIELDS
from leads.models import Upload
from leads.queries.import_columns import survey_of

LOST_AFTER = timedelta(minutes=2)
AT_ONCE = 1024 * 1024  # bytes: a tenth of a second
DATE_FIELDS = frozenset({"captured_at"})


def begin_survey(upload: Upload) -> None:
    """Survey this file. Call it when the file has come, or is read in another way."""
    if upload.bytes <= AT_ONCE:
        survey_upload(upload)
    else:
        async_task("leads.tasks.survey_upload", upload.pk)


def begin_survey_if_lost(upload: Upload, *, at: datetime) -> None:
    """Begin for a file of an earlier release, or again when the task was lost."""
    begun = upload.survey.get("begun")
    if survey_of(upload) is None and at - (datetime.fromisoformat(begun) if begun else upload.created_at) > LOST_AFTER:
        Upload.objects.filter(pk=upload.pk).update(survey={"begun": at.isoformat()})
        begin_survey(upload)


def survey_upload(upload: Upload) -> Survey:
    """The survey of this file. It is read again only if there is none, or if it is read in another way by now."""
    found = survey_of(upload)
    if found is None:
        _store(upload)
        found = read_survey(upload.survey)
    return found


def complete_reading(upload: Upload) -> None:
    """Before the first row: in which order the dates are written, unless the page said it."""
    reading = completed_reading(upload)
    if reading != upload.reading:
        upload.reading = reading
        Upload.objects.filter(pk=upload.pk).update(reading=reading)


def completed_reading(upload: Upload) -> dict:
    """Its reading with the orders of dates that nobody chose, and the zones of titles."""
    mapping = {int(column): field for column, field in upload.mapping.items()}
    if "dates" in upload.reading or not any(field in DATE_FIELDS or field not in FIELDS for field in mapping.values()):
        return upload.reading
    survey = survey_upload(upload)
    return upload.reading | date_reading(survey, mapping, upload.shape["header"], {})


def _store(upload: Upload) -> None:
    shape = shape_of_stored(upload.shape)
    surveyor = Surveyor(len(shape.header))
    with upload.stored.open("rb") as stream:
        rows = read_rows(stream, shape)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            surveyor.see(chunk)
    upload.survey = surveyor.kept(habit=order_of_region(settings.ALUR_REGION)) | {"read_as": reading_of(upload.shape)}
    _keep(upload)


@transaction.atomic
def _keep(upload: Upload) -> None:
    """Unless the file is read in another way by now: then another survey is on its way."""
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is not None and reading_of(locked.shape) == reading_of(upload.shape):
        locked.survey = upload.survey
        locked.save(update_fields=["survey"])
        announce("uploads")
