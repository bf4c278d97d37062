"""One process that moves deadlines two at a time and kills itself in its second chunk: "within" it, or "after" its
commit and before that of its progress."""

import os
import signal
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402

from config.jobs import run  # noqa: E402
from queues.actions.clocks import deadlines  # noqa: E402

deadlines.CHUNK_SIZE = 2
module, name = {"within": (deadlines, "_note"), "after": (run, "_record_chunk")}[sys.argv[2]]
act, chunks = getattr(module, name), []


def act_or_die(*given, **named):
    chunks.append(given)
    if len(chunks) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return act(*given, **named)


setattr(module, name, act_or_die)
run.run_job(int(sys.argv[1]), clock=timezone.now)
