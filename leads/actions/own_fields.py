"""Make own fields, and read them from the extra data of the leads that are here already (A9)."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max

from config.bulk_update import bulk_update
from config.company import company_zone
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.models import BackgroundJob
from leads.actions.scoring import RESCORED_STAGES, rescore
from leads.decisions.facts.text import as_text
from leads.decisions.own_fields.names import free_key
from leads.decisions.own_fields.reading import FieldReading, OwnReader, Value, read_value
from leads.models import Lead, OwnField
from leads.models.own_field import MAX_OWN_FIELDS
from leads.queries.column_fields import ColumnField
from leads.queries.own_fields import rules_using

READ = "read_own_fields"
CHUNK_SIZE = 500
MAX_NAME_LENGTH = 80


class TooManyFields(Exception):
    """There are MAX_OWN_FIELDS fields already."""


class NameTaken(Exception):
    """Another field has this name: `field`."""

    def __init__(self, field: OwnField) -> None:
        self.field = field
        super().__init__(field.name)


@transaction.atomic
def make_fields_of_columns(columns: Sequence[ColumnField], *, by: User | None, at: datetime) -> list[OwnField]:
    """Fields of columns of a file, as they were guessed; one reading of the leads for all. Raises TooManyFields, and
    then makes none."""
    made = []
    for each in columns:
        if each.guess is None:
            continue
        guess, name = each.guess, each.title[:MAX_NAME_LENGTH]
        with suppress(NameTaken):  # somebody made it since
            made.append(
                _new_field(name, kind=guess.kind, titles=[each.title], choices=guess.choices, style=guess.style, by=by)
            )
    if made:
        read_in_background(made, by=by, at=at)
    return made


@transaction.atomic
def make_own_field(
    name: str,
    *,
    kind: str,
    titles: Sequence[str],
    choices: Sequence[str] = (),
    style: str = "",
    by: User | None,
    at: datetime,
) -> OwnField:
    """A field that is fed by columns of these titles; leads that are here get its values. Raises TooManyFields,
    NameTaken."""
    field = _new_field(name, kind=kind, titles=titles, choices=choices, style=style, by=by)
    read_in_background([field], by=by, at=at)
    return field


def _new_field(
    name: str, *, kind: str, titles: Sequence[str], choices: Sequence[str], style: str, by: User | None
) -> OwnField:
    known = list(OwnField.objects.order_by("pk"))
    if len(known) >= MAX_OWN_FIELDS:
        raise TooManyFields
    if same := next((each for each in known if each.name.casefold() == name.casefold()), None):
        raise NameTaken(same)
    last = OwnField.objects.aggregate(last=Max("position"))["last"] or 0
    field: Any = OwnField(
        key=free_key(name, {each.key for each in known}),
        name=name,
        kind=kind,
        titles=list(titles),
        choices=list(choices),
        style=style,
        position=last + 1,
    )
    field._history_user = by
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError:  # somebody made it at this very moment
        raise NameTaken(OwnField.objects.filter(name__iexact=name).first() or field) from None
    return field


def read_in_background(
    fields: Sequence[OwnField], *, was: FieldReading | None = None, by: User | None, at: datetime
) -> BackgroundJob:
    """Read these fields from the extra data of all leads. `was`: how the one field was read until now; values that
    were read so are read again, values that people typed stay."""
    arguments = {"fields": [field.pk for field in fields], "was": asdict(was) if was else None}
    subject = "-".join(str(field.pk) for field in fields)[:60]
    name = fields[0].name if len(fields) == 1 else ""
    return start_job(READ, subject=subject, subject_name=name, arguments=arguments, by=by, at=at)


def count_leads(_arguments: Arguments) -> int:
    return Lead.objects.count()


def read_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The step of a reading job: the next leads by id."""
    rows = Lead.objects.filter(pk__gt=after).order_by("pk").only("pk", "stage", "extra", "own")
    leads = list(rows.select_for_update(no_key=True, of=("self",))[:CHUNK_SIZE])
    fields = list(OwnField.objects.filter(pk__in=arguments["fields"], is_active=True).order_by("pk"))
    if leads and fields:
        _read(leads, fields, _reading_before(arguments), by=by, at=at)
    return Chunk(len(leads), leads[-1].pk if leads else after, is_last=len(leads) < CHUNK_SIZE)


def _reading_before(arguments: Arguments) -> FieldReading | None:
    was = arguments.get("was")
    return FieldReading(**{**was, "titles": tuple(was["titles"]), "choices": tuple(was["choices"])}) if was else None


def _read(
    leads: Sequence[Lead], fields: Sequence[OwnField], was: FieldReading | None, *, by: User | None, at: datetime
) -> None:
    reader = OwnReader([field.reading for field in fields], company_zone())
    earlier = OwnReader([was], company_zone()) if was else None
    changed = []
    for lead in leads:
        found: dict[str, Value | None] = {**reader.values(lead.extra)}
        if was is not None and _is_typed_by_people(lead, was, earlier):
            found |= _converted(lead.own[was.name], fields[0].reading)
        new = {name: value for name, value in found.items() if name not in lead.own or was is not None}
        if {**lead.own, **new} != lead.own:
            lead.own = {**lead.own, **new}
            changed.append(lead)
    bulk_update(Lead, changed, ["own"])
    waiting = [lead.pk for lead in changed if lead.stage in RESCORED_STAGES]
    if waiting and any(rules_using(field) for field in fields):
        rescore(Lead.objects.filter(pk__in=waiting), by=by, at=at)


def _is_typed_by_people(lead: Lead, was: FieldReading, earlier: OwnReader | None) -> bool:
    """The value differs from what the columns say: somebody corrected or emptied it."""
    if earlier is None or was.name not in lead.own:
        return False
    return earlier.values(lead.extra).get(was.name) != lead.own[was.name]


def _converted(value: Value | None, reading: FieldReading) -> Mapping[str, Value | None]:
    if value is None:
        return {reading.name: None}
    plain = FieldReading(reading.key, reading.kind, choices=reading.choices)
    read = read_value(plain, value if isinstance(value, bool | int | float) else as_text(value), company_zone())
    return {} if read is None else {reading.name: read}
