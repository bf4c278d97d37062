"""Lists `serve` among the commands; manage.py runs it without loading Django (config/worker/serve.py)."""

import sys

from django.core.management.base import BaseCommand

from config.worker import serve


class Command(BaseCommand):
    help = serve.HELP

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(serve.main(argv[2:]))
