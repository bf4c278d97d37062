"""What a backup says about itself: who made it, which schema it has, how many rows, and a hash of each part."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

FORMAT = 1
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
}
MIGRATIONS = "django_migrations"
Run = Callable[[str], Iterable[tuple[Any, ...]]]
Step = tuple[str, str]  # of a schema: the app and the name of a migration


@dataclass(frozen=True, slots=True)
class Facts:
    """What a database holds at one moment."""

    tables: dict[str, int]  # rows of each
    migrations: list[Step]

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


@dataclass(frozen=True, slots=True)
class Part:
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`sealed` is a word that only an installation with the same keys can read (config.sealing)."""

    made_at: str
    release: str
    vendor: str
    server: str
    has_uploads: bool
    sealed: str
    facts: Facts
    parts: dict[str, Part]

    def as_json(self) -> dict[str, Any]:
        return {"format": FORMAT, **asdict(self)}


def manifest_of(stored: Mapping[str, Any]) -> Manifest:
    """KeyError, TypeError or ValueError for what is no manifest of this format."""
    fields = dict(stored)
    if fields.pop("format") != FORMAT:
        raise ValueError("another format")
    facts = Facts(dict(fields["facts"]["tables"]), [(app, name) for app, name in fields["facts"]["migrations"]])
    parts = {name: Part(**part) for name, part in fields["parts"].items()}
    return Manifest(**fields | {"facts": facts, "parts": parts})


def read_facts(run: Run, vendor: str) -> Facts:
    """All inside the transaction of `run`, or from a copy that no longer changes."""
    names = [name for (name,) in run(TABLES[vendor])]
    tables = {name: next(iter(run(f'SELECT count(*) FROM "{name}"')))[0] for name in names}
    steps = f"SELECT app, name FROM {MIGRATIONS} ORDER BY app, name"
    return Facts(tables, [(app, name) for app, name in run(steps)] if MIGRATIONS in tables else [])


def release() -> str:
    try:
        return version("alur")
    except PackageNotFoundError:
        return "unknown"
