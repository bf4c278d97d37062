"""Where each message links to: its lead, or the page that an alert is about."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.urls import reverse

from leads.queries.leads import visible_to
from routing.models import Notification
from routing.presenters.alerts import alert_url
from routing.queries.rotation.overview import visible_rotations


def message_urls(user: User, rows: Sequence[Notification]) -> list[str]:
    """ "" where the reader may not go."""
    visible = _visible(user, rows)
    has_rotations = any("rotation" in (row.details or {}) for row in rows)
    rotations = set(visible_rotations(user).values_list("pk", flat=True)) if has_rotations else set()
    urls = []
    for row in rows:
        is_visible = row.lead_id in visible
        urls.append(reverse("leads:lead", args=[row.lead_id]) if is_visible else alert_url(row, rotations))
    return urls


def _visible(user: User, rows: Sequence[Notification]) -> set[int]:
    """The leads of these messages that the reader may see now; one query."""
    ids = {row.lead_id for row in rows if row.lead_id}
    return set(visible_to(user).filter(pk__in=ids).values_list("pk", flat=True).order_by("pk"))
