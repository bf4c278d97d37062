"""What waiting leads need of their next holder. Those that wait are marked as not read; serving reads them."""

from django.db import migrations, models

UNREAD = "?"


def mark_unread(apps, _editor):
    entries = apps.get_model("queues", "Entry").objects
    entries.filter(left_at__isnull=True, queue__dispatch__in=("push", "hybrid")).update(needs=UNREAD)


class Migration(migrations.Migration):
    dependencies = [("queues", "0010_plain_help_texts")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="needs",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.RunPython(mark_unread, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("left_at__isnull", True), ("needs__gt", "")),
                fields=["queue", "needs", "key1", "key2", "key3", "since_at", "id"],
                name="queues_by_need",
            ),
        ),
    ]
