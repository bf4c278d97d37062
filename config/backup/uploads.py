"""The uploads of an installation: which files there are, and how they come back."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.core.files.storage import FileSystemStorage, default_storage

from config.backup.archive import UPLOADS, Reader
from config.private_files import make_folder

DRAFTS = ".restoring"


def folder() -> Path | None:
    """None where uploads are kept elsewhere (`STORAGES`), which has backups of its own."""
    return Path(default_storage.location) if isinstance(default_storage, FileSystemStorage) else None


def files() -> Iterator[tuple[str, Path]]:
    """Each with its name in a backup."""
    top = folder()
    if top is None:
        return
    for place, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name != DRAFTS)
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield UPLOADS + path.relative_to(top).as_posix(), path


def fetch(backup: Reader) -> None:
    """All of them, beside those that are here, so that a full disk is noticed before anything changes."""
    top = folder()
    if top is None:
        return
    make_folder(top)
    forget()
    make_folder(top / DRAFTS)
    for name in backup.uploads:
        draft = top / DRAFTS / name.removeprefix(UPLOADS)
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        backup.extract(name, draft)


def put_in_place(backup: Reader) -> None:
    """Then there are those of the backup, and no others."""
    top = folder()
    if top is None:
        return
    for name in backup.uploads:
        path = top / name.removeprefix(UPLOADS)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (top / DRAFTS / name.removeprefix(UPLOADS)).replace(path)
    wanted = set(backup.uploads)
    for name, path in list(files()):
        if name not in wanted:
            path.unlink()


def forget() -> None:
    top = folder()
    if top is not None:
        shutil.rmtree(top / DRAFTS, ignore_errors=True)
