from django.db import migrations, models


def note_queues(apps, schema_editor) -> None:
    """Queues of before this release, in which leads may have waited for long: nobody is told of what has been so."""
    Queue, State = apps.get_model("queues", "Queue"), apps.get_model("queues", "IntakeState")
    fresh = Queue.objects.filter(intake__isnull=True).order_by("pk")
    State.objects.bulk_create([State(queue=queue, is_unseen=True) for queue in fresh], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("queues", "0020_fast_lanes")]

    operations = [
        migrations.AddField(
            model_name="intakestate",
            name="is_unseen",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(note_queues, migrations.RunPython.noop, elidable=True),
    ]
