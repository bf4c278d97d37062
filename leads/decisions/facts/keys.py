"""Which fields the keys of a program's JSON object mean: their own names, and the words of file headers (A1b)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo

from leads.decisions.facts.field_names import FURTHER, named_field
from leads.decisions.facts.fields import FIELDS, SEVERAL, unused_key
from leads.decisions.facts.normalisation import Facts, normalise
from leads.decisions.facts.text import as_text, is_placeholder

MAX_UNREAD = 100  # names in one answer
MAX_NAME_LENGTH = 100
MAX_KEYS = 1_000  # that are compared with the words; a program that sends more has no names in them


@dataclass(frozen=True, slots=True)
class ReadKeys:
    """An object as normalise() takes it; the keys by the field that they were read as, if their name is another; and
    the keys that mean no field."""

    raw: dict[str, object]
    sent_as: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_keys(sent: Mapping[str, object]) -> ReadKeys:
    """Of two keys that mean one field its own name wins, then the better word for it. A second e-mail or phone is a
    further one; any other stays an extra column. A key without a value means nothing, and a list or an object under a
    name that is not a field's own is no value of that field ("data", "contact")."""
    filled = {key: value for key, value in sent.items() if not _is_empty(value)}
    raw = {key: value for key, value in filled.items() if key in FIELDS}
    others = [key for key in filled if key not in FIELDS]
    guessed = {key: named_field(key) for key in others[:MAX_KEYS] if not isinstance(filled[key], list | dict | bool)}
    meant = {key: found for key, found in guessed.items() if found.field and found.is_sure}
    sent_as: dict[str, str] = {}
    for key, found in sorted(meant.items(), key=lambda pair: pair[1].rank):
        if name := _unused_field(found.field, raw):
            raw[name], sent_as[name] = filled[key], key
    read = set(sent_as.values())
    unread = [key for key in others if key not in read]
    extras = {key: filled[key] for key in unread}
    return ReadKeys(raw | extras, sent_as, [key[:MAX_NAME_LENGTH] for key in unread[:MAX_UNREAD]])


def read_object(sent: Mapping[str, object], *, default_region: str, tz: tzinfo) -> Facts:
    """The facts of a program's object. What could not be read stands in `extra` under the key that was sent."""
    keys = read_keys(sent)
    facts = normalise(keys.raw, default_region=default_region, tz=tz)
    return replace(facts, extra={keys.sent_as.get(name, name): value for name, value in facts.extra.items()})


def _unused_field(name: str, raw: Mapping[str, object]) -> str:
    if name not in raw and name not in SEVERAL:
        return name
    further = FURTHER.get(name, name)
    return unused_key(further, raw) if further in SEVERAL else ""


def _is_empty(value: object) -> bool:
    if isinstance(value, list | dict):
        return not value
    return is_placeholder(as_text(value).strip())
