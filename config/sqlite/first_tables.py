"""The tables of an empty SQLite database at once, as the last migration leaves them: seconds in place of half a minute.

Before each of some 250 operations Django makes the classes of nearly all models again. An empty database has no rows
for which a step of the way would matter, and on SQLite no step does more than tables: a test compares both.
"""

from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor


def is_empty() -> bool:
    """Whether this is SQLite without a table; writing processes have a line of their own beside the file."""
    return connection.vendor == "sqlite" and not connection.introspection.table_names()


def make_tables() -> None:
    """All tables and their indexes; every migration counts as done. Only for a database that is_empty()."""
    executor = MigrationExecutor(connection)
    loader, recorder = executor.loader, executor.recorder
    apps = loader.project_state(loader.graph.leaf_nodes()).apps
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
    recorder.ensure_schema()
    with transaction.atomic():
        for app_label, name in loader.graph.nodes:
            recorder.record_applied(app_label, name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
