"""Fills the database with the demo: a month of a sales team that ends now."""

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.sqlite.first_tables import is_empty, make_tables
from dashboards.demo.building import LEAST_DAYS, OtherPeopleHere, build, is_built, others
from dashboards.demo.cast import PASSWORD, user_name_of
from dashboards.demo.hours import JAKARTA, Hours
from dashboards.demo.month import Day

LOGINS = (("Rina", "sales rep"), ("Ayu", "manager"), ("Bima", "sales ops"))


class Command(BaseCommand):
    help = "Builds the demo, or rebuilds it; refused if the database has other accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help=f"days of history, {LEAST_DAYS} or more")
        parser.add_argument("--until", type=_moment, help="where the history ends, such as 2026-11-16T10:42; now")
        parser.add_argument("--yes", action="store_true", help="replace a demo that is there without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ALUR_DEMO:
            raise CommandError("The demo is for show only. Set ALUR_DEMO=true, or run: make demo")
        bring_up_to_date()
        strangers = others()
        if strangers:
            raise CommandError(f"This database is in use by others ({', '.join(strangers)}); nothing was changed.")
        if is_built() and not options["yes"] and not self._wants_rebuild():
            self.stdout.write("Kept the demo as it was.")
            return
        self._build(options["days"], options["until"] or timezone.now())

    def _wants_rebuild(self) -> bool:
        """Without an answer it is a no."""
        try:
            answer = input("There is a demo in this database. Rebuild it, and lose what was done in it? [y/N] ")
        except EOFError:
            return False
        return answer.strip().lower() in ("y", "yes")

    def _build(self, days: int, until: datetime) -> None:
        began = time.monotonic()
        self.stdout.write(f"Playing {days} days of a sales team, up to {until.astimezone(JAKARTA):%A %H:%M} ...")
        try:
            build(until=until, days=days, tell=self._tell)
        except OtherPeopleHere as refused:
            raise CommandError(str(refused)) from refused
        greeting = self._greeting(until)
        self.stdout.write(f"Built in {time.monotonic() - began:.0f} s.\n\n{greeting}")
        place = Path(settings.VAR) / "greeting.txt"
        place.write_text(greeting)

    def _tell(self, day: Day) -> None:
        waiting = "  ".join(f"{slug} {depth:>3}" for slug, depth in day.waiting.items())
        self.stdout.write(f"  {day.on.astimezone(JAKARTA):%a %d %b}   {day.arrived:>3} arrived   waiting: {waiting}")
        self.stdout.flush()

    def _greeting(self, until: datetime) -> str:
        lines = [f"  {user_name_of(name):<22} {role:<12}" for name, role in LOGINS]
        words = ["Sign in with one click on the sign-in page, or as", *lines, f"  password: {PASSWORD}"]
        return "\n".join([*words, *_shift(until), ""])


def _shift(until: datetime) -> list[str]:
    """Who opens the demo at night or on a Sunday meets people, and reads why."""
    hours, here = Hours(until), until.astimezone(JAKARTA)
    if hours.is_usual(until):
        return []
    ends = hours.show_until.astimezone(JAKARTA)
    return [
        f"It is {here:%A %H:%M} in Jakarta, so a shift works for your visit until {ends:%H:%M};",
        "then people work Monday to Friday, 8:00 to 20:30.",
    ]


def bring_up_to_date() -> None:
    """Make the tables, or migrate those of an earlier release."""
    if is_empty():
        make_tables()
    else:
        call_command("migrate", verbosity=0, interactive=False)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=JAKARTA)
