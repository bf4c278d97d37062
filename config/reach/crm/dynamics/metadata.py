"""What the environment says about its leads: columns, choices, and which status belongs to which state."""

from collections import Counter
from collections.abc import Mapping

from config.reach.crm.dynamics.odata import rows_of, target, text_literal
from config.reach.crm.dynamics.rows import OPEN, QUALIFIED
from config.reach.crm.dynamics.wire import Wire
from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmField, CrmStatus

TYPES = "Microsoft.Dynamics.CRM."
KINDS = {
    "String": "text",
    "Memo": "text",
    "EntityName": "text",
    "Integer": "number",
    "BigInt": "number",
    "Decimal": "number",
    "Double": "number",
    "Money": "number",
    "Boolean": "boolean",
    "DateTime": "datetime",
    "Picklist": "choice",
}
OPTIONS = "OptionSet($select=Options)"


def statuses(wire: Wire, table: str) -> list[CrmStatus]:
    """Values are "statecode:statuscode", since Dataverse takes them only as a pair. Qualifying makes an account, a
    contact or an opportunity: that is for a person over there."""
    states = _options(wire.get(_attribute(table, "statecode", "StateAttributeMetadata")))
    names = {str(option.get("Value")): _label(option) for option in states}
    options = _options(wire.get(_attribute(table, "statuscode", "StatusAttributeMetadata")))
    times = Counter(_label(option) for option in options)
    found = []
    for option in options:
        state, label = str(option.get("State")), _label(option)
        found.append(
            CrmStatus(
                value=f"{state}:{option.get('Value')}",
                label=f"{label} ({names.get(state, state)})" if times[label] > 1 else label,
                is_writable=state != str(QUALIFIED),
                is_closed=state != str(OPEN),
            )
        )
    return found


def fields(wire: Wire, table: str) -> list[CrmField]:
    """Without lookups, which hold ids of other tables, and without what only repeats another column in words."""
    attributes = f"EntityDefinitions(LogicalName={text_literal(table)})/Attributes"
    select = "LogicalName,AttributeType,AttributeOf,DisplayName,IsValidForRead"
    choices = f"{attributes}/{TYPES}PicklistAttributeMetadata"
    expand = f"{OPTIONS},Global{OPTIONS}"
    options = {
        row.get("LogicalName"): _choices(row)
        for row in rows_of(wire.get(target(choices, select="LogicalName", expand=expand)))
    }
    days = f"{attributes}/{TYPES}DateTimeAttributeMetadata"
    formats = {
        row.get("LogicalName"): row.get("Format")
        for row in rows_of(wire.get(target(days, select="LogicalName,Format")))
    }
    found = []
    for row in rows_of(wire.get(target(attributes, select=select))):
        name, kind = str(row.get("LogicalName")), KINDS.get(str(row.get("AttributeType")))
        if not kind or row.get("AttributeOf") or row.get("IsValidForRead") is False:
            continue
        if formats.get(name) == "DateOnly":
            kind = "date"
        found.append(CrmField(name, _words(row.get("DisplayName")) or name, kind, options.get(name, ())))
    return sorted(found, key=lambda field: (field.label.casefold(), field.name))


def _attribute(table: str, column: str, kind: str) -> str:
    place = f"EntityDefinitions(LogicalName={text_literal(table)})/Attributes(LogicalName={text_literal(column)})"
    return target(f"{place}/{TYPES}{kind}", select="LogicalName", expand=OPTIONS)


def _choices(row: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """A column has options of its own, or shares those of a choice of the whole environment."""
    name = "OptionSet" if row.get("OptionSet") else "GlobalOptionSet"
    return tuple((str(option.get("Value")), _label(option)) for option in _options(row, name))


def _options(row: Mapping[str, object], name: str = "OptionSet") -> list[Mapping[str, object]]:
    choice = row.get(name) or {}
    options = choice.get("Options", []) if isinstance(choice, dict) else None
    if not isinstance(options, list) or not all(isinstance(option, dict) for option in options):
        raise CrmRefused(Reason.SILENT, code="not_odata")
    return options


def _label(option: Mapping[str, object]) -> str:
    return _words(option.get("Label")) or str(option.get("Value"))


def _words(label: object) -> str:
    """In the language of the app's user, or else in the first there is."""
    if not isinstance(label, dict):
        return ""
    others = label.get("LocalizedLabels")
    for found in (label.get("UserLocalizedLabel"), *(others if isinstance(others, list) else ())):
        if isinstance(found, dict) and found.get("Label"):
            return str(found["Label"])
    return ""
