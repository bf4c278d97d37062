from django.db import migrations
from django.utils import timezone


def start_job(apps, _schema_editor):
    """A background job gives the leads that are here already their words, for a million of them take some minutes. The
    worker finds it and goes on with it by itself."""
    leads, jobs = apps.get_model("leads", "Lead"), apps.get_model("config", "BackgroundJob")
    if total := leads.objects.count():
        jobs.objects.create(
            kind="search-words", subject="leads", total=total, is_large=True, created_at=timezone.now()
        )


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0019_search_words'),
        ('config', '0007_company'),
    ]

    operations = [
        migrations.RunPython(start_job, migrations.RunPython.noop),
    ]
