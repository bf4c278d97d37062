"""One process that leases what is due and kills itself when a message has arrived, before that is recorded."""

import os
import signal
import sys

import django

django.setup()

from django.utils.dateparse import parse_datetime  # noqa: E402

from leads.actions.webhooks import sending  # noqa: E402


def die(calls, **_named):
    if calls:
        os.kill(os.getpid(), signal.SIGKILL)
    return 0


sending.record = die
sending.send_deliveries(clock=lambda: parse_datetime(sys.argv[1]))
