"""Finds the secret key: given in production, generated once and kept on a developer's or demo machine."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

MISSING = (
    "SECRET_KEY is not set. Production needs one (50 random characters in the environment or in .env). "
    "To develop, copy .env.example to .env, which sets DEBUG=true; to look around, run: make demo"
)


def secret_key(given: str, *, required: bool, keep_in: Path) -> str:
    """The key that was given, else one kept in a file that only this user can read."""
    if given:
        return given
    if required:
        raise ImproperlyConfigured(MISSING)
    if not keep_in.exists():
        _write_once(keep_in, get_random_secret_key())
    return keep_in.read_text()


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all, and the first of two processes wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
