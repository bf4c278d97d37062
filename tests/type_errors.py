"""Runs mypy and compares its errors with the baseline: `python -m tests.type_errors`.

Decisions and actions have no errors. Every other room has at most as many as tests/type_baseline.txt says; where it has
fewer, the baseline is lowered at once, so that it only shrinks.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "tests" / "type_baseline.txt"
CLEAN = ("/decisions", "/actions")


def main() -> int:
    env = os.environ | {"DEBUG": "true"}  # the plugin loads the settings
    checked = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, env=env, capture_output=True, text=True)
    if checked.returncode not in (0, 1):
        print(checked.stdout, checked.stderr, sep="\n")
        return checked.returncode
    errors = [line for line in checked.stdout.splitlines() if ": error: " in line]
    found, allowed = count(errors), read(BASELINE.read_text())
    worse = {room for room, number in found.items() if number > allowed[room] or room.endswith(CLEAN)}
    for line in errors:
        if room_of(line) in worse:
            print(line)
    for room in sorted(worse):
        print(f"{room}: {found[room]} type errors, {allowed[room]} allowed")
    if worse:
        return 1
    BASELINE.write_text(written(found))
    print(f"Types: no error in decisions and actions, {found.total()} elsewhere (the baseline said {allowed.total()}).")
    return 0


def count(errors: list[str]) -> Counter[str]:
    return Counter(room_of(line) for line in errors)


def room_of(line: str) -> str:
    """The package of an app in which the error is: "leads/admin"; a module at the root of an app is its own room."""
    path = re.split(r":\d", line, maxsplit=1)[0]
    return "/".join(Path(path).parts[:2])


def read(baseline: str) -> Counter[str]:
    pairs = (line.split() for line in baseline.splitlines() if line and not line.startswith("#"))
    return Counter({room: int(number) for room, number in pairs})


def written(found: Counter[str]) -> str:
    head = "# Type errors that each room still has (tests/type_errors.py). Numbers only go down.\n"
    return head + "".join(f"{room} {number}\n" for room, number in sorted(found.items()))


if __name__ == "__main__":
    sys.exit(main())
