"""Where each message links to: the page on which one acts on it, else its lead."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib.auth.models import User
from django.urls import reverse

from leads.queries.leads import visible_to
from routing.models import Notification
from routing.presenters.alerts import alert_url
from routing.queries.rotation.overview import visible_rotations

Pages = Callable[[User, Sequence[Notification]], Mapping[int, str]]
_FURTHER_PAGES: dict[str, Pages] = {}


def register_message_pages(kinds: Sequence[str], pages: Pages) -> None:
    """Queues add the pages of messages of these kinds in `ready()`, because routing cannot import them. `pages` answers
    with addresses by message, without those that the reader may not open. Registering twice has no effect."""
    _FURTHER_PAGES.update(dict.fromkeys(kinds, pages))


def message_urls(user: User, rows: Sequence[Notification]) -> list[str]:
    """ "" where the reader may not go."""
    visible, found = _visible(user, rows), _found(user, rows)
    has_rotations = any("rotation" in (row.details or {}) for row in rows)
    rotations = set(visible_rotations(user).values_list("pk", flat=True)) if has_rotations else set()
    return [found.get(row.pk) or _lead_url(row, visible) or alert_url(user, row, rotations) for row in rows]


def _found(user: User, rows: Sequence[Notification]) -> dict[int, str]:
    by_pages: dict[Pages, list[Notification]] = {}
    for row in rows:
        if (pages := _FURTHER_PAGES.get(row.kind)) is not None:
            by_pages.setdefault(pages, []).append(row)
    return {pk: url for pages, its in by_pages.items() for pk, url in pages(user, its).items()}


def _lead_url(row: Notification, visible: set[int]) -> str:
    return reverse("leads:lead", args=[row.lead_id]) if row.lead_id in visible else ""


def _visible(user: User, rows: Sequence[Notification]) -> set[int]:
    """The leads of these messages that the reader may see now; one query."""
    ids = {row.lead_id for row in rows if row.lead_id}
    if not ids:
        return set()
    return set(visible_to(user).filter(pk__in=ids).values_list("pk", flat=True).order_by("pk"))
