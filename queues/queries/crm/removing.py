"""How far the removal of connections is (I4)."""

from collections.abc import Collection

from config.models import BackgroundJob
from queues.models import Connection

REMOVE = "remove_connection"  # the kind of its background job


def removals(connections: Collection[Connection]) -> dict[int, BackgroundJob]:
    """The newest job of each of these that is being removed."""
    subjects = [str(each.pk) for each in connections if each.state == Connection.State.REMOVING]
    if not subjects:
        return {}
    jobs = BackgroundJob.objects.filter(kind=REMOVE, subject__in=subjects).order_by("pk")
    return {int(job.subject): job for job in jobs}


def has_stopped(connection: Connection) -> bool:
    """No job works at it any more, so that a person must begin it again."""
    job = removals([connection]).get(connection.pk)
    return job is None or not job.is_open
