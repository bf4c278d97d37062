"""Describes what changed between two versions of a row (C8)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from simple_history.utils import get_m2m_reverse_field_name

from config.json_presenters import JSON_PRESENTERS
from config.web.figures import in_own_marks

MAX_LENGTH = 300
MAX_VERSIONS = 50
NOT_SHOWN = {"version", "created_at"}  # follows from other columns, or never changes
Names = Mapping[tuple[type, object], str]


@dataclass(frozen=True)
class Difference:
    """One field, before and after, as people read it; `name` is the column."""

    name: str
    label: str
    old: str
    new: str


def differences(record: models.Model, before: models.Model | None, names: Names | None = None) -> list[Difference]:
    """What a version of a row changed; of the first version, every field with a value.

    `names` has the names of related rows by (model, key), from names_of(); without it they are read here.
    """
    names = names if names is not None else names_of([version for version in (record, before) if version is not None])
    found = []
    for field in _columns(record):
        new = getattr(record, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if old == new or (before is None and new in (None, "", [], {})):
            continue
        old_text = "" if before is None else _value_text(field, old, names)
        found.append(Difference(field.name, _label(field), old_text, _value_text(field, new, names)))
    for field in record._history_m2m_fields:
        new_keys, old_keys = _keys(record, field), _keys(before, field) if before is not None else []
        if new_keys != old_keys:
            old_text = "" if before is None else _list_text(field, old_keys, names)
            found.append(Difference(field.name, _label(field), old_text, _list_text(field, new_keys, names)))
    return found


def names_of(records: Sequence[models.Model]) -> dict[tuple[type, object], str]:
    """The names of all rows that these versions point at; one query for each model."""
    _read_lists(records)
    wanted: dict[type, set] = {}
    for record in records:
        for model, key in _pointed_at(record):
            wanted.setdefault(model, set()).add(key)
    found: dict[tuple[type, object], str] = {}
    for model, keys in wanted.items():
        rows = model._base_manager.select_related().in_bulk(list(keys))
        found |= {(model, key): row_name(row) for key, row in rows.items()}
    return found


def row_name(row: models.Model) -> str:
    """The full name of a person, else the row's own text."""
    full_name = getattr(row, "get_full_name", lambda: "")()
    return full_name or str(row)


@dataclass(frozen=True)
class Change:
    """Who changed a row and when; `person` is None where the history does not know."""

    person: AbstractBaseUser | None
    at: datetime


def last_change(rows: QuerySet, names: Collection[str]) -> Change | None:
    """The newest of these versions of a row that changed one of these fields, else the newest version."""
    records = list(rows.select_related("history_user").order_by("-history_date", "-history_id")[:MAX_VERSIONS])
    for record, before in pairwise(records):
        if any(field.name in names and _differ(record, before, field) for field in _columns(record)):
            return Change(record.history_user, record.history_date)
    return Change(records[0].history_user, records[0].history_date) if records else None


def _differ(record: models.Model, before: models.Model, field: models.Field) -> bool:
    return getattr(record, field.attname) != getattr(before, field.attname)


def value_text(field: models.Field, value: object) -> str:
    """A value of this column as people read it; for a list of related rows, all their names. Queries those rows."""
    if not field.is_relation:
        return _value_text(field, field.to_python(value), {})
    keys = value if isinstance(value, list) else [value]
    model = field.remote_field.model
    rows = model._base_manager.select_related().in_bulk([key for key in keys if key is not None])
    names = {(model, key): row_name(row) for key, row in rows.items()}
    return _list_text(field, keys, names) if isinstance(value, list) else _value_text(field, value, names)


def _columns(record: models.Model) -> list[models.Field]:
    """The columns whose changes are shown, in the order of the model."""
    kept = {field.name for field in record.tracked_fields} - NOT_SHOWN
    return [
        field for field in record.instance_type._meta.concrete_fields if field.name in kept and not field.primary_key
    ]


def _pointed_at(record: models.Model) -> Iterator[tuple[type, object]]:
    for field in _columns(record):
        key = getattr(record, field.attname)
        if field.is_relation and key is not None:
            yield field.remote_field.model, key
    for field in record._history_m2m_fields:
        yield from ((field.remote_field.model, key) for key in _keys(record, field))


def _keys(record: models.Model, field: models.ManyToManyField) -> list[int]:
    """The keys of a list of related rows, as this version had it."""
    if field.name not in record.__dict__.get("_keys_read", {}):
        _read_lists([record])
    return record._keys_read[field.name]


def _read_lists(records: Sequence[models.Model]) -> None:
    """The lists of many versions at once; one query for each model."""
    by_model: dict[type, list[models.Model]] = {}
    for record in records:
        by_model.setdefault(type(record), []).append(record)
    for model, versions in by_model.items():
        for field in model._history_m2m_fields:
            through = getattr(versions[0], field.name).model
            rows = through.objects.filter(history__in=[version.pk for version in versions])
            lists: dict[int, list[int]] = {version.pk: [] for version in versions}
            for version_key, key in rows.values_list("history", get_m2m_reverse_field_name(field)):
                lists[version_key].append(key)
            for version in versions:
                version.__dict__.setdefault("_keys_read", {})[field.name] = sorted(lists[version.pk])


def _label(field: models.Field) -> str:
    return str(capfirst(str(field.verbose_name)))


def _value_text(field: models.Field, value: object, names: Names) -> str:
    """A stored value as the form shows it."""
    if value is None or value == "":
        return _("empty")
    if field.is_relation:
        return _related(field, value, names)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(field, models.DateField):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(field, models.DecimalField | models.FloatField):
        return in_own_marks(str(value))
    if isinstance(value, list | dict):
        present = JSON_PRESENTERS.get(field.name, str)
        return present(value) or _("empty")
    return str(value)[:MAX_LENGTH]


def _related(field: models.Field, key: object, names: Names) -> str:
    return names.get((field.remote_field.model, key)) or _("deleted (%(key)s)") % {"key": key}


def _list_text(field: models.ManyToManyField, keys: Iterable[int], names: Names) -> str:
    return ", ".join(_related(field, key, names) for key in keys) or _("none")
