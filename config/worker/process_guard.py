"""Runs a command that cannot outlive the process that started it: `python -m config.worker.process_guard FD GRACE ...`.

FD is the reading end of a pipe whose other end only the starter holds. When the starter dies, however it dies, the
pipe ends; then the command gets SIGTERM and, after GRACE seconds, its whole process group gets SIGKILL. Django is not
loaded here: the guard must be light, and alive when all else hangs.
"""

import os
import select
import signal
import subprocess
import sys
import time


def main(arguments: list[str]) -> int:
    pipe, grace, command = int(arguments[0]), float(arguments[1]), arguments[2:]
    child = subprocess.Popen(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: child.terminate())
    while child.poll() is None:
        readable, _, _ = select.select([pipe], [], [], 0.2)
        if readable:
            _end(child, grace)
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _end(child: subprocess.Popen, grace: float) -> None:
    child.terminate()
    limit = time.monotonic() + grace
    while child.poll() is None and time.monotonic() < limit:
        time.sleep(0.1)
    os.killpg(0, signal.SIGKILL)  # the group is ours alone, and includes ourselves


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
