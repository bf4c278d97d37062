"""A session table with a user column; people stay signed in."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import migrations, models
from django.utils import timezone

CHUNK_SIZE = 500


def carry_over(apps, schema_editor):
    """Move living sessions of the old table; those that cannot be read, or whose user is gone, end here."""
    old_model = apps.get_model("sessions", "Session")
    new_model = apps.get_model("config", "Session")
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    using = schema_editor.connection.alias
    store = SessionStore()
    living = old_model.objects.using(using).filter(expire_date__gt=timezone.now()).order_by("pk")
    chunk = []
    for row in living.iterator(chunk_size=CHUNK_SIZE):
        chunk.append((row, store.decode(row.session_data)))
        if len(chunk) == CHUNK_SIZE:
            copy(chunk, new_model, user_model, using)
            chunk = []
    copy(chunk, new_model, user_model, using)
    old_model.objects.using(using).all().delete()


def copy(chunk, new_model, user_model, using):
    wanted = {int(data["_auth_user_id"]) for _row, data in chunk if "_auth_user_id" in data}
    known = set(user_model.objects.using(using).filter(pk__in=wanted).values_list("pk", flat=True))
    rows = []
    for row, data in chunk:
        user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        if data and (user_id is None or user_id in known):
            fields = {"session_data": row.session_data, "expire_date": row.expire_date, "user_id": user_id}
            rows.append(new_model(session_key=row.session_key, **fields))
    new_model.objects.using(using).bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        ("config", "0001_initial"),
        ("sessions", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=True),
    ]
