"""What the frame of every page shows: navigation by right, badges, own state."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config.beats import worker_state
from queues.queries import open_escalation_count, review_count
from routing.queries import unread_count

THEMES = ("light", "dark")

# right, [(label, address, badge)]
PAGES = (
    (
        "queues.claim_entry",
        (
            (_("Desk"), "dashboards:desk", ""),
            (_("Queues"), "dashboards:my_queues", ""),
        ),
    ),
    (
        "queues.watch_queue",
        (
            (_("Queues"), "dashboards:queues", ""),
            (_("Escalations"), "dashboards:escalations", "escalations"),
            (_("Team"), "dashboards:team", ""),
        ),
    ),
    (
        "queues.operate_queue",
        (
            (_("Flow"), "dashboards:flow", ""),
            (_("Review desk"), "queues:review", "review"),
            (_("Rules"), "queues:rules", ""),
            (_("Rotations"), "routing:rotations", ""),
            (_("Imports"), "leads:uploads", ""),
            (_("Settings"), "admin:index", ""),
        ),
    ),
)


@dataclass(frozen=True)
class Page:
    label: str
    href: str
    is_current: bool
    badge: int | None
    level: str


def frame(request: HttpRequest) -> dict[str, object]:
    """Lazy, so that parts which show no frame pay nothing for it."""
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme")
    common = {
        "theme": theme if theme in THEMES else "light",
        "is_demo": settings.ALUR_DEMO,
        "now": SimpleLazyObject(timezone.now),
    }
    if user is None or not user.is_authenticated:
        return common
    return common | {
        "nav": SimpleLazyObject(lambda: _pages(request)),
        "unread": SimpleLazyObject(lambda: unread_count(user)),
        "own_rep": SimpleLazyObject(lambda: getattr(user, "rep", None)),
        "worker_is_stale": SimpleLazyObject(lambda: _worker_is_stale(user)),
    }


def _worker_is_stale(user) -> bool:
    """Told to those who can do something about it."""
    if not (user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue")):
        return False
    return worker_state(timezone.now()) == "stale"


def _pages(request: HttpRequest) -> list[Page]:
    pages, seen = [], set()
    for right, entries in PAGES:
        if not request.user.has_perm(right):
            continue
        for label, name, badge in entries:
            try:
                href = reverse(name)
            except NoReverseMatch:
                continue
            if href in seen:
                continue
            seen.add(href)
            count = _badge(badge, request.user)
            current = request.path == href or (href != "/" and request.path.startswith(href) and href.count("/") > 1)
            pages.append(Page(label, href, current, count or None, "bad" if badge == "escalations" else ""))
    return pages


def _badge(kind: str, user) -> int:
    if kind == "escalations":
        return open_escalation_count(user, at=timezone.now())
    return review_count() if kind == "review" else 0
