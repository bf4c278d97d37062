"""Makes a backup while Alur runs, and reads it back before it counts as one (J6)."""

import shutil
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from config.backup import postgresql, sqlite, uploads
from config.backup.archive import DATABASE, Writer, read, written
from config.backup.manifest import Manifest, release
from config.backup.refused import BackupRefused
from config.sealing import seal

WORD = "Alur"  # sealed, to find out whether the same keys are here


def make_backup(target: Path, *, at: datetime) -> Manifest:
    """The database first, then the uploads: a row may miss a file that was deleted at that moment, but what belongs to
    no row yet does no harm. Written beside `target`, which appears whole or not at all."""
    _refuse_place(target)
    draft = target.with_name(f"{target.name}.draft")
    draft.unlink(missing_ok=True)  # of a backup that was killed
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
            copy = Path(folder, DATABASE)
            facts = engine().dump(copy)
            with written(draft) as backup:
                backup.add(DATABASE, copy)
                for name, path in uploads.files():
                    _add_if_there(backup, name, path)
                made = Manifest(
                    made_at=at.isoformat(timespec="seconds"),
                    release=release(),
                    vendor=connection.vendor,
                    server=server_version(),
                    has_uploads=uploads.folder() is not None,
                    sealed=seal(WORD),
                    facts=facts,
                    parts=backup.parts,
                )
                backup.end(made)
        with read(draft) as again:
            if again.manifest != made:
                raise BackupRefused(f"{draft} does not read as it was written; there is no backup.")
        draft.rename(target)
    except OSError as problem:
        raise BackupRefused(f"{target}: {problem.strerror or problem}. There is no backup.") from problem
    finally:
        draft.unlink(missing_ok=True)
    return made


def engine() -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgresql


def server_version() -> str:
    connection.ensure_connection()
    return ".".join(str(part) for part in connection.get_database_version())


def _add_if_there(backup: Writer, name: str, path: Path) -> None:
    with suppress(FileNotFoundError):  # deleted since it was listed
        backup.add(name, path)


def _refuse_place(target: Path) -> None:
    if target.exists():
        raise BackupRefused(f"{target} exists. Name a file that does not.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent}.")
    for place in (settings.STATIC_ROOT, getattr(default_storage, "location", settings.MEDIA_ROOT)):
        if target.resolve().is_relative_to(Path(place).resolve()):
            raise BackupRefused(f"{place} is no place for a backup. Name another folder.")
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        needed = 2 * (database.stat().st_size if database.exists() else 0)
        needed += sum(path.stat().st_size for _name, path in uploads.files())
        refuse_without_room({target.parent: needed})


def refuse_without_room(needs: dict[Path, int]) -> None:
    """Bytes that each place needs; places of one disk need theirs together."""
    disks: dict[int, tuple[Path, int]] = {}
    for place, size in needs.items():
        first, sum_before = disks.get(place.stat().st_dev, (place, 0))
        disks[place.stat().st_dev] = (first, sum_before + size)
    for place, size in disks.values():
        free = shutil.disk_usage(place).free
        if size > free:
            text = f"The disk of {place} has {in_words(free)} free, and {in_words(size)} are needed. Make room first."
            raise BackupRefused(f"{text} Nothing was changed.")


def in_words(size: int) -> str:
    if size < 1_000_000:
        return f"{-(-size // 1000):,} kB"
    return f"{-(-size // 1_000_000):,} MB"
