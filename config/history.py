"""What changed between two versions of a row, in words (C8)."""

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

LONGEST = 300
LOOKED_BACK = 50  # versions
QUIET = {"version", "created_at"}  # what others follow from, or what never changes
Names = Mapping[tuple[type, object], str]


@dataclass(frozen=True)
class Difference:
    """One field, before and after, as people read it; `name` is the column."""

    name: str
    label: str
    old: str
    new: str


def differences(record: models.Model, before: models.Model | None, names: Names | None = None) -> list[Difference]:
    """What a version of a row changed; of the first version, every field that says something.

    `names` has the words for related rows, by (model, key); what is missing there is read one by one.
    """
    names = names if names is not None else names_of([version for version in (record, before) if version is not None])
    found = []
    for field in _columns(record):
        new = getattr(record, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if old == new or (before is None and new in (None, "", [], {})):
            continue
        old_text = "" if before is None else _in_words(field, old, names)
        found.append(Difference(field.name, _label(field), old_text, _in_words(field, new, names)))
    for field in record._history_m2m_fields:
        new_keys, old_keys = _keys(record, field), _keys(before, field) if before is not None else []
        if new_keys != old_keys:
            old_text = "" if before is None else _list_in_words(field, old_keys, names)
            found.append(Difference(field.name, _label(field), old_text, _list_in_words(field, new_keys, names)))
    return found


def names_of(records: Sequence[models.Model]) -> dict[tuple[type, object], str]:
    """The words for all rows that these versions point at; one query for each kind."""
    _read_lists(records)
    wanted: dict[type, set] = {}
    for record in records:
        for model, key in _pointed_at(record):
            wanted.setdefault(model, set()).add(key)
    found: dict[tuple[type, object], str] = {}
    for model, keys in wanted.items():
        rows = model._base_manager.select_related().in_bulk(list(keys))
        found |= {(model, key): named(row) for key, row in rows.items()}
    return found


def named(row: models.Model) -> str:
    """People by their names, the rest as it calls itself."""
    full_name = getattr(row, "get_full_name", lambda: "")()
    return full_name or str(row)


@dataclass(frozen=True)
class Change:
    """Who changed a row and when; no person where the history does not know one."""

    person: AbstractBaseUser | None
    at: datetime


def last_change(rows: QuerySet, names: Collection[str]) -> Change | None:
    """The newest of these versions of a row that changed one of these fields; the newest at all when none did."""
    records = list(rows.select_related("history_user").order_by("-history_date", "-history_id")[:LOOKED_BACK])
    for record, before in pairwise(records):
        if any(field.name in names and _differ(record, before, field) for field in _columns(record)):
            return Change(record.history_user, record.history_date)
    return Change(records[0].history_user, records[0].history_date) if records else None


def _differ(record: models.Model, before: models.Model, field: models.Field) -> bool:
    return getattr(record, field.attname) != getattr(before, field.attname)


def words_for(field: models.Field, value: object) -> str:
    """A value of this column as people read it; of a list of rows, all their names. Reads what it points at."""
    if not field.is_relation:
        return _in_words(field, field.to_python(value), {})
    keys = value if isinstance(value, list) else [value]
    model = field.remote_field.model
    rows = model._base_manager.select_related().in_bulk([key for key in keys if key is not None])
    names = {(model, key): named(row) for key, row in rows.items()}
    return _list_in_words(field, keys, names) if isinstance(value, list) else _in_words(field, value, names)


def _columns(record: models.Model) -> list[models.Field]:
    """The columns whose changes are told, in the order of the model."""
    kept = {field.name for field in record.tracked_fields} - QUIET
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
    """The lists of many versions at once; one query for each kind."""
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


def _in_words(field: models.Field, value: object, names: Names) -> str:
    """A stored value as the form would show it."""
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
    if isinstance(value, list | dict):
        present = JSON_PRESENTERS.get(field.name, str)
        return present(value) or _("empty")
    return str(value)[:LONGEST]


def _related(field: models.Field, key: object, names: Names) -> str:
    return names.get((field.remote_field.model, key)) or _("deleted (%(key)s)") % {"key": key}


def _list_in_words(field: models.ManyToManyField, keys: Iterable[int], names: Names) -> str:
    return ", ".join(_related(field, key, names) for key in keys) or _("none")
