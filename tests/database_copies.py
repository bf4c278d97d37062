"""The databases of tests: migrated once into a template, then copied for each test process.

A template is named after a hash of all that makes a schema, so a stale one is never used. A lock lets one process build
it while others wait. What no run used for a day, and copies that a killed run left behind, are removed. On its way to
the newest schema the database is also kept as earlier releases had it, for the tests that upgrade one.
"""

import fcntl
import hashlib
import os
import shutil
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.quick_migrations import quick_migrations

KEEP_SECONDS = 24 * 3600
TEMPLATE = "alur_template_"
EARLIER = {  # where the migrations of an earlier release ended; the earliest first
    "pointers": [
        ("config", "0005_background_jobs"),
        ("leads", "0009_plain_names"),
        ("queues", "0010_plain_help_texts"),
        ("routing", "0014_plain_names"),
    ],
    "wall_time": [("routing", "0027_new_openings"), ("queues", "0011_what_leads_need")],
}
LOCK_NUMBER = 0x414C5552  # "ALUR": the advisory lock under which templates are made and copied


def copy_database() -> Callable[[], None]:
    """Gives this process a database of its own, and returns what removes it."""
    lite = connection.vendor == "sqlite"
    name = str(connection.settings_dict["TEST"]["NAME"])
    (_copy_file if lite else _copy_postgres)(template_name(), name)
    work_on(name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)  # roles, permissions, functions
    return lambda: drop_database(name)


def copy_earlier(release: str) -> str:
    """The name of one more database for this process, as that release had it; drop_database() removes it."""
    if connection.vendor == "sqlite":
        own = Path(connection.settings_dict["TEST"]["NAME"])
        name = str(own.with_stem(f"{own.stem}-earlier"))
        _remove(Path(name))
        shutil.copyfile(own.with_name(f"{template_name()}_{release}.sqlite3"), name)
        return name
    name = f"{connection.settings_dict['TEST']['NAME']}_earlier"
    with _locked_server() as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        run(f'CREATE DATABASE "{name}" TEMPLATE "{template_name()}_{release}"')
        run(f"COMMENT ON DATABASE \"{name}\" IS '{_me()}'")
    return name


def work_on(name: str) -> None:
    """From now on this process works on that database."""
    _let_go()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def drop_database(name: str) -> None:
    (_drop_file if connection.vendor == "sqlite" else _drop_postgres)(name)


def template_name() -> str:
    return TEMPLATE + schema_hash(Path(app.path) for app in apps.get_app_configs())


def schema_hash(folders: Iterable[Path]) -> str:
    """All migrations in these apps' folders, the models of an app that has none, and what runs them."""
    login = connection.settings_dict["USER"]  # only its owner may copy a database
    digest = hashlib.sha256(f"{version('django')} {version('psycopg')} {login} {EARLIER}".encode())
    digest.update(Path(__file__).with_name("quick_migrations.py").read_bytes())
    for folder in folders:
        written = list(folder.glob("migrations/*.py")) or [*folder.glob("models.py"), *folder.glob("models/*.py")]
        for source in sorted(written):
            digest.update(f"{folder.name}/{source.name}\0".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def remove_old_files(folder: Path, *, keep: Path) -> None:
    """Templates that nobody used for a day, and copies of runs that were killed."""
    for path in folder.glob(f"{TEMPLATE}*.sqlite3"):
        if not path.stem.startswith(keep.stem) and time.time() - path.stat().st_mtime > KEEP_SECONDS:
            _remove(path)
    for path in folder.glob("test-*.sqlite3"):
        number = path.stem.removeprefix("test-").partition("-")[0]
        if number.isdecimal() and not _is_running(int(number)):
            _remove(path)


def _migrate(name: str, keep_as: Callable[[str], None]) -> None:
    """Migrates an empty database, which is kept on the way for each earlier release."""
    work_on(name)
    with quick_migrations():
        for release, ends in EARLIER.items():
            executor = MigrationExecutor(connection)
            executor.migrate(ends + [node for node in executor.loader.graph.leaf_nodes() if node[0] == "auth"])
            _let_go()
            keep_as(release)
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        _let_go()


def _let_go() -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


# --- SQLite ----------------------------------------------------------------------------------------------------------
def _copy_file(template: str, name: str) -> None:
    copy, folder = Path(name), Path(name).parent
    source = folder / f"{template}.sqlite3"
    with (folder / f"{TEMPLATE}lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not source.exists():
            unfinished = folder / f"{TEMPLATE}unfinished.sqlite3"
            _remove(unfinished)
            _migrate(
                str(unfinished), lambda release: shutil.copyfile(unfinished, source.with_stem(f"{template}_{release}"))
            )
            unfinished.replace(source)
        source.touch()
        _remove(copy)
        shutil.copyfile(source, copy)
        remove_old_files(folder, keep=source)


def _drop_file(name: str) -> None:
    connection.close()
    _remove(Path(name))


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", "-line"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, under another login
        return True
    return True


# --- PostgreSQL ------------------------------------------------------------------------------------------------------
def _copy_postgres(template: str, name: str) -> None:
    with _locked_server() as run:
        if not run("SELECT 1 FROM pg_database WHERE datname = %s", template):
            unfinished = f"{TEMPLATE}unfinished"
            run(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
            run(f'CREATE DATABASE "{unfinished}"')

            def keep_as(release: str) -> None:
                kept = f"{template}_{release}"
                run(f'DROP DATABASE IF EXISTS "{kept}" WITH (FORCE)')
                run(f'CREATE DATABASE "{kept}" TEMPLATE "{unfinished}"')
                run(f"COMMENT ON DATABASE \"{kept}\" IS '{time.time():.0f}'")

            _migrate(unfinished, keep_as)
            run(f'ALTER DATABASE "{unfinished}" WITH ALLOW_CONNECTIONS false')
            run(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')
        run(f"COMMENT ON DATABASE \"{template}\" IS '{time.time():.0f}'")
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        run(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')  # no test outlives the server
        run(f"COMMENT ON DATABASE \"{name}\" IS '{_me()}'")
        _drop_old_databases(run, keep=template)


def _drop_old_databases(run: Callable[..., list[tuple]], *, keep: str) -> None:
    named = (
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname LIKE %s AND pg_get_userbyid(datdba) = current_user"
    )
    for name, used_at in run(named, f"{TEMPLATE}%"):
        if not name.startswith(keep) and time.time() - float(used_at or 0) > KEEP_SECONDS:
            run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    for name, owner in run(named, "test\\_%"):
        host, _space, pid = (owner or "").rpartition(" ")
        if host == socket.gethostname() and pid.isdecimal() and not _is_running(int(pid)):
            run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _drop_postgres(name: str) -> None:
    _let_go()
    with _locked_server() as run:
        run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _me() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


@contextmanager
def _locked_server() -> Iterator[Callable[..., list[tuple]]]:
    """Runs statements beside all databases, while no other process makes or copies a template."""
    with connection._nodb_cursor() as cursor:

        def run(statement: str, *values: str) -> list[tuple]:
            cursor.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

        run(f"SELECT pg_advisory_lock({LOCK_NUMBER})")
        yield run
