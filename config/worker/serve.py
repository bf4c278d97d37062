"""One command for the whole of Alur: web server, supervised worker, and what else is asked for."""

import shlex
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.worker.processes import Group, manage
from config.worker.stop_signal import stop_requested

Stopping = Callable[[float], bool]
WEB_GRACE = 6.0  # seconds; longer than uvicorn's own


class Command(BaseCommand):
    help = "Runs web server and supervised worker together; Ctrl-C ends both and everything they started."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reload", action="store_true", help="start the web server again when a file changes")
        parser.add_argument("--also", action="append", default=[], help="a further management command to keep running")
        parser.add_argument("--greeting", type=Path, help="a text file to print when the pages are up")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        refuse_taken_port(host, port)
        web = Group("web server", web_command(host, port, reload=options["reload"]), grace=WEB_GRACE)
        others = [Group("worker", manage("supervise"), grace=30.0)]
        others += [Group(line, manage(*shlex.split(line))) for line in options["also"]]
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
        with stop_requested() as stopping:
            try:
                web.start()
                if not self.wait_until_up(web, address, stopping):
                    return
                for group in others:
                    group.start()
                self.greet(address, options["greeting"])
                self.keep_running(web, others, stopping)
            finally:
                self.end([*reversed(others), web])

    def wait_until_up(self, web: Group, address: str, stopping: Stopping) -> bool:
        while not is_up(address):
            if web.exit_code is not None:
                raise CommandError(f"The web server could not start at {address}; its own message stands above.")
            if stopping(0.2):
                return False
        return True

    def greet(self, address: str, greeting: Path | None) -> None:
        if greeting and greeting.exists():
            self.stdout.write(greeting.read_text())
        self.stdout.write(self.style.SUCCESS(f"Alur is at {address}/   (Ctrl-C stops it)"))
        self.stdout.flush()

    def keep_running(self, web: Group, others: list[Group], stopping: Stopping) -> None:
        """Without pages there is no point in going on; everything else is started again."""
        again_at: dict[str, float] = {}
        while not stopping(0.5):
            if web.exit_code is not None:
                raise CommandError(f"The web server ended with code {web.exit_code}.")
            for group in others:
                if group.exit_code is None or time.monotonic() < again_at.get(group.name, 0):
                    continue
                self.stderr.write(f"{group.name} ended with code {group.exit_code}; starting it again")
                again_at[group.name] = time.monotonic() + 5
                group.stop()
                group.start()

    def end(self, groups: list[Group]) -> None:
        """Asks all at once, then waits for each: the slowest decides how long it takes."""
        for group in groups:
            group.ask_to_stop()
        for group in groups:
            group.stop()
        self.stdout.write("Alur has stopped.")


def refuse_taken_port(host: str, port: int) -> None:
    """Asked before anything starts: another server's pages must not be mistaken for ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(f"Port {port} at {host} is taken ({error.strerror}). Try --port {port + 1}.") from error


def web_command(host: str, port: int, *, reload: bool) -> list[str]:
    """Open streams would hold the server's end up for ever without a limit."""
    where = ["config.asgi:application", "--host", host, "--port", str(port)]
    again = ["--reload", "--reload-include", "*.html", "--reload-exclude", "var"] if reload else []
    limits = ["--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", *where, *limits, *again]


def is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False
