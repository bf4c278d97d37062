"""Read the own fields, what rules may ask of them, and which rules do (A9)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import cached_property

from django.db.models import Model, OrderBy, QuerySet
from django.db.models.fields.json import KeyTransform

from leads.decisions.facts.text import folded
from leads.decisions.own_fields.names import kind_and_key, value_name
from leads.decisions.own_fields.reading import OwnReader, Value
from leads.models import Lead, OwnField, ScoreRule

_rules: list[type[Model]] = [ScoreRule]  # models with `conditions`, in the order in which they are named


def register_rules(model: type[Model]) -> None:
    """For rules of the apps above."""
    if model not in _rules:
        _rules.append(model)


def own_fields() -> list[OwnField]:
    """Those in use, in their order."""
    return list(OwnField.objects.filter(is_active=True).order_by("position", "pk"))


def shown_fields(lead: Lead) -> list[OwnField]:
    """The fields of a card, in order; no query for a lead without values."""
    return [field for field in own_fields() if field.is_shown] if lead.own else []


def open_values(lead: Lead) -> list[tuple[OwnField, Value]]:
    """What a rep may see of them before the claim (C1)."""
    shown = [field for field in shown_fields(lead) if field.is_open]
    return [(field, value) for field in shown if (value := lead.own.get(field.value_name)) is not None]


def own_reader(tz: tzinfo) -> OwnReader:
    """Reads the fields in use from the extra data of many leads."""
    return OwnReader([field.reading for field in own_fields()], tz)


def field_of_title(title: str, fields: Sequence[OwnField]) -> OwnField | None:
    """The field that a column of this title feeds."""
    wanted = folded(title)
    return next((each for each in fields if wanted in {folded(one) for one in each.reading.titles + (each.key,)}), None)


def with_value(rows: QuerySet, wanted: tuple[str, str | bool] | None, *, lead: str = "") -> QuerySet:
    """Those whose lead has this value of an own field; `lead` leads to the lead, as in "lead__"."""
    if wanted is None:
        return rows
    name, value = wanted
    return rows.alias(own_value=KeyTransform(name, f"{lead}own")).filter(own_value=value)


def by_own_value(name: str, *, is_down: bool, lead: str = "") -> OrderBy:
    """The order by an own field; leads without a value come last."""
    return OrderBy(KeyTransform(name, f"{lead}own"), descending=is_down, nulls_last=True)


class OwnFields:
    """The own fields in use by value name, read when they are first asked for: pages and rules without own fields pay
    nothing."""

    @cached_property
    def by_name(self) -> dict[str, OwnField]:
        return {field.value_name: field for field in own_fields()}

    @cached_property
    def _by_key(self) -> dict[str, OwnField]:
        return {field.key: field for field in OwnField.objects.order_by("pk")}

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[OwnField]:
        return iter(self.by_name.values())

    def get(self, name: str) -> OwnField | None:
        return self.by_name.get(name)

    def name_of(self, name: str) -> str:
        """What a field is called by this value name, in use or not; its key if it was removed, "" for a field
        of Alur."""
        parts = kind_and_key(name)
        if parts is None:
            return ""
        found = self._by_key.get(parts[1])
        return found.name if found else parts[1]

    def as_it_is(self, name: str) -> OwnField | None:
        """The field with the key of this value name, though it has another kind by now or is not in use."""
        parts = kind_and_key(name)
        return self._by_key.get(parts[1]) if parts else None


class SourceNames(dict[str, str]):
    """The names of all sources by key; `own` are the own fields that the same sentences may name."""

    @cached_property
    def own(self) -> OwnFields:
        return OwnFields()


def rules_using(field: OwnField, kind: str = "") -> list[Model]:
    """The rules, on or off, with a condition on this field as it is of this kind (else as it is)."""
    name = value_name(kind or field.kind, field.key)
    return [row for rows in _stored_rules() for row in rows if name in _asked_fields(row.conditions)]


def _stored_rules() -> Iterable[QuerySet]:
    return [model._default_manager.order_by("pk") for model in _rules]


def _asked_fields(conditions: object) -> set[str]:
    found = conditions if isinstance(conditions, list) else []
    return {str(each.get("field")) for each in found if isinstance(each, dict)}
