"""The tables of an empty database, made at once, are those that all migrations make."""

import re

from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from pytest_django.plugin import DjangoDbBlocker

from config.sqlite.first_tables import is_empty, make_tables
from tests.database_copies import work_on

SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def test_an_empty_database_gets_what_all_migrations_make(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path
):
    """Only SQLite's is ever taken for empty: elsewhere every migration runs."""
    before = str(connection.settings_dict["NAME"])
    with django_db_blocker.unblock():
        if connection.vendor != "sqlite":
            assert not is_empty()
            return
        migrated, roles, was_empty = definitions(), rights(), is_empty()
        try:
            work_on(str(tmp_path / "first.sqlite3"))
            assert (was_empty, is_empty()) == (False, True)
            make_tables()
            assert definitions() == migrated
            assert rights() == roles
            executor = MigrationExecutor(connection)
            assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
            assert len(MigrationRecorder(connection).applied_migrations()) == len(executor.loader.graph.nodes)
        finally:
            work_on(before)


def definitions() -> dict[str, list[str]]:
    """Columns and constraints of each table, however they are ordered; indexes as they are written."""
    with connection.cursor() as cursor:
        rows = cursor.execute(SCHEMA).fetchall()
    return {name: sorted(_parts(sql)) if kind == "table" else [sql] for kind, name, sql in rows}


def rights() -> dict[str, list[str]]:
    groups = Group.objects.order_by("name").prefetch_related("permissions")
    return {group.name: sorted(each.codename for each in group.permissions.all()) for group in groups}


def _parts(sql: str) -> list[str]:
    """What stands between commas that are in no bracket and no quotes."""
    found, depth = [""], 0
    for token in re.findall(r"'[^']*'|\"[^\"]*\"|.", sql[sql.index("(") + 1 : sql.rindex(")")], re.DOTALL):
        depth += (token == "(") - (token == ")")
        if token == "," and not depth:
            found.append("")
        else:
            found[-1] += token
    return [" ".join(part.split()) for part in found]
