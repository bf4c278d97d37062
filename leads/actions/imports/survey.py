"""Look through a whole file before it is imported: at once if it is small, else in a task (A1a)."""

from itertools import islice

from django.conf import settings
from django_q.tasks import async_task

from config.live import announce
from leads.decisions.csv.file import read_rows
from leads.decisions.csv.stored import reading_of, shape_of_stored
from leads.decisions.csv.survey import CHUNK_ROWS, Survey, Surveyor, date_orders, read_survey
from leads.decisions.facts.date_orders import order_of_region
from leads.decisions.facts.fields import FIELDS
from leads.models import Upload
from leads.queries.import_columns import survey_of

AT_ONCE = 1024 * 1024  # bytes: a tenth of a second
DATE_FIELDS = frozenset({"captured_at"})


def begin_survey(upload: Upload) -> None:
    """Survey this file. Call it when the file has come, or is read in another way."""
    if upload.bytes <= AT_ONCE:
        survey_upload(upload)
    else:
        async_task("leads.tasks.survey_upload", upload.pk)


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
    """Its reading with the orders of dates that nobody chose."""
    mapping = {int(column): field for column, field in upload.mapping.items()}
    if "dates" in upload.reading or not any(field in DATE_FIELDS or field not in FIELDS for field in mapping.values()):
        return upload.reading
    survey = survey_upload(upload)
    return upload.reading | {"dates": date_orders(survey, mapping, upload.shape["header"], {})}


def _store(upload: Upload) -> None:
    shape = shape_of_stored(upload.shape)
    surveyor = Surveyor(len(shape.header))
    with upload.stored.open("rb") as stream:
        rows = read_rows(stream, shape)
        while chunk := list(islice(rows, CHUNK_ROWS)):
            surveyor.see(chunk)
    upload.survey = surveyor.kept(habit=order_of_region(settings.ALUR_REGION)) | {"read_as": reading_of(upload.shape)}
    Upload.objects.filter(pk=upload.pk).update(survey=upload.survey)
    announce("uploads")
