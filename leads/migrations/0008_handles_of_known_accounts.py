from django.db import migrations

from leads.decisions.identity.account_match import handles


def save_handles(apps, _schema_editor):
    """Of accounts that have an owner already; in chunks, as there may be many."""
    accounts = apps.get_model("leads", "Account")
    rows = apps.get_model("leads", "AccountHandle")
    chunk = []
    for pk, name in accounts.objects.filter(owner__isnull=False).order_by("pk").values_list("pk", "name").iterator():
        chunk += [rows(account_id=pk, handle=each) for each in handles(name)]
        if len(chunk) > 2000:
            rows.objects.bulk_create(chunk)
            chunk = []
    rows.objects.bulk_create(chunk)


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0007_account_handles'),
    ]

    operations = [
        migrations.RunPython(save_handles, migrations.RunPython.noop),
    ]
