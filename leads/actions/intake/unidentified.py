"""Arrivals that say nothing of who it is: each content is one lead on the review desk, however often it comes (A8)."""

from collections.abc import Iterable, Mapping

from django.db.models import Q

from leads.decisions.facts.text import as_text
from leads.models import Capture, Lead

Sender = tuple[str, int | None, int | None, str]


def is_empty(raw: Mapping[str, object]) -> bool:
    """Whether nothing was sent at all; there is nothing to put on a desk."""
    return not any(as_text(value).strip() for value in raw.values() if value not in ([], {}))


def sender_and_content(row: Capture) -> Sender:
    """A program that sends a test call every minute must not fill the desk with it."""
    return row.channel, row.api_key_id, row.web_form_id, row.fingerprint


def leads_sent_before(rows: Iterable[Capture]) -> dict[Sender, Lead]:
    """The lead that exactly the same content from the same sender made earlier. Asks only if there are such rows."""
    rows = list(rows)
    if not rows:
        return {}
    settled = ~Q(state__in=[Capture.State.RECEIVED, Capture.State.UNDONE]) & Q(lead__isnull=False)
    same = Capture.objects.filter(settled, fingerprint__in={row.fingerprint for row in rows})
    before = same.select_related("lead__source").order_by("-pk")[: 10 * len(rows)]
    return {sender_and_content(row): row.lead for row in before if row.lead is not None}
