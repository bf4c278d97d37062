"""Why versions were published; and who signed in before Alur noted it is not taken for somebody never seen (L6)."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

CAPACITY = models.PositiveSmallIntegerField(
    default=50,
    help_text=(
        "Rotations that check it pass over a rep with more open leads than this: who has just as many gets one more. "
        "0: no leads."
    ),
    verbose_name="capacity",
)


def see_who_signed_in(apps, _schema_editor) -> None:
    User, Rep = apps.get_model("auth", "User"), apps.get_model("routing", "Rep")
    last_login = User.objects.filter(pk=OuterRef("user")).values("last_login")
    Rep.objects.filter(last_seen_at__isnull=True).update(last_seen_at=Subquery(last_login))


class Migration(migrations.Migration):

    dependencies = [
        ("routing", "0014_plain_names"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AddField(
            model_name="rotationdraft",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
        ),
        migrations.AddField(
            model_name="rotationversion",
            name="reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="reason"),
        ),
        migrations.AlterField(model_name="historicalrep", name="capacity", field=CAPACITY),
        migrations.AlterField(model_name="rep", name="capacity", field=CAPACITY.clone()),
        migrations.RunPython(see_who_signed_in, migrations.RunPython.noop, elidable=True),
    ]
