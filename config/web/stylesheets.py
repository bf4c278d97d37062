"""Serves a stylesheet and all that it imports as one file: one request in place of thirty-five."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

ENTRIES = ("css/alur.css", "css/admin.css", "css/web_form.css")
IMPORT = re.compile(r'@import url\("([^"]+)"\);\n')


def bundled(entry: Path) -> str:
    """The stylesheet with each imported file in the place of its import; an imported file imports nothing itself."""
    return IMPORT.sub(lambda found: (entry.parent / found[1]).read_text(), entry.read_text())


class StylesheetFinder(BaseFinder):
    """Finds the entries of static/css before Django's finders do; not with DEBUG, so that each edit shows at once."""

    def __init__(self, *_args: object, **_options: object) -> None:
        self.storage = FileSystemStorage(location=settings.VAR / "stylesheets")

    def check(self, **_options: object) -> list:
        return []

    def find(self, path: str, find_all: bool = False, **_options: object) -> str | list[str]:
        if path not in ENTRIES:
            return []
        return [self._write(path)] if find_all else self._write(path)

    def list(self, _ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in ENTRIES:
            self._write(path)
            yield path, self.storage

    def _write(self, path: str) -> str:
        """Several processes start at once: none may read what another has written by half."""
        text = bundled(Path(settings.BASE_DIR, "static", path))
        target = Path(self.storage.path(path))
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_suffix(f".{os.getpid()}")
            fresh.write_text(text)
            fresh.replace(target)
        return str(target)
