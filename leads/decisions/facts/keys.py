"""Which fields the keys of a program's JSON object mean: their own names, and the words of file headers (A1b)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from itertools import islice

from leads.decisions.facts.field_names import FURTHER, Named, named_field
from leads.decisions.facts.fields import FIELDS, SEVERAL, unused_key
from leads.decisions.facts.normalisation import Facts, normalise
from leads.decisions.facts.text import as_text, is_placeholder

MAX_UNREAD = 100  # names in one answer
MAX_NAME_LENGTH = 100
MAX_KEYS = 1_000  # that are compared with the words; a program that sends more has no names in them
ENVELOPES = frozenset({"data", "payload", "fields", "record", "body", "attributes", "answers"})  # say nothing of whose
_NOTHING = Named()


@dataclass(frozen=True, slots=True)
class ReadKeys:
    """An object as normalise() takes it; the keys by the field that they were read as, if their name is another; and
    the keys that mean no field."""

    raw: dict[str, object]
    sent_as: dict[str, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read_keys(sent: Mapping[str, object], is_own: Callable[[str], bool] = lambda key: False) -> ReadKeys:
    """Of two keys that mean one field its own name wins, then the better word for it, then what is not nested. A second
    e-mail or phone is a further one; any other stays an extra column. A key without a value means nothing, and that of
    an own field (A9) no other. A list or an object under a name that is not a field's own is no value of that field
    ("data", "contact"), but what is in such an object is read by both names: "contact.email"."""
    filled = {key: value for key, value in sent.items() if not _is_empty(value)}
    raw = {key: value for key, value in filled.items() if key in FIELDS}
    others = [key for key in filled if key not in FIELDS]
    named = list(islice(_named(filled, [key for key in others if not is_own(key)]), MAX_KEYS))
    sent_as: dict[str, str] = {}
    for one in sorted((one for one in named if one.meant.field and one.meant.is_sure), key=_how_good):
        if name := _unused_field(one.meant.field, raw):
            raw[name], sent_as[name] = one.value, one.path
    read = set(sent_as.values())
    whole = {one.key for one in named} - {one.key for one in named if one.path not in read}
    unread = [key for key in others if key not in whole]
    extras = {key: filled[key] for key in unread}
    return ReadKeys(raw | extras, sent_as, [key[:MAX_NAME_LENGTH] for key in unread[:MAX_UNREAD]])


def read_object(
    sent: Mapping[str, object],
    *,
    default_region: str,
    tz: tzinfo,
    is_own: Callable[[str], bool] = lambda key: False,
) -> Facts:
    """The facts of a program's object. What could not be read stands in `extra` under the key that was sent."""
    keys = read_keys(sent, is_own)
    facts = normalise(keys.raw, default_region=default_region, tz=tz)
    return replace(facts, extra={keys.sent_as.get(name, name): value for name, value in facts.extra.items()})


@dataclass(frozen=True, slots=True)
class _Sent:
    """A value that was sent: the key of the object, the path to the value in it, and the field that this means."""

    key: str
    path: str
    value: object
    meant: Named


def _named(filled: Mapping[str, object], keys: Iterable[str]) -> Iterator[_Sent]:
    for key in keys:
        value = filled[key]
        if isinstance(value, dict):
            for inner, each in value.items():
                if not _is_empty(each):
                    meant = (
                        _NOTHING if _is_no_text(each) else named_field(inner if key in ENVELOPES else f"{key} {inner}")
                    )
                    yield _Sent(key, f"{key}.{inner}", each, meant)
        else:
            yield _Sent(key, key, value, _NOTHING if _is_no_text(value) else named_field(key))


def _how_good(one: _Sent) -> tuple[bool, int]:
    return one.path != one.key, one.meant.rank


def _is_no_text(value: object) -> bool:
    return isinstance(value, list | dict | bool)


def _unused_field(name: str, raw: Mapping[str, object]) -> str:
    if name not in raw and name not in SEVERAL:
        return name
    further = FURTHER.get(name, name)
    return unused_key(further, raw) if further in SEVERAL else ""


def _is_empty(value: object) -> bool:
    if isinstance(value, list | dict):
        return not value
    return is_placeholder(as_text(value).strip())
