"""Sweeps of the kept counts, one a second: sweep_rounds.py. Each line of its input is for how many seconds.

It answers with one line of JSON: how many sweeps there were, and what one took in seconds, by the clock and of CPU.
"""

import json
import sys
import time

import django

django.setup()

from queues.tasks import count_figures  # noqa: E402


def sweep(seconds: float) -> dict[str, float]:
    end, number, took, spent = time.monotonic() + seconds, 0, 0.0, time.process_time()
    while (start := time.monotonic()) < end:
        count_figures()
        number += 1
        took += time.monotonic() - start
        time.sleep(max(0.0, min(end, start + 1) - time.monotonic()))
    return {"sweeps": number, "took": took / number, "spent": (time.process_time() - spent) / number}


count_figures()
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(sweep(float(line))), flush=True)
