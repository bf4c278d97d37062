"""Reads the part of Salesforce's query language that Alur uses, and refuses the rest as Salesforce does (I4)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z][\w.]*)|(?P<sign><=|>=|!=|[=<>(),]))",
    re.S,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
SIGNS = {"=", "!=", "<", ">", "<=", ">="}


class Malformed(Exception):
    """MALFORMED_QUERY."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`values` are what the field is compared with: several for IN. A datetime is aware."""

    field: str
    sign: str
    values: tuple[object, ...]


@dataclass(slots=True)
class Query:
    fields: list[str]
    table: str
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)  # name, is descending
    limit: int | None = None


class _Words:
    def __init__(self, text: str) -> None:
        self._found = [*_tokens(text), ("end", "")]
        self._at = 0

    def peek(self) -> tuple[str, str]:
        return self._found[self._at]

    def take(self, kind: str = "", *words: str) -> str:
        found, word = self._found[self._at]
        if (kind and found != kind) or (words and word.upper() not in words):
            raise Malformed(f"unexpected token: '{word}'")
        self._at += 1
        return word

    def takes(self, *words: str) -> bool:
        """Whether the next words are these; then they are taken."""
        following = [word.upper() for _kind, word in self._found[self._at : self._at + len(words)]]
        if following != list(words):
            return False
        self._at += len(words)
        return True


def parse(text: str) -> Query:
    words = _Words(text)
    words.take("name", "SELECT")
    query = Query(list(_names(words)), "")
    words.take("name", "FROM")
    query.table = words.take("name")
    if words.takes("WHERE"):
        query.conditions.append(_condition(words))
        while words.takes("AND"):
            query.conditions.append(_condition(words))
    if words.takes("ORDER", "BY"):
        query.order.append(_ordered(words))
        while words.takes(","):
            query.order.append(_ordered(words))
    if words.takes("LIMIT"):
        query.limit = int(words.take("number"))
    words.take("end")
    return query


def _names(words: _Words) -> Iterator[str]:
    yield words.take("name")
    while words.takes(","):
        yield words.take("name")


def _condition(words: _Words) -> Condition:
    name = words.take("name")
    if words.takes("IN"):
        words.take("sign", "(")
        values = [_value(words)]
        while words.takes(","):
            values.append(_value(words))
        words.take("sign", ")")
        return Condition(name, "IN", tuple(values))
    return Condition(name, words.take("sign", *SIGNS), (_value(words),))


def _ordered(words: _Words) -> tuple[str, bool]:
    name = words.take("name")
    is_descending = words.takes("DESC")
    if not is_descending:
        words.takes("ASC")
    return name, is_descending


def _value(words: _Words) -> object:
    kind, word = words.peek()
    words.take()
    if kind == "text":
        return _unescaped(word[1:-1])
    if kind == "moment":
        return datetime.fromisoformat(word.replace("Z", "+00:00")).astimezone(UTC)
    if kind == "number":
        return float(word)
    if kind == "name" and word.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[word.lower()]
    raise Malformed(f"unexpected token: '{word}'")


def _unescaped(text: str) -> str:
    """A backslash before anything else is an error."""

    def one(found: re.Match) -> str:
        if found[1] not in ESCAPES:
            raise Malformed(f"Illegal string literal: invalid escape \\{found[1]}")
        return ESCAPES[found[1]]

    return re.sub(r"\\(.)", one, text, flags=re.S)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text.rstrip()):
        found = TOKEN.match(text, at)
        if not found:
            raise Malformed(f"line 1:{at} no viable alternative at character '{text[at]}'")
        at = found.end()
        yield found.lastgroup or "", found[found.lastgroup or 0]
