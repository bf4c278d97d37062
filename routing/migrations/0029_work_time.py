"""Working time as rows, and what a contact clock counts.

All new columns may be empty, which means wall time, so that processes of the release before go on giving out leads.
Their indexes follow in a migration of their own, which does not stop them."""

import django.db.models.deletion
from django.db import migrations, models

EMPTY = {"blank": True, "null": True}
KEY = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}


def calendar(**options):
    return models.ForeignKey(
        **EMPTY,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="routing.workcalendar",
        **options,
    )


def owner(model):
    return models.OneToOneField(
        **EMPTY,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="work_calendar",
        to=f"routing.{model}",
        verbose_name=model,
    )


class Migration(migrations.Migration):
    dependencies = [("routing", "0028_clocks_of_skills")]

    operations = [
        migrations.CreateModel(
            name="WorkCalendar",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("zone", models.CharField(max_length=48, verbose_name="time zone")),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("filled_until", models.DateField(verbose_name="filled until")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("rep", owner("rep")),
                ("team", owner("team")),
            ],
            options={
                "verbose_name": "work calendar",
                "verbose_name_plural": "work calendars",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(team__isnull=False, rep__isnull=True)
                        | models.Q(team__isnull=True, rep__isnull=False),
                        name="routing_calendar_of_a_team_or_a_rep",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkStretch",
            fields=[
                ("id", models.BigAutoField(**KEY)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("before", models.BigIntegerField()),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stretches",
                        to="routing.workcalendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "stretch of working time",
                "verbose_name_plural": "stretches of working time",
                "ordering": ["calendar", "starts_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=["calendar", "starts_at"], name="routing_one_stretch_at_a_time"),
                    models.CheckConstraint(
                        condition=models.Q(ends_at__gt=models.F("starts_at")),
                        name="routing_stretch_starts_before_it_ends",
                    ),
                ],
                "indexes": [models.Index(fields=["calendar", "before"], name="routing_when_work_is_done")],
            },
        ),
        migrations.AddField("rep", "clock", calendar(editable=False)),
        migrations.AddField("assignment", "place_id", models.BigIntegerField(**EMPTY)),
        migrations.AddField("assignment", "clock", calendar(db_index=False)),
        migrations.AddField("assignment", "clock_from_at", models.DateTimeField(**EMPTY)),
        migrations.AddField("assignment", "remind_at", models.DateTimeField(**EMPTY)),
        migrations.AddField("assignment", "contact_seconds", models.BigIntegerField(**EMPTY)),
    ]
