"""Gives an empty installation the defaults of the articles, to be edited from then on."""

from typing import Any

from django.core.management.base import BaseCommand

from queues.actions.set_up.run import set_up


class Command(BaseCommand):
    help = "Makes the default sources, score rules, priority tiers, one queue and its entry rules; changes no row."

    def handle(self, *args: Any, **options: Any) -> None:
        made = {name: count for name, count in set_up().items() if count}
        if not made:
            self.stdout.write("Everything is there already; nothing was changed.")
            return
        self.stdout.write("Made: " + ", ".join(f"{name} {count}" for name, count in made.items()) + ".")
        self.stdout.write("They are yours now: edit them in the admin.")
