"""manage.py doctor: says in plain words how this installation stands (J6)."""

import json
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, no_translations
from django.utils import timezone

from config.doctor.examine import examine
from config.doctor.findings import Finding, State


class Command(BaseCommand):
    help = "Checks settings, database, worker, mail, clock, disk and what Alur talks to. Ends with 1 if any is broken."
    requires_system_checks: list[str] = []  # it reports them itself

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mail", default="", metavar="ADDRESS", help="also send a test there")
        parser.add_argument("--json", action="store_true", help="for programs")

    @no_translations  # one language, whatever that of the pages is
    def handle(self, *, mail: str, **options: object) -> None:
        found = examine(at=timezone.now(), mail_to=mail)
        self.stdout.write(as_json(found) if options["json"] else as_text(found))
        if any(each.state == State.BROKEN for each in found):
            raise SystemExit(1)


def as_json(found: list[Finding]) -> str:
    return json.dumps([asdict(each) for each in found], indent=1, ensure_ascii=False)


def as_text(found: list[Finding]) -> str:
    width = max(len(each.what) for each in found)
    lines = []
    for each in found:
        lines.append(f"{each.state:<6}  {each.what:<{width}}  {each.says}")
        if each.do:
            lines.append(f"{'':<{width + 10}}{each.do}")
    states = [each.state for each in found]
    return "\n".join([*lines, "", f"{states.count(State.BROKEN)} broken, {states.count(State.LOOK)} to look at."])
