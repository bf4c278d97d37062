"""Count the figures of reports and boards again, from the first day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from queues.actions.figures.sweep import AlreadyCounting, rebuild


class Command(BaseCommand):
    help = "Counts all figures of reports and boards again, day by day. Pages can stay open."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = rebuild(at=timezone.now(), tell=self._tell)
        except AlreadyCounting as error:
            raise CommandError("The worker counts at this moment. Try again in a minute.") from error
        self.stdout.write(f"Done: {done} earlier days and today.")

    def _tell(self, done: int, days: int) -> None:
        if done % 10 == 0 or done == days:
            self.stdout.write(f"{done} of {days} days")
