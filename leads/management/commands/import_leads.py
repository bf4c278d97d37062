"""manage.py import_leads FILE: import a file at once, in the terminal (A1a)."""

from argparse import ArgumentParser
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from leads.actions.imports.run import mapping_of, run_import, shape_of
from leads.actions.imports.survey import survey_upload
from leads.actions.imports.uploads import MappingRefused, discard_upload, receive_upload, set_mapping
from leads.decisions.csv.alphabets import encoding_named
from leads.decisions.csv.file import Asked, CsvRefused
from leads.decisions.csv.stored import reading_problems
from leads.decisions.csv.survey import date_reading
from leads.decisions.facts.fields import FIELDS
from leads.decisions.facts.title_zones import zones_of_columns
from leads.models import Upload
from leads.presenters.import_columns import date_words, zone_words
from leads.presenters.import_reading import doubt_text
from leads.presenters.imports import csv_refusal_text, header_note_text, mapping_problem_text, problem_text
from leads.queries.imports import earlier_import, preview_rows
from leads.queries.systems import named_ids
from leads.tasks import pause

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LETTERS = "The letters can be read in more than one way. Name the right one with --encoding:\n"
PROGRESS_EVERY = timedelta(seconds=2)


class Command(BaseCommand):
    help = "Bring in leads from a CSV file. Columns are guessed by titles and cells; --map corrects the guess."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="source=origin")
        parser.add_argument("--default", action="append", default=[], metavar="FIELD=VALUE", help="lead_type=mql")
        parser.add_argument("--delimiter", default="", help="comma, semicolon, tab or bar, or the character itself")
        parser.add_argument("--encoding", default="", help="how letters are written: windows-1254, utf-8, ...")
        parser.add_argument("--header-line", type=int, help="the line of the header, from 1; 0 if there is none")
        parser.add_argument("--rows-from", type=int, default=0, help="the line of the first row")
        parser.add_argument("--ids-of", default="", metavar="SYSTEM", help="whose the external ids are: HubSpot, ...")
        parser.add_argument("--dry-run", action="store_true", help="read everything, change nothing")
        parser.add_argument("--by", default="", metavar="LOGIN", help="who brings it in")

    def handle(self, *, file: Path, by: str, delimiter: str, dry_run: bool, **options: Any) -> None:
        person = self._person(by)
        asked = Asked(
            *_encoding(options["encoding"]),
            DELIMITERS.get(delimiter, delimiter),
            options["header_line"],
            options["rows_from"],
        )
        upload = self._received(file, by=person, asked=asked)
        try:
            mapping = self._mapping(upload, _pairs(options["map"]))
            defaults = _pairs(options["default"])
            if dry_run:
                self._print_preview(upload, mapping, defaults)
                return
            upload = set_mapping(upload, mapping=mapping, defaults=defaults, reading=named_ids(options["ids_of"]))
        except MappingRefused as problem:
            raise CommandError("\n".join(_at(upload, found) for found in problem.problems)) from None
        finally:
            if upload.state == Upload.State.MAPPING:
                discard_upload(upload)
        self._run(upload)

    def _person(self, login: str) -> User | None:
        person = User.objects.filter(username=login).first() if login else None
        if login and person is None:
            raise CommandError(f"There is no user {login}.")
        return person

    def _received(self, file: Path, *, by: User | None, asked: Asked) -> Upload:
        try:
            with file.open("rb") as stream:
                return receive_upload(stream, name=file.name, by=by, at=timezone.now(), asked=asked)
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror or problem}") from None
        except CsvRefused as problem:
            raise CommandError(f"{file}: {csv_refusal_text(problem)}") from None

    def _mapping(self, upload: Upload, wanted: dict[str, str]) -> dict[int, str]:
        """The guessed mapping, with the named fields moved to the named columns. FIELD= leaves a field out."""
        header = [title.casefold() for title in upload.shape["header"]]
        mapping = {column: field for column, field in mapping_of(upload).items() if field not in wanted}
        for field, title in wanted.items():
            if field not in FIELDS:
                raise CommandError(f"There is no field {field}. Fields: {', '.join(FIELDS)}.")
            if not title:
                continue
            if title.casefold() not in header:
                raise CommandError(f"There is no column {title}. Columns: {', '.join(upload.shape['header'])}.")
            mapping[header.index(title.casefold())] = field
        return mapping

    def _print_preview(self, upload: Upload, mapping: dict[int, str], defaults: dict[str, str]) -> None:
        counts: Counter[str] = Counter()
        problems: Counter[str] = Counter()
        survey = survey_upload(upload)
        reading = date_reading(survey, mapping, upload.shape["header"], {})
        with upload.stored.open("rb") as stream:
            for sample in preview_rows(stream, shape_of(upload), mapping, defaults, reading):
                counts["good" if sample.is_usable else "refused"] += 1
                found = sample.facts.problems if sample.facts else [sample.row.problem]
                problems.update(problem_text(problem.field, problem.code) for problem in found)
        for column, title in enumerate(upload.shape["header"]):
            self.stdout.write(f"  {title} -> {mapping.get(column) or 'extra column'}")
        for column, dates in survey.dates.items():
            if column in mapping:
                self.stdout.write(f"{upload.shape['header'][column]}: {date_words(dates)}")
        for column, zone in zones_of_columns(mapping, upload.shape["header"]).items():
            self.stdout.write(f"{upload.shape['header'][column]}: {zone_words(zone)}")
        for note in upload.shape["notes"]:
            self.stdout.write(header_note_text(note))
        if reading_problems(upload.shape):
            self.stdout.write(LETTERS + doubt_text(upload.shape))
        self.stdout.write(f"{counts['good']} rows could be leads, {counts['refused']} would be refused.")
        for words, count in problems.most_common():
            self.stdout.write(f"  {count} x {words}")
        self.stdout.write("Nothing was changed.")

    def _run(self, upload: Upload) -> None:
        before = earlier_import(upload)
        if before:
            self.stderr.write(
                f"The same file was brought in before, on {timezone.localtime(before.created_at):%Y-%m-%d}."
            )
        started = reported = timezone.now()

        def report_progress(now: Upload) -> None:
            nonlocal reported
            if now.touched_at - reported >= PROGRESS_EVERY:
                reported = now.touched_at
                rate = now.rows / max((reported - started).total_seconds(), 0.001)
                self.stderr.write(f"{now.percent} %, {now.rows} rows, {rate:.0f} a second")

        done = run_import(upload.pk, clock=timezone.now, max_time=None, pause=pause, on_progress=report_progress)
        self.stdout.write(
            f"{done.rows} rows: {done.made} made, {done.merged} joined, {done.unchanged} already here, "
            f"{done.refused} refused, {done.went.get('review', {}).get('leads', 0)} on the review desk."
        )
        for name, count in sorted(done.went.get("queue", {}).get("names", {}).items()):
            self.stdout.write(f"  {count} into {name}")
        if done.state != Upload.State.DONE:
            raise CommandError(f"The import stopped behind line {done.last_line}; its page tells more.")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    wrong = [text for text, (_name, mark, _value) in zip(texts, pairs, strict=True) if not mark]
    if wrong:
        raise CommandError(f"{wrong[0]} is not NAME=VALUE.")
    return {name.strip(): value.strip() for name, _mark, value in pairs}


def _encoding(text: str) -> tuple[str, str]:
    """The encoding, and a second one after a bar, as the list of choices names them. A repair has a plus."""
    first, _bar, second = text.partition("|")
    start, plus, repair = first.partition("+")
    names = [encoding_named(name) if name else "" for name in (start, repair, second)]
    if any(name and not found for name, found in zip((start, repair, second), names, strict=True)):
        raise CommandError(f"There is no encoding {text}.")
    return f"{names[0]}{plus}{names[1]}", names[2]


def _at(upload: Upload, problem) -> str:
    if problem.code == "letters":
        return LETTERS + doubt_text(upload.shape)
    if problem.where.isdecimal():
        return f"{upload.shape['header'][int(problem.where)]}: {mapping_problem_text(problem)}"
    return f"{problem.where}: {mapping_problem_text(problem)}" if problem.where else mapping_problem_text(problem)
