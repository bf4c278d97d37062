"""Write the log of a connection, and forget it after 90 days (I4)."""

from datetime import datetime, timedelta

from queues.models import Connection, CrmLog

KEPT_FOR = timedelta(days=90)
Way, Tone = CrmLog.Way, CrmLog.Tone


def note(
    connection: Connection,
    what: str,
    *,
    at: datetime,
    way: CrmLog.Way = Way.STATE,
    tone: CrmLog.Tone = Tone.OK,
    lead_id: int | None = None,
    **details: object,
) -> None:
    """One line. `details`: ids, counts, codes, and the CRM's own words of an error; nobody's name."""
    CrmLog.objects.create(connection=connection, at=at, way=way, tone=tone, what=what, lead_id=lead_id, details=details)


def forget_log(*, at: datetime) -> int:
    return CrmLog.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
