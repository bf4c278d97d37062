"""A database as an earlier release left it, brought to the newest schema."""

import json
import lzma
from base64 import decodebytes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.database_copies import drop_database, empty_database, work_on

FOLDER = Path(__file__).parent


def made_by(release: str) -> dict[str, Any]:
    """What make_rotations.py wrote: migrations, tables, and who is next in each rotation."""
    packed = decodebytes((FOLDER / f"rotations_of_{release}.txt").read_bytes())
    return json.loads(lzma.decompress(packed))


@contextmanager
def upgraded(found: dict[str, Any]) -> Iterator[None]:
    """The default database is one of that release, migrated to now; afterwards it is the one of before."""
    before = str(connection.settings_dict["NAME"])
    name = empty_database()
    try:
        work_on(name)
        nodes = [tuple(each) for each in found["migrations"]]
        executor = MigrationExecutor(connection)
        nodes += [node for node in executor.loader.graph.leaf_nodes() if node[0] == "auth"]
        old = executor.migrate(nodes).apps
        _load(old, found["tables"])
        call_command("migrate", verbosity=0)
        yield
    finally:
        work_on(before)
        drop_database(name)


def _load(old: Any, tables: dict[str, Any]) -> None:
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
