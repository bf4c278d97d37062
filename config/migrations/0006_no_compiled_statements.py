"""PostgreSQL: compile no statements (JIT) in this database.

Statements with many subqueries look expensive to the planner, and compiling them takes seconds for an answer of some
milliseconds: the list of escalations took 2.2 s with 30,000 of them, 2.15 s of that for compiling. New connections
follow it. Who migrates without owning the database is told, and sets it there (docs/operations.md).
"""

from django.db import migrations

SET = """
    DO $$ BEGIN
        EXECUTE format('ALTER DATABASE %I {act}', current_database());
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE WARNING 'The owner of the database must run: ALTER DATABASE % {act}', current_database();
    END $$
"""


def turn_off(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(SET.replace("{act}", "SET jit = off"), params=None)


def restore(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(SET.replace("{act}", "RESET jit"), params=None)


class Migration(migrations.Migration):
    dependencies = [("config", "0005_background_jobs")]

    operations = [migrations.RunPython(turn_off, restore)]
