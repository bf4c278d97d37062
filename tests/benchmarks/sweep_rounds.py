"""Sweeps of the kept counts, one a second: sweep_rounds.py. Each line of its input is for how many seconds.

It answers with one line of JSON: how many sweeps there were, and what one took in seconds, by the clock and of CPU: of
Python, and of the database, where that runs on this machine.
"""

import json
import os
import sys
import time
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402

from queues.tasks import count_figures  # noqa: E402


def sweep(seconds: float) -> dict[str, float]:
    end, number, took, spent = time.monotonic() + seconds, 0, 0.0, time.process_time()
    of_database = database_spent()
    while (start := time.monotonic()) < end:
        count_figures()
        number += 1
        took += time.monotonic() - start
        time.sleep(max(0.0, min(end, start + 1) - time.monotonic()))
    return {
        "sweeps": number,
        "took": took / number,
        "spent": (time.process_time() - spent) / number,
        "of database": (database_spent() - of_database) / number,
    }


def database_spent() -> float:
    """CPU seconds of the process that answers this connection; 0 where it runs elsewhere."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


count_figures()
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(sweep(float(line))), flush=True)
