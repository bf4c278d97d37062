"""Writers of a real SQLite file take turns: with transactions and with single statements."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db.utils import ConnectionHandler

from config.sqlite.base import DatabaseWrapper
from config.sqlite.writer_line import WaitedTooLong
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db

TURNS = 20  # of each writer
WRITERS = 8


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[[], DatabaseWrapper]]:
    """Gives each thread a connection of its own to one new database."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": PATIENCE, "init_command": "PRAGMA journal_mode=WAL"}
    handler = ConnectionHandler(
        {"default": {"ENGINE": "config.sqlite", "NAME": tmp_path / "fair.sqlite3", "OPTIONS": options}}
    )
    execute(handler["default"], "CREATE TABLE turn (id integer PRIMARY KEY, writer integer)")
    yield lambda: handler["default"]
    handler.close_all()


def execute(connection: DatabaseWrapper, statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def write(connection: DatabaseWrapper, writer: int, *, in_transaction: bool) -> None:
    insert = "INSERT INTO turn (writer) VALUES (%s)"
    if not in_transaction:
        execute(connection, insert, writer)
        return
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    execute(connection, insert, writer)
    connection.commit()
    connection.set_autocommit(True)


def all_write(connect: Callable[[], DatabaseWrapper], in_transaction: Callable[[int], bool]) -> list[int]:
    """Who wrote, in order, while all of them wanted to all the time."""
    gate = Barrier(WRITERS)

    def run(writer: int) -> None:
        connection = connect()
        connection.ensure_connection()
        gate.wait(PATIENCE)
        for _turn in range(TURNS):
            write(connection, writer, in_transaction=in_transaction(writer))
        connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(run, range(WRITERS)))
    return [writer for (writer,) in execute(connect(), "SELECT writer FROM turn ORDER BY id")]


@pytest.mark.parametrize(
    "in_transaction",
    [lambda _writer: True, lambda _writer: False, lambda writer: writer % 2 == 0],
    ids=["transactions", "single statements", "both"],
)
def test_nobody_writes_twice_while_another_waits_for_long(connect, in_transaction: Callable[[int], bool]):
    wrote = all_write(connect, in_transaction)
    assert sorted(wrote) == sorted(list(range(WRITERS)) * TURNS)
    places = [[place for place, who in enumerate(wrote) if who == writer] for writer in range(WRITERS)]
    gaps = [after - before for own in places for before, after in zip(own, own[1:], strict=False)]
    assert max(gaps) <= 4 * WRITERS  # without a line some wait for a hundred turns of others


def test_a_transaction_that_is_taken_back_leaves_the_line(connect):
    connection = connect()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    execute(connection, "INSERT INTO turn (writer) VALUES (1)")
    connection.rollback()
    connection.set_autocommit(True)
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: write(connect(), 2, in_transaction=True)).result(PATIENCE)
    assert execute(connection, "SELECT writer FROM turn") == [(2,)]


def test_a_connection_that_is_closed_in_a_transaction_leaves_the_line(connect):
    connection = connect()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    execute(connection, "INSERT INTO turn (writer) VALUES (1)")
    connection.close()
    with ThreadPoolExecutor(1) as aside:
        aside.submit(lambda: write(connect(), 2, in_transaction=False)).result(PATIENCE)
    assert execute(connection, "SELECT writer FROM turn") == [(2,)]


def test_a_writer_that_waits_too_long_has_written_nothing(connect):
    connection = connect()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    def hurry() -> None:
        other = connect()
        other.settings_dict["OPTIONS"]["timeout"] = 0.01
        for in_transaction in (True, False):
            with pytest.raises(WaitedTooLong):
                write(other, 2, in_transaction=in_transaction)

    with ThreadPoolExecutor(1) as aside:
        aside.submit(hurry).result(PATIENCE)
    connection.rollback()
    connection.set_autocommit(True)
    assert execute(connection, "SELECT writer FROM turn") == []
