"""`manage.py serve`, one command for the whole of Alur: web server, supervised worker, and what else is asked for.

It only watches other processes, so it does not load Django.
"""

import argparse
import shlex
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.worker.processes import ProcessGroup, manage
from config.worker.stop_signal import stop_requested

HELP = "Runs web server and supervised worker together; Ctrl-C ends both and everything they started."
StopRequested = Callable[[float], bool]
WEB_GRACE = 6.0  # seconds; longer than uvicorn's own
RESTART_AFTER = 5.0  # seconds between two starts of a process that ends at once


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    refuse_taken_port(options.host, options.port)
    web = ProcessGroup("web server", web_command(options.host, options.port, reload=options.reload), grace=WEB_GRACE)
    others = [ProcessGroup("worker", manage("supervise"), grace=30.0)]
    others += [ProcessGroup(line, manage(*shlex.split(line))) for line in options.also]
    host = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    with stop_requested() as stopping:
        try:
            web.start()
            if wait_until_up(web, host, options.port, stopping):
                for group in others:
                    group.start()
                greet(f"http://{host}:{options.port}", options.greeting)
                keep_running(web, others, stopping)
        finally:
            end([*reversed(others), web])
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manage.py serve", description=HELP)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reload", action="store_true", help="start the web server again when a file changes")
    parser.add_argument("--also", action="append", default=[], help="a further management command to keep running")
    parser.add_argument("--greeting", type=Path, help="a text file to print when the pages are up")
    return parser


def refuse_taken_port(host: str, port: int) -> None:
    """Asked before anything starts: another server's pages must not be mistaken for ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(f"Port {port} at {host} is taken ({error.strerror}). Try --port {port + 1}.")


def web_command(host: str, port: int, *, reload: bool) -> list[str]:
    """Open streams would keep the server from ending for ever without a limit."""
    where = ["config.asgi:application", "--host", host, "--port", str(port)]
    again = ["--reload", "--reload-include", "*.html", "--reload-exclude", "var"] if reload else []
    limits = ["--timeout-graceful-shutdown", "3", "--log-level", "warning"]
    return [sys.executable, "-m", "uvicorn", *where, *limits, *again]


def wait_until_up(web: ProcessGroup, host: str, port: int, stopping: StopRequested) -> bool:
    """False when it was asked to stop before."""
    while not is_up(host, port):
        if web.exit_code is not None:
            sys.exit(f"The web server could not start at http://{host}:{port}; its own message stands above.")
        if stopping(0.1):
            return False
    return True


def is_up(host: str, port: int) -> bool:
    """Asks by hand: an HTTP client would double the memory of this process."""
    question = f"GET /healthz HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=2) as link:
            link.sendall(question.encode())
            return link.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


def greet(address: str, greeting: Path | None) -> None:
    if greeting and greeting.exists():
        print(greeting.read_text().removesuffix("\n"))
    print(f"Alur is at {address}/   (Ctrl-C stops it)", flush=True)


def keep_running(web: ProcessGroup, others: list[ProcessGroup], stopping: StopRequested) -> None:
    """Without pages there is no point in going on; everything else is started again."""
    restart_at: dict[str, float] = {}
    while not stopping(0.5):
        if web.exit_code is not None:
            sys.exit(f"The web server ended with code {web.exit_code}.")
        for group in others:
            if group.exit_code is None or time.monotonic() < restart_at.get(group.name, 0):
                continue
            print(f"{group.name} ended with code {group.exit_code}; starting it again", file=sys.stderr)
            restart_at[group.name] = time.monotonic() + RESTART_AFTER
            group.stop()
            group.start()


def end(groups: list[ProcessGroup]) -> None:
    """Asks all at once, then waits for each: the slowest decides how long it takes."""
    for group in groups:
        group.ask_to_stop()
    for group in groups:
        group.stop()
    print("Alur has stopped.", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
