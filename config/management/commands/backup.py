"""manage.py backup FILE: database and uploads in one file, while Alur runs (J6)."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from config.backup.archive import UPLOADS
from config.backup.make import in_words, make_backup
from config.backup.refused import BackupRefused


class Command(BaseCommand):
    help = "Writes database and uploads into one new file and reads it back. Alur may go on running."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that is not there yet, such as alur-2026-11-16.tar")

    def handle(self, *, file: Path, **_options: object) -> None:
        try:
            made = make_backup(file, at=timezone.now())
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        except DatabaseError as problem:
            raise CommandError(f"The database does not answer: {problem}") from problem
        files = sum(name.startswith(UPLOADS) for name in made.parts)
        kept = f"{files:,} uploads" if made.has_uploads else "no uploads (they are kept outside of this machine)"
        self.stdout.write(
            f"Done and read back: {len(made.facts.tables)} tables with {made.facts.rows:,} rows, {kept}, "
            f"{in_words(file.stat().st_size)} in {file}."
        )
        self.stdout.write("Keep SECRET_KEY and SEALING_KEYS in another place: they are not in it, and it needs them.")
