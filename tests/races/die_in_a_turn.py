"""One process that brings a lead in and kills itself in its turn: after the choice, when all of it is written, or when
only the commit is missing."""

import os
import signal
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from leads.actions.intake import capture  # noqa: E402
from routing.actions.rotation import turns  # noqa: E402

name, point = sys.argv[1:]
module, function = {
    "chosen": (turns, "_decide"),
    "written": (turns, "assign_many"),
    "uncommitted": (capture.CaptureResolver, "record"),
}[point]
whole = getattr(module, function)


def and_die(*given, **named):
    whole(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)


setattr(module, function, and_die)
capture.capture_lead({"email": f"{name}@race.example.com", "company_name": name}, channel="api", at=timezone.now())
