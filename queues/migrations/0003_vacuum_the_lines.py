"""PostgreSQL: vacuum the waiting line by number of claims, not by the size of its history.

Each claim leaves a dead entry at the head of the partial indexes; with the default trigger (20 % of the table) a long
history lets them pile up at the place that every claim reads.
"""

from django.db import migrations

SETTINGS = {
    "autovacuum_vacuum_scale_factor": "0",
    "autovacuum_vacuum_threshold": "2000",
    "autovacuum_analyze_scale_factor": "0.02",
    "vacuum_index_cleanup": "on",
}


def tune(apps, editor):
    if editor.connection.vendor == "postgresql":
        values = ", ".join(f"{name} = {value}" for name, value in SETTINGS.items())
        editor.execute(f"ALTER TABLE queues_entry SET ({values})")
        editor.execute("ALTER TABLE queues_tally SET (autovacuum_vacuum_scale_factor = 0, fillfactor = 50)")


def restore(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE queues_entry RESET ({', '.join(SETTINGS)})")
        editor.execute("ALTER TABLE queues_tally RESET (autovacuum_vacuum_scale_factor, fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("queues", "0002_review_items_by_rule")]

    operations = [migrations.RunPython(tune, restore)]
