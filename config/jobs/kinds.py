"""The kinds of background jobs; apps register theirs in AppConfig.ready()."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.contrib.auth.models import User

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one step did: `done` rows, up to and including `last`. `is_last`: no rows are left."""

    done: int
    last: int
    is_last: bool


class Step(Protocol):
    """Does the next chunk, the rows after `after`. Repeating it changes nothing."""

    def __call__(self, arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk: ...


class Finish(Protocol):
    """Called outside of a transaction after the last chunk; after a crash it is called again."""

    def __call__(self, arguments: Arguments, *, by: User | None, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class JobKind:
    """`count` returns how many rows there are, `sentence(name, done, total)` the progress for people.

    With `owns_transactions` the step commits by itself, and progress is stored afterwards: for steps that are safe to
    run twice at the same time.
    """

    name: str
    chunk_size: int
    count: Callable[[Arguments], int]
    step: Step
    sentence: Callable[[str, int, int], str]
    finish: Finish | None = None
    owns_transactions: bool = False


class UnknownJobKind(LookupError):
    """No app has registered this kind: the job was made by another version."""


_kinds: dict[str, JobKind] = {}


def register_job_kind(kind: JobKind) -> None:
    _kinds[kind.name] = kind


def job_kind(name: str) -> JobKind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownJobKind(name) from None
