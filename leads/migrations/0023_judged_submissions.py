import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SPAM = {"trap", "too_quick"}


def judge_those_that_were_taken_in(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """A person took them in, and they were not enough for a lead: nobody needs to look at them again."""
    captures = apps.get_model("leads", "Capture").objects.filter(web_form__isnull=False, state="refused")
    rows = captures.order_by("pk").values_list("pk", "problems").iterator(chunk_size=1000)
    taken = [pk for pk, problems in rows if SPAM.isdisjoint(problem.get("code") for problem in problems)]
    for start in range(0, len(taken), 1000):
        captures.filter(pk__in=taken[start : start + 1000]).update(judged_at=models.F("received_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0022_what_files_hold"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("capture", "judged_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "capture",
            "judged_by",
            models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(judge_those_that_were_taken_in, migrations.RunPython.noop, elidable=True),
    ]
