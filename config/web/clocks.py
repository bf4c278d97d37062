"""Clocks that count down to a deadline, then up: what one shows, and how it is drawn."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.figures import plain
from config.web.icons import sign
from config.web.times import Moment, duration, moments, when

WARN_BELOW = 0.4  # a clock turns yellow with this share of its limit left, or less
RING = (
    '<svg viewBox="0 0 16 16" aria-hidden="true"><circle class="ring" cx="8" cy="8" r="6"/><circle class="arc" cx="8"'
    ' cy="8" r="6" pathLength="100" stroke-dasharray="{} 100" transform="rotate(-90 8 8)"/></svg>'
)
CLOCK = (
    '<span class="al-clock {}"{} title="{}">{}<span data-clock-text>{}</span>{}<span class="vh"> ({} {})</span></span>'
)


class Left(Protocol):
    """What a clock still counts, where that is not the time until its deadline: it pauses on the way."""

    @property
    def left(self) -> timedelta: ...
    @property
    def resumes_at(self) -> datetime: ...
    @property
    def is_paused(self) -> bool: ...


@dataclass(frozen=True)
class Clock:
    """What a clock shows: level ok, warn or bad, its text, how much of the ring is left (0-100), and a note behind.

    `counts_to` is where it would end if it ran on; None while it stands still.
    """

    level: str
    text: str
    left: int
    due_at: datetime
    counts_to: datetime | None = None
    note: str = ""


def clock(due_at: datetime, *, at: datetime, limit: timedelta | None = None, left: Left | None = None) -> Clock:
    """Counts down, then up (L7: exactly at the deadline is in time)."""
    time = left.left if left else due_at - at
    if time < timedelta(0):
        return Clock("bad", _("overdue %(time)s") % {"time": duration(time)}, 0, due_at, due_at)
    share = min(time / limit, 1.0) if limit else 1.0
    level, ring = "warn" if share <= WARN_BELOW else "ok", round(share * 100)
    if left and left.is_paused:
        return Clock(level, _("paused until %(time)s") % {"time": when(left.resumes_at, at)}, ring, due_at)
    note = _("· due %(time)s") % {"time": when(due_at, at)} if left else ""
    return Clock(level, _("%(time)s left") % {"time": duration(time)}, ring, due_at, at + time, note)


def clock_html(
    due_at: datetime,
    *,
    at: datetime,
    limit: timedelta | None = None,
    title: str = "",
    left: Left | None = None,
) -> SafeString:
    """Drawn here and not by a template: there is one in every row, and this takes a tenth of the time."""
    shown = clock(due_at, at=at, limit=limit, left=left)
    return clock_html_of(moments(due_at)[0], shown, limit=limit, title=title, left=left)


def clock_html_of(
    due: Moment, shown: Clock, *, limit: timedelta | None = None, title: str = "", left: Left | None = None
) -> SafeString:
    """Only a clock that runs has `data-due`, which keeps it counting in the page."""
    ring = sign("bad") if shown.level == "bad" else format_html(RING, shown.left)
    counts = format_html(' data-due="{}"', shown.counts_to.isoformat()) if shown.counts_to else ""
    if shown.counts_to and limit:
        counts += format_html(' data-limit="{}"', plain(limit.total_seconds()))
    word = _("due")
    says = f"{word} {due.exact}"
    if left:
        says = _("%(due)s; %(time)s of working time left") % {"due": says, "time": duration(left.left)}
    says = f"{title}, {says}" if title else says
    return format_html(
        CLOCK,
        shown.level,
        counts,
        says,
        ring,
        shown.text,
        format_html('<span class="note">{}</span>', shown.note) if shown.note else "",
        word,
        due.time,
    )
