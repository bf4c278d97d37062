"""Two records of a CRM became one, and each is another lead here: a person decides whether they are one (A3)."""

from datetime import datetime

from leads.decisions.identity.merging import KNOWN_AS_ANOTHER
from leads.models import Lead
from queues.actions.entries.leaving import withdraw
from queues.actions.entries.placement import send_to_review
from queues.decisions.placement import ReviewReason
from queues.models import ReviewItem

DOUBT = {"field": "external_id", "code": KNOWN_AS_ANOTHER, "value": ""}
PLACELESS = frozenset({Lead.Stage.CAPTURED, Lead.Stage.WAITING})


def put_beside(lead: Lead, other: Lead, *, at: datetime) -> None:
    """As a possible duplicate of the other lead, on the review desk. A lead that somebody holds stays there, since
    that person works on it; its page shows the other one. The caller has locked the lead."""
    if DOUBT not in lead.problems:
        lead.problems = [*lead.problems, DOUBT]
    lead.resembles, lead.resembles_percent = other, 100
    lead.save(update_fields=["problems", "resembles", "resembles_percent"])
    if lead.stage in PLACELESS:
        withdraw([lead], how=Lead.Stage.REVIEW, by=None, at=at)
        send_to_review([(lead, [ReviewReason.SEVERAL_LEADS], None)], at=at)
    elif lead.stage == Lead.Stage.REVIEW:
        item = ReviewItem.objects.select_for_update(of=("self",)).filter(lead=lead, closed_at__isnull=True).first()
        if item is not None and ReviewReason.SEVERAL_LEADS not in item.reasons:
            item.reasons = [ReviewReason.SEVERAL_LEADS, *item.reasons]
            item.save(update_fields=["reasons"])
