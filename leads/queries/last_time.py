"""Which earlier import a file is like, and what was chosen for that one (A9)."""

from dataclasses import dataclass

from config.web.ids import read_id
from leads.decisions.csv.last_time import SameColumns, same_columns
from leads.decisions.csv.stored import shape_of_stored
from leads.decisions.csv.survey import Survey
from leads.models import Upload

LOOKED_AT = 100  # of the last imports


@dataclass(frozen=True, slots=True)
class LastTime:
    """`other_reading` says that the earlier file was read with other letters or another separator."""

    upload: Upload
    columns: SameColumns
    other_reading: tuple[str, str] = ("", "")


def last_alike(upload: Upload) -> LastTime | None:
    """The last import by anybody with the same columns, or nearly; the nearest of the last ones, then the newest."""
    started = Upload.objects.exclude(state=Upload.State.MAPPING).exclude(pk=upload.pk)
    recent = started.select_related("created_by").order_by("-created_at", "-pk").defer("survey")[:LOOKED_AT]
    found = [like(upload, each) for each in recent]
    return max((each for each in found if each.columns.is_alike), key=lambda each: each.columns.percent, default=None)


def asked_last_time(upload: Upload, pk: str) -> LastTime | None:
    """The same for the import that an address names."""
    earlier = started_import(pk)
    return like(upload, earlier) if earlier is not None else None


def started_import(pk: str) -> Upload | None:
    started = Upload.objects.exclude(state=Upload.State.MAPPING).select_related("created_by")
    return started.filter(pk=read_id(pk) or 0).first()


def like(upload: Upload, earlier: Upload) -> LastTime:
    ours, theirs = shape_of_stored(upload.shape), shape_of_stored(earlier.shape)
    letters = theirs.encoding if (ours.encoding, ours.fallback) != (theirs.encoding, theirs.fallback) else ""
    separator = theirs.delimiter if ours.delimiter != theirs.delimiter else ""
    return LastTime(earlier, same_columns(ours.header, theirs.header), (letters, separator))


def chosen_last_time(last: LastTime, upload: Upload, survey: Survey | None) -> dict[str, str]:
    """What was chosen then, as the page of the columns sends it. An order of dates counts only where the cells of this
    file prove none."""
    earlier, column_of = last.upload, last.columns.column_of
    sent = {f"default_{name}": str(value) for name, value in earlier.defaults.items()}
    for column, field_name in earlier.mapping.items():
        if (here := column_of.get(int(column))) is not None:
            sent[f"column_{here}"] = field_name
    orders = earlier.reading.get("dates", {})
    header = earlier.shape["header"]
    for column, here in column_of.items():
        order = orders.get(earlier.mapping.get(str(column)) or header[column])
        if order and survey and here in survey.dates and not survey.dates[here].is_proven:
            sent[f"dates_{here}"] = order
    sent |= {name: value for name, value in earlier.reading.items() if isinstance(value, str)}
    sent |= {"ids_are_enough": "on"} if earlier.reading.get("ids_are_enough") else {}
    return sent | ({"ids_of": sent["ids_of_name"]} if "ids_of_name" in sent else {})
