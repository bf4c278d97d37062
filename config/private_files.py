"""Who may read what Alur keeps: its own user alone, also under an open umask (uploads, the SQLite file, secrets)."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
FOR_ALL = ("static", "stylesheets")  # what every visitor gets


def make_folder(place: Path) -> None:
    place.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    make_private(place)


def make_open_folder(place: Path) -> None:
    """What every visitor gets is in there. Somebody else than Alur's user, who may not look into var/, migrates too."""
    with suppress(PermissionError):
        place.mkdir(exist_ok=True)


def make_private(place: Path) -> None:
    """Takes the rights of all others away, and those of a group that may not write: one that may shares the work.
    A folder that all share, such as /tmp, stays as it is, and so does what belongs to somebody else."""
    with suppress(OSError):
        mode = stat.S_IMODE(place.lstat().st_mode)
        if place.is_symlink() or mode & stat.S_ISVTX:
            return
        private = mode & (0o770 if mode & stat.S_IWGRP else 0o700)
        if private != mode:
            place.chmod(private)


def make_file(place: str) -> None:
    """An empty file, unless there is one; SQLite gives its log and its index the same rights, and says itself what is
    wrong with the place."""
    if place and not place.startswith((":memory:", "file:")):
        with suppress(OSError):
            os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def make_all_private(var: Path, others: Iterable[Path]) -> None:
    """What an earlier release left open to all."""
    for top in (var, *others):
        make_private(top)
        for folder, folders, files in os.walk(top):
            folders[:] = [name for name in folders if Path(folder) != var or name not in FOR_ALL]
            for name in (*folders, *files):
                make_private(Path(folder, name))
