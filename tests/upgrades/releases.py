"""A database as an earlier release left it, brought to the newest schema."""

import json
import lzma
from base64 import decodebytes
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps

from tests.database_copies import EARLIER, copy_earlier, drop_database, work_on
from tests.quick_migrations import quick_migrations

FOLDER = Path(__file__).parent


def made_by(release: str) -> dict[str, Any]:
    """What make_rotations.py wrote: migrations, tables, and who is next in each rotation."""
    packed = decodebytes((FOLDER / f"rotations_of_{release}.txt").read_bytes())
    return json.loads(lzma.decompress(packed))


@contextmanager
def upgraded(release: str, tables: dict[str, Any], *, quickly: bool = False) -> Iterator[StateApps]:
    """The default database is one of that release with those rows, migrated to now; afterwards it is the one of before.
    Yields the models as a process of that release knows them. Not `quickly` it migrates as a person would."""
    before = str(connection.settings_dict["NAME"])
    name = copy_earlier(release)
    try:
        work_on(name)
        loader = MigrationExecutor(connection).loader
        old = loader.project_state([*EARLIER[release], *(n for n in loader.graph.leaf_nodes() if n[0] == "auth")]).apps
        _load(old, tables)
        with quick_migrations() if quickly else nullcontext():
            call_command("migrate", verbosity=0)
        yield old
    finally:
        work_on(before)
        drop_database(name)


SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master",
    "postgresql": """
        SELECT table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length, numeric_precision,
            is_nullable, column_default, is_identity) FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace""",
}


def schema() -> list[tuple[str, str]]:
    """Names and definitions of all that the default database is made of."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA[connection.vendor])
        return sorted((name, text or "") for name, text in cursor.fetchall())


def _load(old: StateApps, tables: dict[str, Any]) -> None:
    """Tables stand in the order in which they refer to each other."""
    for label, table in tables.items():
        model = old.get_model(label)
        rows = [dict(zip(table["columns"], row, strict=True)) | table["same"] for row in table["rows"]]
        fields = {field.attname: field for field in model._meta.concrete_fields}
        model.objects.bulk_create(
            model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in rows
        )
    models = [apps.get_model(label) for label in tables]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
