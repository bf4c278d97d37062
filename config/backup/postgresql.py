"""PostgreSQL: its own tools, which read at the moment at which we count, and write in one transaction."""

import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib import import_module
from os import environ
from pathlib import Path
from typing import IO, cast

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from config.backup.manifest import Facts, read_facts
from config.backup.refused import BackupRefused

COPY = re.compile(rb'COPY (?:[\w"]+\.)?"?(\w+)"? .*FROM stdin;\n')
OWNERS = ("--no-owner", "--no-privileges", "--no-comments")
MISSING = "{0} is not installed here. Install the PostgreSQL client tools of version {1} or newer, or put them in PATH."
OLD = "{0} is of PostgreSQL {2}, and the server is {1}. Install the client tools of version {1} or newer."
AS_IT_WAS = "The database is as it was."
# Tables, then what else our schema may hold. What belongs to an extension stays.
EMPTY = """
SET client_min_messages = warning;
SET lock_timeout = '30s';
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT oid::regclass AS name, relkind FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        ORDER BY relkind IN ('v', 'm') DESC, oid
    LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE',
        CASE each.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, each.name);
    END LOOP;
    FOR each IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    LOOP EXECUTE format('DROP SEQUENCE IF EXISTS %s CASCADE', each.name);
    END LOOP;
    FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', each.name);
    END LOOP;
END $$;
"""


def dump(place: Path) -> Facts:
    """pg_dump shares the snapshot in which we count, so both see the same rows while others write."""
    _require("pg_dump", "pg_restore")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        _run("pg_dump", "--format=custom", f"--file={place}", f"--snapshot={snapshot}", *OWNERS[:2])
        facts = read_facts(lambda sql: cursor.execute(sql).fetchall(), "postgresql")
    found = rows_of(place)
    wrong = sorted(name for name, rows in facts.tables.items() if found.get(name) != rows)
    if wrong:
        raise BackupRefused(f"pg_dump did not write all rows of {', '.join(wrong)}; there is no backup.")
    return facts


def inspect(place: Path) -> None:
    """That all of it can be read here; PostgreSQL checks the rest as it writes."""
    _require("pg_restore", "psql")
    rows_of(place)


def rows_of(place: Path) -> dict[str, int]:
    """How many rows of each table can be read from a dump: one line each between COPY and its end."""
    rows: dict[str, int] = {}
    table = ""
    with tempfile.TemporaryFile() as says:
        command = ["pg_restore", "--data-only", "--file=-", str(place)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=says) as reading:
            for line in cast(IO[bytes], reading.stdout):
                if table:
                    if line == b"\\.\n":
                        table = ""
                    else:
                        rows[table] += 1
                elif begins := COPY.fullmatch(line):
                    table = begins[1].decode()
                    rows[table] = 0
        if reading.returncode:
            raise BackupRefused(f"pg_restore cannot read the dump: {_last_words(says)}")
    return rows


def load(place: Path) -> None:
    """Empties the database and fills it in one transaction: any failure leaves it as it was, because COMMIT is sent
    last."""
    _require("pg_restore", "psql")
    names, env = _place()
    connection.close()
    psql = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-", *names]
    pg_restore = ["pg_restore", "--file=-", *OWNERS, str(place)]
    with tempfile.TemporaryFile() as says, tempfile.TemporaryFile() as reader_says:
        with (
            subprocess.Popen(pg_restore, stdout=subprocess.PIPE, stderr=reader_says) as reading,
            subprocess.Popen(
                psql, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=says, env={**environ, **env}
            ) as writing,
        ):
            script, into = cast(IO[bytes], reading.stdout), cast(IO[bytes], writing.stdin)
            with suppress(BrokenPipeError):  # psql stopped at an error, and says which
                into.write(b"BEGIN;" + EMPTY.encode())
                shutil.copyfileobj(script, into, 1 << 20)
                if reading.wait() == 0:
                    into.write(b"\nCOMMIT;\n")
                into.flush()
            reading.kill()
        if reading.returncode > 0:
            raise BackupRefused(f"pg_restore cannot read the dump: {_last_words(reader_says)} {AS_IT_WAS}")
        if writing.returncode:
            raise BackupRefused(f"PostgreSQL refused it: {_last_words(says)} {AS_IT_WAS}")
    _tune()


def room(size: int) -> int:
    """Bytes here while it is restored; the database may be on another machine."""
    return size


def _tune() -> None:
    """What belongs to a database and not to its dump: no compiled statements, and figures for the planner."""
    with connection.schema_editor() as editor:
        import_module("config.migrations.0006_no_compiled_statements").turn_off(None, editor)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _require(*tools: str) -> None:
    server = connection.get_database_version()[0]
    for tool in tools:
        if shutil.which(tool) is None:
            raise BackupRefused(MISSING.format(tool, server))
        said = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
        number = re.search(r"\) (\d+)", said)
        if number and int(number[1]) < server:
            raise BackupRefused(OLD.format(tool, server, number[1]))


def _place() -> tuple[list[str], dict[str, str]]:
    """The database as all these tools are given it; the password goes by the environment, unseen by others."""
    names, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    return names[1:], env or {}


def _run(tool: str, *arguments: str) -> None:
    names, env = _place()
    done = subprocess.run([tool, *arguments, *names], capture_output=True, text=True, env={**environ, **env})
    if done.returncode:
        raise BackupRefused(f"{tool} failed: {done.stderr.strip()}")


def _last_words(says: IO[bytes]) -> str:
    says.seek(0)
    return says.read().decode(errors="replace").strip()[-600:] or "it gave no reason."
