"""What lies on the disk: room, rights, translations, static files."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage, default_storage

from config.doctor.findings import Finding, broken, fine, look

LITTLE, TOO_LITTLE = 0.10, 0.02  # of a disk
STYLES = "css/alur.css"


def findings() -> Iterator[Finding]:
    yield disk(Path(settings.VAR))
    yield rights(Path(settings.VAR))
    yield from translations()
    yield static_files()


def disk(place: Path) -> Finding:
    used = shutil.disk_usage(place)
    says = f"{used.free // 1_000_000:,} MB of {used.total // 1_000_000:,} MB are free at {place}."
    do = "Make room: old backups and logs first. With a full disk nothing is saved (507)."
    if used.free < used.total * TOO_LITTLE:
        return broken("disk", says, do)
    return look("disk", says, do) if used.free < used.total * LITTLE else fine("disk", says)


def rights(var: Path) -> Finding:
    """Written to by this user, and read by no other."""
    try:
        probe = var / ".doctor"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as problem:
        do = "Give it to the user that runs Alur."
        return broken("rights", f"{var} cannot be written to: {problem.strerror}.", do)
    places = [var, var / "secret_key"]
    if isinstance(default_storage, FileSystemStorage):
        places.append(Path(default_storage.location))
    if settings.DATABASES["default"]["ENGINE"] == "config.sqlite":
        places.append(Path(settings.DATABASES["default"]["NAME"]))
    open_to_all = [str(place) for place in places if place.exists() and stat.S_IMODE(place.stat().st_mode) & 0o007]
    if open_to_all:
        says = f"Other users of this machine can get at {', '.join(open_to_all)}."
        return broken("rights", says, "Run manage.py migrate, which closes them, or chmod o= by hand.")
    return fine("rights", f"{var} is for the user of Alur alone.")


def translations() -> Iterator[Finding]:
    do = "Run: manage.py compilemessages"
    for folder in settings.LOCALE_PATHS:
        for path in sorted(Path(folder).glob("*/LC_MESSAGES/django.po")):
            language, compiled = path.parent.parent.name, path.with_suffix(".mo")
            if not compiled.exists():
                yield look("translations", f"{language} is not compiled, so pages are English.", do)
            elif compiled.stat().st_mtime < path.stat().st_mtime:
                yield look("translations", f"{language} has changed since it was compiled.", do)
            else:
                yield fine("translations", f"{language} is compiled.")


def static_files() -> Finding:
    if not settings.IN_PUBLIC:
        return fine("static files", "They are served as they are; only production collects them.")
    names = getattr(staticfiles_storage, "hashed_files", {})
    gone = [name for name in names.values() if not staticfiles_storage.exists(name)]
    if STYLES not in names or gone:
        return broken(
            "static files", "They are not collected, so pages fail.", "Run: manage.py collectstatic --no-input"
        )
    return fine("static files", f"{len(names)} are collected.")
