"""The background worker: django-q's cluster, started after the schedules agree with config/schedules.py."""

from typing import Any

from django.db import connections
from django.utils import timezone
from django_q.management.commands import qcluster

from config.schedules import sync_schedules


class Command(qcluster.Command):
    help = "Brings the schedules in line and runs the background worker; `supervise` restarts it when it fails."

    def handle(self, *args: Any, **options: Any) -> None:
        sync_schedules(at=timezone.now())
        connections.close_all()  # the processes that it forks must not share this connection
        super().handle(*args, **options)
