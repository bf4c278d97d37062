"""What the frame of every page shows: navigation by right, badges, own state."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext
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


# what the search reaches, by right: the first that a person has names it
SEARCHES = (
    ("queues.operate_queue", _("Search all leads")),
    ("queues.watch_queue", _("Search leads of my teams")),
    ("queues.claim_entry", _("Search my leads")),
)


@dataclass(frozen=True)
class Page:
    """One entry of the navigation; `badge_words` say what its number counts."""

    label: str
    href: str
    is_current: bool
    badge: int | None
    badge_words: str
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
        "search_words": SimpleLazyObject(lambda: _search_words(user)),
        "unread": SimpleLazyObject(lambda: unread_count(user)),
        "own_rep": SimpleLazyObject(lambda: getattr(user, "rep", None)),
        "worker_is_stale": SimpleLazyObject(lambda: _worker_is_stale(user)),
    }


def _worker_is_stale(user) -> bool:
    """Told to those who can do something about it."""
    if not (user.has_perm("queues.watch_queue") or user.has_perm("queues.operate_queue")):
        return False
    return worker_state(timezone.now()) == "stale"


def _search_words(user) -> str:
    return str(next((words for right, words in SEARCHES if user.has_perm(right)), _("Search leads")))


def _pages(request: HttpRequest) -> list[Page]:
    entries = _entries(request.user)
    current = _current(request.path, [href for _label, href, _badge in entries])
    pages = []
    for label, href, badge in entries:
        count, words = _counted(badge, request.user)
        level = "bad" if badge == "escalations" else ""
        pages.append(Page(label, href, href == current, count or None, words, level))
    return pages


def _entries(user) -> list[tuple[str, str, str]]:
    """What this person may open, each address once; a page that has no address is left out."""
    found: dict[str, tuple[str, str, str]] = {}
    for right, entries in PAGES:
        if not user.has_perm(right):
            continue
        for label, name, badge in entries:
            try:
                href = reverse(name)
            except NoReverseMatch:
                continue
            found.setdefault(href, (label, href, badge))
    return list(found.values())


def _current(path: str, hrefs: list[str]) -> str | None:
    """The entry that the path stands in: the longest, so that /queues/review/ is not /queues/ as well."""
    return max((href for href in hrefs if path.startswith(href)), key=len, default=None)


def _counted(badge: str, user) -> tuple[int, str]:
    """The number on an entry and the words that follow it."""
    if badge == "escalations":
        return open_escalation_count(user, at=timezone.now()), gettext("open")
    if badge == "review":
        return review_count(), gettext("waiting")
    return 0, ""
