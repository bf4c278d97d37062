"""The file itself: a tar whose last part is the manifest, so that one that was cut off has none."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.backup.manifest import Manifest, Part, manifest_of
from config.backup.refused import BackupRefused
from config.private_files import FILE

MANIFEST = "manifest.json"
DATABASE = "database"
UPLOADS = "uploads/"
DAMAGED = "{} is damaged or incomplete ({}). Use another backup; nothing was changed."


class _Hashed:
    """Hashes what is read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.stream.read(size)
        self.digest.update(piece)
        return piece


class Writer:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar, self.parts = tar, {}  # type: tarfile.TarFile, dict[str, Part]

    def add(self, name: str, path: Path) -> None:
        """As long as it is now; what is appended at the same moment stays out. FileNotFoundError if it went."""
        with path.open("rb") as stream:
            entry = tarfile.TarInfo(name)
            found = os.fstat(stream.fileno())
            entry.size, entry.mtime, entry.mode = found.st_size, int(found.st_mtime), FILE
            hashed = _Hashed(stream)
            self.tar.addfile(entry, hashed)
        self.parts[name] = Part(entry.size, hashed.digest.hexdigest())

    def end(self, manifest: Manifest) -> None:
        text = json.dumps(manifest.as_json(), indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(text), FILE
        self.tar.addfile(entry, io.BytesIO(text))


@contextmanager
def written(place: Path) -> Iterator[Writer]:
    """For the user of Alur alone. It must not be there yet; removed again if anything fails."""
    number = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
    try:
        with os.fdopen(number, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield Writer(tar)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        place.unlink(missing_ok=True)
        raise


class Reader:
    """A backup of which every byte has been read and compared with its manifest."""

    def __init__(self, tar: tarfile.TarFile, place: Path) -> None:
        self.tar, self.place = tar, place
        self.manifest = self._manifest()
        self._compare()

    @property
    def uploads(self) -> list[str]:
        return sorted(name for name in self.manifest.parts if name.startswith(UPLOADS))

    def extract(self, name: str, to: Path) -> None:
        """Into a new file for the user of Alur alone."""
        stream = self.tar.extractfile(name)
        number = os.open(to, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE)
        with os.fdopen(number, "wb") as kept:
            while stream is not None and (piece := stream.read(1 << 20)):
                kept.write(piece)

    def _manifest(self) -> Manifest:
        try:
            stream = self.tar.extractfile(MANIFEST)
            assert stream is not None
            return manifest_of(json.load(stream))
        except (KeyError, TypeError, ValueError, AssertionError) as problem:
            raise BackupRefused(DAMAGED.format(self.place, "it has no list of its contents")) from problem

    def _compare(self) -> None:
        members = {member.name: member for member in self.tar.getmembers() if member.name != MANIFEST}
        if set(members) != set(self.manifest.parts) or DATABASE not in members:
            raise BackupRefused(DAMAGED.format(self.place, "parts are missing, or were added"))
        for name, part in self.manifest.parts.items():
            if not members[name].isfile() or not _is_inside(name):
                raise BackupRefused(DAMAGED.format(self.place, f"{name} has no place here"))
            stream = self.tar.extractfile(name)
            assert stream is not None  # it is a file
            if hashlib.file_digest(stream, "sha256").hexdigest() != part.sha256:  # type: ignore[arg-type]
                raise BackupRefused(DAMAGED.format(self.place, f"{name} is not what was written"))


@contextmanager
def read(place: Path) -> Iterator[Reader]:
    try:
        with tarfile.open(place, mode="r:") as tar:
            yield Reader(tar, place)
    except FileNotFoundError as problem:
        raise BackupRefused(f"There is no file {place}.") from problem
    except (tarfile.TarError, EOFError) as problem:
        raise BackupRefused(DAMAGED.format(place, problem)) from problem


def _is_inside(name: str) -> bool:
    """A name from a file is not believed: it must lead nowhere but below."""
    rest = Path(name.removeprefix(UPLOADS))
    return name == DATABASE or (name.startswith(UPLOADS) and not rest.is_absolute() and ".." not in rest.parts)
