"""Turns note what the lead was worth when it was given; rows of earlier releases do not know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0049_lines_of_a_week")]

    operations = [
        migrations.AddField("turn", "score", models.PositiveSmallIntegerField(blank=True, null=True)),
        migrations.AddField(
            "turn", "deal_size", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)
        ),
    ]
