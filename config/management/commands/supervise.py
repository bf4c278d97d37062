"""Lists `supervise` among the commands; manage.py runs it without loading Django (config/worker/supervise.py)."""

import sys

from django.core.management.base import BaseCommand

from config.worker import supervise


class Command(BaseCommand):
    help = supervise.HELP

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(supervise.main(argv[2:]))
