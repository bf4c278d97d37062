from django.db import migrations, models

from config.indexes import AddUniqueBesideWriters


class Migration(migrations.Migration):
    """The new constraint before the old one goes, so that at no moment an identity can have two leads."""

    atomic = False

    dependencies = [
        ('leads', '0015_system_of_ids'),
    ]

    operations = [
        AddUniqueBesideWriters(
            model_name='identity',
            constraint=models.UniqueConstraint(
                fields=('value', 'kind', 'system'), name='leads_one_lead_per_own_identity'
            ),
        ),
    ]
