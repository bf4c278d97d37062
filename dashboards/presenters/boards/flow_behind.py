"""The lists behind the means and shares of Flow, for sales ops (B7, F12, E9, E10)."""

from datetime import time, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web.figures import number
from config.web.people import display_name
from config.web.times import clock_time, duration, exact
from dashboards.presenters.boards.behind import (
    ENTERED,
    LEAD_SOURCE,
    LEFT,
    QUEUE,
    SOURCE,
    between,
    period_of,
    yes,
)
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Fact
from dashboards.queries import flow_leads
from dashboards.queries.boards import Stays, stays_asked

CAME = Fact(gettext_lazy("Captured"), lambda stay: exact(stay.came_at), lambda stay: stay.came_at.isoformat())
OWNER = Fact(gettext_lazy("Owner"), lambda stay: _owner(stay), lambda stay: _owner(stay))
AFTER = Fact(gettext_lazy("After"), lambda stay: duration(_after(stay)), lambda stay: _after(stay), is_number=True)
TIMES = Fact(gettext_lazy("Weeks"), lambda stay: number(stay.times), lambda stay: stay.times, is_number=True)
CAPTURED = Fact(
    gettext_lazy("Captured"), lambda lead: exact(lead.captured_at), lambda lead: lead.captured_at.isoformat()
)
STAGE = Fact(gettext_lazy("Stage"), lambda lead: lead.get_stage_display(), lambda lead: lead.stage)
SINCE = Fact(gettext_lazy("Since"), lambda lead: exact(lead.stage_at), lambda lead: lead.stage_at.isoformat())
IS_WON = Fact(gettext_lazy("Converted"), lambda lead: yes(lead.is_won), lambda lead: lead.is_won)
CHANGED = Fact(gettext_lazy("Changed since"), lambda lead: yes(lead.has_changed), lambda lead: lead.has_changed)


def speed(asked: Asked, group: Group) -> Behind:
    """The times are those of the figures."""
    since, until = period_of(asked.query, at=asked.at)
    rows = flow_leads.owned(_of_ops(asked), since, until)
    return Behind(rows, lambda stay: stay.lead, (QUEUE, SOURCE, CAME, OWNER, AFTER), between(since, until))


def heat(asked: Asked, group: Group) -> Behind:
    """Of one hour of the week: a lead that waited in several weeks stands there once."""
    if group.by != "hour":
        raise KeyError(group.by)
    _since, until = period_of(asked.query, at=asked.at)
    rows, weekday, hour = flow_leads.waited_at_hour(_of_ops(asked), group.value, at=until, tz=asked.tz)
    words = {"day": WEEKDAYS[weekday], "hour": clock_time(time(hour, 59)), "n": number(flow_leads.added_up(rows))}
    says = _("On %(day)s at %(hour)s, of all weeks together: %(n)s waited; a lead can have waited in several weeks.")
    return Behind(rows, lambda stay: stay.lead, (QUEUE, SOURCE, ENTERED, LEFT, TIMES), says % words)


def converted(asked: Asked, group: Group) -> Behind:
    """Of one source, or of all, as it was counted last; leads that changed since are marked."""
    _of_ops(asked)
    found = flow_leads.conversion(group.by, group.value)
    words = {"time": exact(found.counted_at), "won": number(found.won), "of": number(found.of)}
    says = _("Counted %(time)s: %(won)s of %(of)s converted.") % words
    changed = found.leads.filter(has_changed=True).count()
    if changed:
        more = ngettext(
            "The stage of %(n)s lead has changed since.", "The stages of %(n)s leads have changed since.", changed
        )
        says = f"{says} {more % {'n': number(changed)}}"
    return Behind(found.leads, lambda lead: lead, (LEAD_SOURCE, CAPTURED, STAGE, SINCE, IS_WON, CHANGED), says)


def _of_ops(asked: Asked) -> Stays:
    """All queues: Flow is for sales ops alone."""
    if not asked.user.has_perm("queues.operate_queue"):
        raise KeyError("flow")
    return stays_asked(asked.user, "all", "")


def _owner(stay: Any) -> str:
    return display_name(stay.assignment.holder)


def _after(stay: Any) -> timedelta:
    return max(stay.assignment.assigned_at - stay.came_at, timedelta(0))
