"""Rename a model and two fields in Python. Tables and columns keep their names."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_handles_of_known_accounts")]

    operations = [
        migrations.AlterModelTable(name="keptapart", table="leads_keptapart"),
        migrations.RenameModel(old_name="KeptApart", new_name="NotDuplicate"),
        migrations.AlterModelOptions(
            name="notduplicate",
            options={
                "ordering": ["-at", "-pk"],
                "verbose_name": "pair that is no duplicate",
                "verbose_name_plural": "pairs that are no duplicates",
            },
        ),
        migrations.AlterField(
            model_name="notduplicate",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="not_duplicates", to="leads.lead"
            ),
        ),
        migrations.AlterField(
            model_name="merge",
            name="absorbed_stood",
            field=models.JSONField(db_column="absorbed_stood", default=dict),
        ),
        migrations.RenameField(model_name="merge", old_name="absorbed_stood", new_name="absorbed_snapshot"),
        migrations.AlterField(
            model_name="merge",
            name="kept_stood",
            field=models.JSONField(blank=True, db_column="kept_stood", default=dict),
        ),
        migrations.RenameField(model_name="merge", old_name="kept_stood", new_name="kept_snapshot"),
    ]
