"""An index of stays longer than a day, for a queue as it stood at a past moment (K3). PostgreSQL only: it is an index
over expressions, and SQLite's installations are small."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME = "queues_long_stays"
CREATE = f"""
    CREATE INDEX CONCURRENTLY {NAME} ON queues_entry (
        queue_id,
        (floor(ln(extract(epoch from left_at - entered_at)::float8 / 86400) / ln(2::float8))::int),
        entered_at
    ) WHERE left_at - entered_at > interval '24 hours'
"""
DROP = f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}"


def create(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Dropped first, because a run that was broken off leaves one that is not valid."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)
        schema_editor.execute(CREATE)


def drop(apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("queues", "0032_habits")]

    operations = [migrations.RunPython(create, drop)]
