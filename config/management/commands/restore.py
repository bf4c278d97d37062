"""manage.py restore FILE: what a backup holds comes into this installation (J6)."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from config.backup.archive import Reader, read
from config.backup.refused import BackupRefused
from config.backup.restore import Here, has_its_keys, refuse_unfit, restore, what_is_here

OTHER_KEYS = (
    "SECRET_KEY or SEALING_KEYS are not those of the backup. What is sealed (addresses of chats, phones and push, "
    "secrets of webhooks and CRMs) cannot be read until the former key is among SEALING_KEYS, and people may have to "
    "sign in again."
)
NOT_EMPTY = "{0} has {1}. Use an empty database, or --replace to lose what is there. Nothing was changed."
LOSES = "Everything in {0} ({1}) and all uploads will be replaced by the backup of {2}, and cannot be brought back."


class Command(BaseCommand):
    help = "Checks a backup and puts it into the empty database of this installation. Stop Alur first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="lose what is in the database now")
        parser.add_argument("--no-input", action="store_true", help="with --replace: do not ask")

    def handle(self, *, file: Path, replace: bool, no_input: bool, **_options: object) -> None:
        try:
            with read(file) as backup:
                refuse_unfit(backup.manifest)
                here = what_is_here()
                if not here.is_empty and not replace:
                    raise CommandError(NOT_EMPTY.format(here.database, _contents(here)))
                if not here.is_empty and not no_input and not self._agrees(here, backup, at=timezone.now()):
                    raise CommandError("Nothing was changed.")
                self._report(backup, restore(backup))
        except BackupRefused as refused:
            raise CommandError(str(refused)) from refused
        except DatabaseError as problem:
            raise CommandError(f"The database does not answer, or refused: {problem}") from problem

    def _agrees(self, here: Here, backup: Reader, *, at: datetime) -> bool:
        """Without an answer it is a no."""
        self.stdout.write(LOSES.format(here.database, _contents(here), backup.manifest.made_at))
        if here.beat_at is not None:
            seconds = round((at - here.beat_at).total_seconds())
            self.stdout.write(f"Stop all processes of Alur first; the last sign of life is {seconds:,} seconds old.")
        try:
            return input("Type replace to go on: ").strip().lower() == "replace"
        except EOFError:
            return False

    def _report(self, backup: Reader, migrated: int) -> None:
        made = backup.manifest
        self.stdout.write(
            f"Done: {len(made.facts.tables)} tables with {made.facts.rows:,} rows, {len(backup.uploads):,} uploads, "
            f"as they were at {made.made_at}. All counts are equal."
        )
        if migrated:
            self.stdout.write(f"The backup was of an earlier release ({made.release}): {migrated} migrations followed.")
        if not has_its_keys(made):
            self.stdout.write(OTHER_KEYS)
        self.stdout.write("Start Alur, then ask: manage.py doctor")


def _contents(here: Here) -> str:
    if here.others:
        return f"{here.others} tables of another program"
    return f"accounts ({here.accounts or 0:,}) and leads ({here.leads:,})"
