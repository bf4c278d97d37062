"""What leaves at once: webhooks and CRMs, asked for every second (config/worker/outbox.py)."""

from typing import Any

from django.core.management.base import BaseCommand

from config.worker.outbox import run_outbox
from config.worker.stop_signal import stop_requested


class Command(BaseCommand):
    help = "Sends webhooks and writes to CRMs every second; `supervise` runs it beside the worker."

    def handle(self, *args: Any, **options: Any) -> None:
        with stop_requested() as stopping:
            run_outbox(stopping)
