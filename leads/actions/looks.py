"""Note that somebody looks at a lead, so that the night does not move it away (D6)."""

from datetime import datetime

from leads.decisions.looks import LOOKS_FOR, NOTED_EVERY
from leads.models import Lead, Look


def note_look(lead: Lead, *, at: datetime) -> None:
    """Of a lead that nobody holds; most calls write nothing."""
    if lead.stage not in (Lead.Stage.WAITING, Lead.Stage.NURTURE, Lead.Stage.RECYCLED):
        return
    last = Look.objects.filter(lead=lead).values_list("at", flat=True).first()
    if last is not None and abs(at - last) < NOTED_EVERY:
        return
    row = Look(lead=lead, at=at)
    Look.objects.bulk_create([row], update_conflicts=True, unique_fields=["lead"], update_fields=["at"])


def forget_looks(*, at: datetime) -> int:
    return Look.objects.filter(at__lte=at - LOOKS_FOR).delete()[0]
