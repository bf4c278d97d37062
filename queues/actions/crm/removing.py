"""Take a connection away: at once nothing is read or written any more, its rows go in a background job (I4, B7)."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.history_author import set_history_author
from config.jobs import Chunk, start_job
from config.jobs.kinds import Arguments
from config.jobs.run import run_job
from config.live import announce
from config.models import BackgroundJob
from queues.actions.crm.states import CLEARED, ConnectionIsGone
from queues.models import Connection, CrmLeft, CrmLink, CrmLog, RemotePerson
from queues.queries.crm.removing import REMOVE

CHUNK_SIZE = 2_000
PARTS = (CrmLog, CrmLeft, CrmLink, RemotePerson)
# the secret goes first, and the account can be connected again
EMPTIED = {"credentials": "", "account_id": "", "polling_until": None, "writing_until": None, **CLEARED}


def remove_connection(connection: Connection, *, by: User, at: datetime) -> BackgroundJob:
    """Its links, people, log and secrets go; leads, captures and their story stay, and so do the records there. One
    that stopped in the middle is begun again. Raises ConnectionIsGone."""
    with transaction.atomic():
        row = Connection.objects.select_for_update(no_key=True).filter(pk=connection.pk).first()
        if row is None:
            raise ConnectionIsGone
        Connection.objects.filter(pk=row.pk).update(state=Connection.State.REMOVING, **EMPTIED)
        job = start_job(
            REMOVE,
            subject=str(row.pk),
            subject_name=row.whole_name,
            arguments={"connection": row.pk},
            by=by,
            at=at,
        )
        announce("connections")
    return job if job.is_large else run_job(job.pk, clock=lambda: at) or job


def count_rows(arguments: Arguments) -> int:
    return sum(model.objects.filter(connection=arguments["connection"]).count() for model in PARTS)


def remove_chunk(arguments: Arguments, *, after: int, by: User | None, at: datetime) -> Chunk:
    """The next rows of the first table that has some; `after` says nothing, as what is done is gone."""
    for model in PARTS:
        rows = model.objects.filter(connection=arguments["connection"]).order_by("pk")
        locked = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True)[:CHUNK_SIZE])
        if locked:
            model.objects.filter(pk__in=locked).delete()
            return Chunk(len(locked), after, is_last=False)
    return Chunk(0, after, is_last=True)


@transaction.atomic
def finish_removal(arguments: Arguments, *, by: User | None, at: datetime) -> None:
    """Its own row, with what a reader wrote that was in the midst of a page."""
    row = Connection.objects.select_for_update().filter(pk=arguments["connection"]).first()
    if row is None:
        return
    set_history_author(row, by, at=at)
    row.delete()
    announce("connections")
