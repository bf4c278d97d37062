"""Record that leads which look alike are different leads (A3)."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from leads.actions.duplicate_detection import DUPLICATE_FIELDS
from leads.models import Activity, Lead, NotDuplicate


@transaction.atomic
def mark_not_duplicates(lead: Lead, others: Sequence[Lead], *, by: User | None, at: datetime) -> None:
    """Remove the lead's mark as a possible duplicate. None of these pairs is marked again. The caller has locked the
    lead."""
    marked = next((other.pk for other in others if other.pk == lead.resembles_id), others[0].pk if others else None)
    NotDuplicate.objects.bulk_create(
        [
            NotDuplicate(
                lead=lead, other=other, percent=lead.resembles_percent if other.pk == marked else None, at=at, by=by
            )
            for other in others
        ],
        ignore_conflicts=True,
    )
    lead.resembles = lead.resembles_percent = None
    lead.save(update_fields=DUPLICATE_FIELDS)
    details = {"others": [other.pk for other in others], "labels": [other.label for other in others]}
    Activity.objects.create(lead=lead, kind=Activity.Kind.APART, at=at, by=by, details=details)


@transaction.atomic
def undo_not_duplicates(lead: Lead, *, decided_at: datetime) -> None:
    """Undo what was decided about this lead at that moment: mark it again. The caller has locked the lead."""
    decided = NotDuplicate.objects.filter(lead=lead, at=decided_at)
    marked = decided.filter(percent__isnull=False).order_by("pk").first()
    if marked is not None:
        lead.resembles_id, lead.resembles_percent = marked.other_id, marked.percent
        lead.save(update_fields=DUPLICATE_FIELDS)
    decided.delete()
