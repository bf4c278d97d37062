"""Puts a backup into the database and the uploads of this installation (J6)."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from config.backup import uploads
from config.backup.archive import DATABASE, Reader
from config.backup.make import WORD, engine, refuse_without_room
from config.backup.manifest import Facts, Manifest, read_facts
from config.backup.refused import BackupRefused
from config.private_files import make_folder
from config.schema import known_migrations
from config.sealing import NotReadable, unseal

ACCOUNTS, LEADS, BEATS = "auth_user", "leads_lead", "config_beat"
NEWER = (
    "The backup is of a newer release ({release}): what is installed here does not know {count} of its migrations "
    "({first}). Install that release. Nothing was changed."
)
UNLIKE = "Not all is as the backup says ({}). Was Alur still running? Stop it, and restore with --replace."
STOPPED = "It stopped: {}. Remove the cause, and restore with --replace."
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Here:
    """What stands where the backup would go. `accounts` is None where there are no tables."""

    database: str
    accounts: int | None
    leads: int
    others: int  # tables of another program
    beat_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """`migrate` alone may have run, but nobody has used it."""
        return not self.accounts and not self.leads and not self.others


def what_is_here() -> Here:
    facts = facts_here()
    is_ours = ACCOUNTS in facts.tables
    return Here(
        database=str(connection.settings_dict["NAME"]),
        accounts=facts.tables[ACCOUNTS] if is_ours else None,
        leads=facts.tables.get(LEADS, 0),
        others=0 if is_ours else len(facts.tables),
        beat_at=_last_beat() if BEATS in facts.tables else None,
    )


def facts_here() -> Facts:
    with connection.cursor() as cursor:
        return read_facts(lambda sql: cursor.execute(sql).fetchall(), connection.vendor)


def refuse_unfit(backup: Manifest) -> None:
    """What cannot work here is refused before anybody is asked anything."""
    if backup.vendor != connection.vendor:
        names = NAMES.get(backup.vendor, backup.vendor), NAMES.get(connection.vendor, connection.vendor)
        raise BackupRefused(f"This is a backup of {names[0]}, and here is {names[1]}. Nothing was changed.")
    newer = sorted(".".join(step) for step in set(backup.facts.migrations) - known_migrations())
    if newer:
        raise BackupRefused(NEWER.format(release=backup.release, count=len(newer), first=newer[0]))


def has_its_keys(backup: Manifest) -> bool:
    """Whether what is sealed in it can be read here (SECRET_KEY, SEALING_KEYS)."""
    try:
        return unseal(backup.sealed) == WORD
    except NotReadable:
        return False


def restore(backup: Reader) -> int:
    """Checked as far as possible before the first change; then the database in one step, then the uploads. Returns how
    many migrations brought it to this release."""
    var = Path(settings.VAR)
    sizes = {name: part.size for name, part in backup.manifest.parts.items()}
    size = sizes.pop(DATABASE)
    top = uploads.folder()
    if top is not None:
        make_folder(top)
    refuse_without_room({var: engine().room(size)} | ({top: sum(sizes.values())} if top and top != var else {}))
    try:
        with tempfile.TemporaryDirectory(prefix="restore-", dir=var) as folder:
            copy = Path(folder, DATABASE)
            backup.extract(DATABASE, copy)
            engine().inspect(copy)
            uploads.fetch(backup)
            engine().load(copy)
        _compare(backup.manifest.facts)
        uploads.put_in_place(backup)
    except OSError as problem:
        raise BackupRefused(STOPPED.format(problem)) from problem
    finally:
        uploads.forget()
    before = len(backup.manifest.facts.migrations)
    call_command("migrate", verbosity=0, interactive=False)
    return len(facts_here().migrations) - before


def _compare(wanted: Facts) -> None:
    found = facts_here()
    wrong = sorted(name for name in wanted.tables if found.tables.get(name) != wanted.tables[name])
    if wrong or found.migrations != wanted.migrations:
        raise BackupRefused(UNLIKE.format(", ".join(wrong) or "the list of migrations"))


def _last_beat() -> datetime | None:
    with connection.cursor() as cursor:
        (at,) = cursor.execute(f"SELECT max(at) FROM {BEATS}").fetchone()
    return datetime.fromisoformat(at) if isinstance(at, str) else at
