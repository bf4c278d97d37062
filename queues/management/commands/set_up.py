"""Fill an empty installation with defaults, which sales ops can edit from then on."""

from typing import Any

from django.core.management.base import BaseCommand

from queues.actions.set_up.run import set_up


class Command(BaseCommand):
    help = (
        "Creates the default sources, score rules, priority tiers, one queue and its entry rules. Existing rows stay."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = {name: count for name, count in set_up().items() if count}
        if not made:
            self.stdout.write("Everything is there already; nothing was changed.")
            return
        self.stdout.write("Made: " + ", ".join(f"{name} {count}" for name, count in made.items()) + ".")
        self.stdout.write("They are yours now: edit them in the admin.")
