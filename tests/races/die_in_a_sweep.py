"""One process that sweeps the contact clocks at a given time and kills itself at the so-manieth row: when its steps are
recorded, when the lead is given on, or after the commit, before the next row."""

import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from queues.actions.clocks import contact, sweeping  # noqa: E402

time, point, row = sys.argv[1], sys.argv[2], int(sys.argv[3])
module, function = {
    "recorded": (contact, "_record"),
    "carried out": (contact, "_carry_out"),
    "committed": (sweeping, "_act"),
}[point]
whole = getattr(module, function)
calls: list[int] = []


def and_die(*given, **named):
    answer = whole(*given, **named)
    calls.append(1)
    if len(calls) == row:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


setattr(module, function, and_die)
contact.escalate_overdue(at=datetime.fromisoformat(time))
