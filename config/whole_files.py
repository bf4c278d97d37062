"""Keeps a file whole or not at all: what a full disk cut off is removed again."""

from typing import Any

from django.core.files.storage import FileSystemStorage


class WholeFileStorage(FileSystemStorage):
    def _save(self, name: str, content: Any) -> str:
        was_there = self.exists(name)
        try:
            return super()._save(name, content)  # type: ignore[misc]
        except OSError:
            if not was_there:
                self.delete(name)
            raise
