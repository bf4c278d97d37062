"""Times in templates: durations, points in time, and clocks that keep counting in the page."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from config.web import times
from config.web.clocks import Left, clock_html

register = template.Library()
register.filter("duration", times.duration)
register.filter("since", times.since)
register.filter("ago", times.ago)
register.filter("when", times.when)
register.filter("last_day", times.last_day)
register.filter("exact", times.exact)


@register.filter
def clock(at: datetime) -> str:
    """The time of day by the viewer's clock."""
    return times.clock_time(timezone.localtime(at))


@register.simple_tag(takes_context=True)
def countdown(
    context: dict,
    due_at: datetime | None,
    limit: timedelta | int | None = None,
    title: str = "",
    left: Left | None = None,
) -> SafeString:
    """A clock that keeps counting in the page; `limit` (timedelta or minutes) is the full ring; `left` what it counts
    if it pauses before it is due."""
    if not due_at:
        return SafeString("")
    whole = timedelta(minutes=limit) if isinstance(limit, int) else limit
    return clock_html(due_at, at=context.get("at") or timezone.now(), limit=whole, title=title, left=left or None)
