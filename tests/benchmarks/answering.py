"""Processes that are driven line by line: each line of their input is answered with one line of JSON."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def answering(command: list[str], tree: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen]:
    """It says "ready" first; imports may say something before it."""
    with subprocess.Popen(
        command, cwd=tree, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert "ready\n" in process.stdout, "the process ended before it was ready"
        yield process
        process.stdin.close()


def ask(process: subprocess.Popen, line: object) -> None:
    print(line, file=process.stdin, flush=True)


def answer(process: subprocess.Popen) -> dict[str, Any]:
    assert process.stdout is not None
    return json.loads(next(line for line in process.stdout if line.startswith("{")))
