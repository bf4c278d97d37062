"""A stay on the desk may end by asking the rules again; what a rule caught lately is found by index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="reviewitem",
            name="closed_how",
            field=models.CharField(
                blank=True,
                choices=[
                    ("approved", "Approved into a queue"),
                    ("nurtured", "Nurture"),
                    ("rejected", "Rejected"),
                    ("merged", "Merged"),
                    ("asked", "Rules asked again"),
                    ("closed", "Closed elsewhere"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="reviewitem",
            index=models.Index(fields=["opened_at", "rule"], name="queues_reviews_by_rule"),
        ),
    ]
