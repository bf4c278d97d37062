"""The navigation: a bar for each role, the current page, and how much waits behind the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MOST_IN_BAR = 6


@dataclass(frozen=True)
class Bar:
    """The pages of one role: (label, URL name, badge); a badge is the live topic that changes its number."""

    slug: str
    label: str | Promise
    right: str
    pages: tuple[tuple[str | Promise, str, str], ...]


BARS = (
    Bar(
        "rep",
        _("Rep"),
        "queues.claim_entry",
        (
            (_("Desk"), "dashboards:desk", ""),
            (_("Queues"), "dashboards:my_queues", ""),
            (_("My numbers"), "dashboards:my_numbers", ""),
        ),
    ),
    Bar(
        "ops",
        _("Sales ops"),
        "queues.operate_queue",
        (
            (_("Flow"), "dashboards:flow", ""),
            (_("Reports"), "dashboards:reports", ""),
            (_("Review desk"), "queues:review", "review"),
            (_("Cleanup"), "queues:cleanup", ""),
            (_("Rules"), "queues:rules", ""),
            (_("Rotations"), "routing:rotations", ""),
            (_("Imports"), "leads:uploads", ""),
            (_("Connections"), "queues:connections", ""),
            (_("Settings"), "admin:index", ""),
        ),
    ),
    Bar(
        "manager",
        _("Manager"),
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
    """What one person sees: the pages of one role, and all roles where there are several. `topics` and `version` are
    for the live part."""

    pages: list[Page]
    bars: list[Bar]
    bar: Bar | None
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
    """The topics whose numbers stand in the bars of this person."""
    return [badge for bar in bars_of(user) for _label, _href, badge in _entries(bar) if badge]


def bars_of(user, *, is_rep: bool = True) -> list[Bar]:
    """One for each role; that of reps comes last for somebody who may take leads but does not."""
    bars = [bar for bar in BARS if user.has_perm(bar.right)]
    return bars if is_rep else sorted(bars, key=lambda bar: bar.slug == "rep")


def start_of(bar: Bar) -> str:
    """The address of its first page."""
    return _entries(bar)[0][1]


def navigation(user, *, path: str, badges: Mapping[str, int], chosen: str = "", is_rep: bool = True) -> Navigation:
    """The pages of one role of this person; `path` is the current one, `badges` the numbers of badges_of(), `chosen`
    the slug of the bar that the person asked for last."""
    bars = bars_of(user, is_rep=is_rep)
    bar = _shown(bars, path=path, chosen=chosen)
    entries = _entries(bar) if bar else []
    current = current_entry(path, [href for _label, href, _badge in entries])
    pages = []
    for label, href, badge in entries:
        level = "bad" if badge == "escalations" else ""
        pages.append(Page(label, href, href == current, badges.get(badge) or None, _badge_label(badge), level))
    topics = " ".join(badge for _label, _href, badge in entries if badge)
    version = "-".join(str(page.badge or 0) for page in pages)
    return Navigation(pages, bars if len(bars) > 1 else [], bar, topics, version)


def _shown(bars: list[Bar], *, path: str, chosen: str) -> Bar | None:
    """The chosen one, else the first; but if others lead to the current page and it does not, the first of those."""
    asked = next((bar for bar in bars if bar.slug == chosen), bars[0] if bars else None)
    hrefs = {bar.slug: [href for _label, href, _badge in _entries(bar)] for bar in bars}
    here = current_entry(path, [href for each in hrefs.values() for href in each])
    leading = [bar for bar in bars if here in hrefs[bar.slug]]
    return leading[0] if leading and asked not in leading else asked


def current_entry(path: str, hrefs: Iterable[str]) -> str | None:
    """The entry of the path: the longest match, so that /queues/review/ is not /queues/ as well."""
    return max((href for href in hrefs if path.startswith(href)), key=len, default=None)


def _entries(bar: Bar) -> list[tuple[str, str, str]]:
    """Label, address and badge; pages without an address are left out."""
    found = []
    for label, name, badge in bar.pages:
        try:
            found.append((str(label), reverse(name), badge))
        except NoReverseMatch:
            continue
    return found


def _badge_label(badge: str) -> str:
    """The words that follow the number."""
    return {"escalations": gettext("open"), "review": gettext("waiting")}.get(badge, "")
