"""Keeps the demo alive: a small thing happens every few seconds, until it is stopped."""

import logging
from random import Random
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from config.worker.stop_signal import stop_requested
from dashboards.demo.cast import known_cast
from dashboards.demo.traffic import Traffic

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 3.0, 9.0  # seconds between two steps
AFTER_TROUBLE = 15.0


class Command(BaseCommand):
    help = "Lets leads arrive and colleagues work while the demo runs; ends on SIGTERM or Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.ALUR_DEMO:
            raise CommandError("The demo is for show only. Set ALUR_DEMO=true, or run: make demo")
        try:
            traffic, rng = Traffic(known_cast(), Random(), opened_at=timezone.now()), Random()
        except User.DoesNotExist as missing:
            raise CommandError("There is no demo in this database. Run: manage.py demo") from missing
        with stop_requested() as stopping:
            pause = SHORTEST
            while not stopping(pause):
                pause = self._step(traffic) or rng.uniform(SHORTEST, LONGEST)

    def _step(self, traffic: Traffic) -> float | None:
        """None when all is well; seconds to wait when the database is away or busy."""
        try:
            traffic.step(at=timezone.now())
        except DatabaseError:
            log.warning("the demo's traffic waits for the database")
            close_old_connections()
            return AFTER_TROUBLE
        except Exception:
            log.exception("a step of the demo's traffic failed")
            return AFTER_TROUBLE
        return None
