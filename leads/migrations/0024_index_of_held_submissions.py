from django.db import migrations, models

from config.indexes import AddIndexBesideWriters


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("leads", "0023_judged_submissions")]

    operations = [
        AddIndexBesideWriters(
            "capture",
            models.Index(
                fields=["-id"],
                condition=models.Q(judged_at__isnull=True, state="refused", web_form__isnull=False),
                name="leads_held_by_forms",
            ),
        ),
    ]
