"""A person is erased here (J5): what Alur knows of their records in CRMs goes, but for the ids (I4).

The ids must stay. Without them, the next change over there would bring the person in again.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leads.models import Lead
from queues.models import CrmLink

FORGOTTEN = {
    "seen_digest": "",
    "seen_owner": "",
    "seen_status": "",
    "seen_at": None,
    "wanted_owner": "",
    "wanted_status": "",
    "done_status": "",
    "sent_owner": "",
    "sent_status": "",
    "wanted_at": None,
    "next_at": None,
    "problem": "",
    "problem_words": "",
    "problem_at": None,
    "became": "",
}


@transaction.atomic
def erase_links(lead: Lead, *, at: datetime) -> int:
    """Of this lead, and of those that were merged into it; returns how many. For whatever erases a person, in the same
    transaction: nothing is taken in or written from then on. The record over there stays as it is."""
    links = CrmLink.objects.filter(Q(lead=lead) | Q(lead__merged_into=lead)).exclude(gone=CrmLink.Gone.ERASED)
    locked = list(links.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    return CrmLink.objects.filter(pk__in=locked).update(gone=CrmLink.Gone.ERASED, gone_at=at, **FORGOTTEN)
