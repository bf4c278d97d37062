"""A person is erased here (J5): what messages say of them goes, and what waits is not sent any more (I3)."""

from django.db import transaction
from django.db.models import Q

from leads.models import Lead, WebhookDelivery

State = WebhookDelivery.State


@transaction.atomic
def erase_messages(lead: Lead) -> int:
    """Of this lead, and of those that were merged into it; how many said something. For whatever erases a person, in
    the same transaction. The lines of the log stay. What is under way arrives, and is not tried again."""
    rows = WebhookDelivery.objects.filter(Q(lead=lead) | Q(lead__merged_into=lead)).exclude(body="")
    locked = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    found = WebhookDelivery.objects.filter(pk__in=locked)
    found.filter(state=State.WAITING).update(state=State.CANCELLED, next_at=None)
    return found.update(body="", last_answer="")
