"""Compiles locale/*/LC_MESSAGES/*.po as Django's command does, without the gettext tools (J1)."""

from argparse import ArgumentParser
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Compile the translations. Doubtful ones (fuzzy) stay out, so that English shows."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, help="instead of LOCALE_PATHS")

    def handle(self, *, folders: list[Path], verbosity: int, **_options: object) -> None:
        for folder in folders or settings.LOCALE_PATHS:
            for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
                self._compile(path, says=verbosity > 0)

    def _compile(self, path: Path, *, says: bool) -> None:
        try:
            catalogue = polib.pofile(str(path), encoding="utf-8")
        except (OSError, UnicodeDecodeError) as broken:
            raise CommandError(f"{path} cannot be read, and nothing was compiled from it: {broken}") from broken
        compiled = path.with_suffix(".mo")
        draft = compiled.with_suffix(".mo.draft")  # a process that starts now reads a whole file
        catalogue.save_as_mofile(str(draft))
        draft.replace(compiled)
        if says:
            self.stdout.write(f"{path.parent.parent.name}: {len(catalogue.translated_entries())} messages")
