"""What Alur knows of records that a poll has found (I4)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from leads.decisions.own_fields.names import OwnKind
from leads.models import Lead
from leads.queries.own_fields import own_fields
from queues.decisions.crm.sorting import Seen
from queues.models import Connection, CrmLink, RemotePerson

OPEN = frozenset({Lead.Stage.CAPTURED, Lead.Stage.WAITING, Lead.Stage.HELD, Lead.Stage.REVIEW})
SEEN = ("remote_id", "pk", "seen_owner", "seen_status", "seen_digest", "seen_at", "gone")


def seen_records(connection: Connection, remote_ids: Collection[str]) -> dict[str, tuple[int, Seen]]:
    """The link and how the record stood, by its id there."""
    rows = CrmLink.objects.filter(connection=connection, remote_id__in=remote_ids).order_by("pk").values_list(*SEEN)
    return {
        remote_id: (pk, Seen(owner, status, digest, stamp, bool(gone), gone == CrmLink.Gone.ERASED))
        for remote_id, pk, owner, status, digest, stamp, gone in rows
    }


def open_links(connection: Connection) -> QuerySet[CrmLink]:
    """Records of leads that somebody may still work on."""
    is_open = Q(lead__merged_into=None, lead__stage__in=OPEN) | Q(lead__merged_into__stage__in=OPEN)
    return CrmLink.objects.filter(is_open, connection=connection)


def heard_of(connection: Connection, remote_ids: Collection[str]) -> set[str]:
    """Those of these owners that Alur has heard of."""
    rows = RemotePerson.objects.filter(connection=connection, remote_id__in=remote_ids).order_by("pk")
    return set(rows.values_list("remote_id", flat=True))


def own_numbers() -> set[str]:
    """Own fields that hold a number, as field maps name them."""
    return {f"own_{field.key}" for field in own_fields() if field.kind == OwnKind.NUMBER}
