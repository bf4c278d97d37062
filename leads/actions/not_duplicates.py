"""Remember that leads which look alike are different ones (A3)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leads.models import Activity, KeptApart, Lead

MARKS = ["resembles", "resembles_percent"]


@transaction.atomic
def keep_apart(lead: Lead, others: Sequence[Lead], *, by, at: datetime) -> None:
    """The mark goes, and none of these pairs is marked again. The caller has locked the lead."""
    marked = next((other.pk for other in others if other.pk == lead.resembles_id), others[0].pk if others else None)
    KeptApart.objects.bulk_create(
        [
            KeptApart(
                lead=lead, other=other, percent=lead.resembles_percent if other.pk == marked else None, at=at, by=by
            )
            for other in others
        ],
        ignore_conflicts=True,
    )
    lead.resembles = lead.resembles_percent = None
    lead.save(update_fields=MARKS)
    details = {"others": [other.pk for other in others], "labels": [other.label for other in others]}
    Activity.objects.create(lead=lead, kind=Activity.Kind.APART, at=at, by=by, details=details)


@transaction.atomic
def mark_alike_again(lead: Lead, *, said_at: datetime) -> None:
    """What was said about this lead at that moment is taken back. The caller has locked the lead."""
    said = KeptApart.objects.filter(lead=lead, at=said_at)
    marked = said.filter(percent__isnull=False).order_by("pk").first()
    if marked is not None:
        lead.resembles_id, lead.resembles_percent = marked.other_id, marked.percent
        lead.save(update_fields=MARKS)
    said.delete()
