"""What a CRM did, in the story of the lead (I4)."""

from datetime import datetime

from leads.models import Activity, Lead
from queues.decisions.crm.meeting import Code
from queues.models import Connection


def tell(lead: Lead, connection: Connection, code: Code, *, at: datetime, **names: str) -> Activity:
    """`names`: `theirs` and `was` are what stands there now and stood there before, `ours` the holder here, `who` the
    person there who did it, if the CRM says so."""
    return Activity.objects.create(
        lead=lead,
        kind=Activity.Kind.CRM,
        at=at,
        details={
            "connection": connection.name,
            "crm": connection.kind,
            "code": str(code),
            **{name: value for name, value in names.items() if value},
        },
    )
