"""Beat becomes Heartbeat; its table keeps its name, so nothing moves in the database."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0002_sessions_with_user"),
    ]

    operations = [
        migrations.AlterModelTable(name="beat", table="config_beat"),
        migrations.RenameModel(old_name="Beat", new_name="Heartbeat"),
    ]
