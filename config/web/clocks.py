"""Clocks that count down to a deadline, then up: what one shows, and how it is drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.figures import plain
from config.web.icons import sign
from config.web.times import Moment, duration, moments

WARN_BELOW = 0.4  # a clock turns yellow with this share of its limit left, or less
RING = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><circle class="ring" cx="8" cy="8" r="6"/><circle class="arc" cx="8"'
    ' cy="8" r="6" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/></svg>'
)
CLOCK = (
    '<span class="al-clock {}" data-due="{}"{} title="{}">{}<span data-clock-text>{}</span>'
    '<span class="vh"> ({} {})</span></span>'
)


@dataclass(frozen=True)
class Clock:
    """What a clock shows: level ok, warn or bad, its text, and how much of the ring is left (0-100)."""

    level: str
    text: str
    left: int
    due_at: datetime


def clock(due_at: datetime, *, at: datetime, limit: timedelta | None = None) -> Clock:
    """Counts down, then up (L7: exactly at the deadline is in time)."""
    left = due_at - at
    if left < timedelta(0):
        return Clock("bad", _("overdue %(time)s") % {"time": duration(left)}, 0, due_at)
    share = min(left / limit, 1.0) if limit else 1.0
    level = "warn" if share <= WARN_BELOW else "ok"
    return Clock(level, _("%(time)s left") % {"time": duration(left)}, round(share * 100), due_at)


def clock_html(due_at: datetime, *, at: datetime, limit: timedelta | None = None, title: str = "") -> SafeString:
    """Drawn here and not by a template: there is one in every row, and this takes a tenth of the time."""
    return clock_html_of(moments(due_at)[0], clock(due_at, at=at, limit=limit), limit=limit, title=title)


def clock_html_of(due: Moment, shown: Clock, *, limit: timedelta | None = None, title: str = "") -> SafeString:
    ring = sign("bad") if shown.level == "bad" else format_html(RING, shown.left)
    full = format_html(' data-limit="{}"', plain(limit.total_seconds())) if limit else ""
    word = _("due")
    says = f"{word} {due.exact}"
    says = f"{title}, {says}" if title else says
    return format_html(CLOCK, shown.level, due.iso, full, says, ring, shown.text, word, due.time)
