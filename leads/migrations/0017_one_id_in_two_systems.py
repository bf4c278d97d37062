from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0016_ids_by_system'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='identity',
            name='leads_one_lead_per_identity',
        ),
    ]
