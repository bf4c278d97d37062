"""The line of writers: in order, within and across processes, and never held by the dead."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from config.sqlite.writer_line import WaitedTooLong, WriterLine, line_for
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[3]
WRITER = """
import sys, time
from config.sqlite.writer_line import WriterLine
path, name, stay = sys.argv[1:]
line = WriterLine(path)
place = line.enter(600)
with open(path + ".log", "a") as log:
    log.write(name)
time.sleep(float(stay))
line.leave(place)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "line")


@pytest.fixture
def line(path: str) -> WriterLine:
    return WriterLine(path)


@pytest.fixture
def start(path: str, line: WriterLine) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts a process that stands in line, writes its name when it is its turn, and stays for so many seconds."""
    started: list[subprocess.Popen] = []

    def start_one(name: str, stay: float = 0) -> subprocess.Popen:
        before = line.drawn
        started.append(subprocess.Popen([sys.executable, "-c", WRITER, path, name, str(stay)], cwd=ROOT))
        until(lambda: line.drawn == before + 1)
        return started[-1]

    yield start_one
    for process in started:
        process.kill()
        process.wait(timeout=PATIENCE)


def written(path: str) -> str:
    log = Path(f"{path}.log")
    return log.read_text() if log.exists() else ""


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.01)


@contextmanager
def held(line: WriterLine) -> Iterator[None]:
    place = line.enter(PATIENCE)
    try:
        yield
    finally:
        line.leave(place)


def test_threads_write_in_the_order_in_which_they_came(line: WriterLine):
    order, threads = [], []

    def write(number: int) -> None:
        with held(line):
            order.append(number)

    with held(line):
        for number in range(8):
            threads.append(Thread(target=write, args=[number]))
            threads[-1].start()
            until(lambda number=number: line.waiting == number + 1)
    for thread in threads:
        thread.join(PATIENCE)
    assert order == list(range(8))


def test_a_thread_that_writes_may_enter_again(line: WriterLine):
    with held(line), held(line):
        assert line.drawn == 1
    with held(line):
        assert line.drawn == 2


def test_who_waits_for_too_long_goes_away_and_holds_up_nobody(line: WriterLine):
    refused = []

    def give_up() -> None:
        try:
            line.enter(0.01)
        except WaitedTooLong as problem:
            refused.append(str(problem))

    with held(line):
        thread = Thread(target=give_up)
        thread.start()
        thread.join(PATIENCE)
    with held(line):
        assert (refused, line.waiting) == (["database is locked: the line of writers is too long"], 0)


def test_processes_write_in_the_order_in_which_they_came(
    line: WriterLine, path: str, start: Callable[..., subprocess.Popen]
):
    with held(line):
        processes = [start(name) for name in "abc"]
        assert written(path) == ""
    assert [process.wait(timeout=PATIENCE) for process in processes] == [0, 0, 0]
    assert written(path) == "abc"


def test_a_process_that_dies_leaves_the_line(line: WriterLine, path: str, start: Callable[..., subprocess.Popen]):
    dead = start("a", stay=PATIENCE)
    until(lambda: written(path) == "a")
    dead.kill()
    with held(line):
        assert line.drawn == 2


def test_a_process_that_dies_while_it_waits_lets_nobody_in_before_their_turn(
    line: WriterLine, path: str, start: Callable[..., subprocess.Popen]
):
    with held(line):
        dead, next_one = start("a"), start("b")
        dead.kill()
        dead.wait(timeout=PATIENCE)
        with pytest.raises(subprocess.TimeoutExpired):
            next_one.wait(timeout=0.3)
        assert written(path) == ""
    assert (next_one.wait(timeout=PATIENCE), written(path)) == (0, "b")


def test_another_process_that_writes_for_too_long_is_not_waited_for(
    line: WriterLine, path: str, start: Callable[..., subprocess.Popen]
):
    start("a", stay=PATIENCE)
    until(lambda: written(path) == "a")
    with pytest.raises(WaitedTooLong, match="another process writes for too long"):
        line.enter(0.01)
    assert line.waiting == 0


def test_a_database_in_memory_has_no_line():
    assert [line_for(":memory:"), line_for("file:memorydb_default?mode=memory&cache=shared")] == [None, None]


def test_one_file_has_one_line_however_it_is_named(tmp_path: Path):
    line = line_for(tmp_path / "alur.sqlite3")
    assert line is line_for(f"{tmp_path}/./alur.sqlite3")
    assert line is not line_for(tmp_path / "other.sqlite3")
