"""The navigation: the pages of each role by permission, the current one, and how much waits behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST_IN_BAR = 6
# permission, ((label, URL name, badge), ...); a badge is the live topic that changes its number
PAGES = (
    (
        "queues.claim_entry",
        (
            (_("Desk"), "dashboards:desk", ""),
            (_("Queues"), "dashboards:my_queues", ""),
            (_("My numbers"), "dashboards:my_numbers", ""),
        ),
    ),
    (
        "queues.watch_queue",
        (
            (_("Queues"), "dashboards:queues", ""),
            (_("Escalations"), "dashboards:escalations", "escalations"),
            (_("Team"), "dashboards:team", ""),
            (_("Rotations"), "routing:rotations", ""),
            (_("Fairness"), "routing:fairness", ""),
            (_("Reports"), "dashboards:reports", ""),
        ),
    ),
    (
        "queues.operate_queue",
        (
            (_("Flow"), "dashboards:flow", ""),
            (_("Reports"), "dashboards:reports", ""),
            (_("Review desk"), "queues:review", "review"),
            (_("Cleanup"), "queues:cleanup", ""),
            (_("Rules"), "queues:rules", ""),
            (_("Rotations"), "routing:rotations", ""),
            (_("Imports"), "leads:uploads", ""),
            (_("Settings"), "admin:index", ""),
        ),
    ),
)


@dataclass(frozen=True)
class Page:
    """One entry of the navigation; `badge_label` says what its number counts."""

    label: str
    href: str
    is_current: bool
    badge: int | None
    badge_label: str
    level: str


@dataclass(frozen=True)
class Navigation:
    """What one person sees; `topics` and `version` are for the live part."""

    pages: list[Page]
    topics: str
    version: str

    @property
    def in_bar(self) -> list[Page]:
        """At most six entries stand in the bar, the menu of the others included."""
        return self.pages if len(self.pages) <= MOST_IN_BAR else self.pages[: MOST_IN_BAR - 1]

    @property
    def in_menu(self) -> list[Page]:
        return self.pages[len(self.in_bar) :]

    @property
    def is_in_menu(self) -> bool:
        """The current page is one of the menu."""
        return any(page.is_current for page in self.in_menu)


def badges_of(user) -> list[str]:
    """The topics whose numbers stand in this person's navigation."""
    return [badge for _label, _href, badge in _entries(user) if badge]


def navigation(user, *, path: str, badges: Mapping[str, int]) -> Navigation:
    """The pages that this person may open; `path` is the current one, `badges` the numbers of badges_of()."""
    entries = _entries(user)
    current = current_entry(path, [href for _label, href, _badge in entries])
    pages = []
    for label, href, badge in entries:
        level = "bad" if badge == "escalations" else ""
        pages.append(Page(label, href, href == current, badges.get(badge) or None, _badge_label(badge), level))
    topics = " ".join(badge for _label, _href, badge in entries if badge)
    return Navigation(pages, topics, "-".join(str(page.badge or 0) for page in pages))


def current_entry(path: str, hrefs: Iterable[str]) -> str | None:
    """The entry of the path: the longest match, so that /queues/review/ is not /queues/ as well."""
    return max((href for href in hrefs if path.startswith(href)), key=len, default=None)


def _entries(user) -> list[tuple[str, str, str]]:
    """What this person may open, each address once; pages without an address are left out."""
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


def _badge_label(badge: str) -> str:
    """The words that follow the number."""
    return {"escalations": gettext("open"), "review": gettext("waiting")}.get(badge, "")
