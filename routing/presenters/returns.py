"""What skipped turns will mean, as one sentence: "Maria returns Monday: one more a day for 6 days." (F5)"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from routing.decisions.availability.returns import Return
from routing.decisions.rotation.skipped_turns import Means

NEAR = timedelta(days=6)


def return_words(told: Return, *, at: datetime, zone: ZoneInfo, name: str = "") -> str:
    """Without a name it speaks to the person."""
    if told.back_at is None:
        start = _("%(name)s is here") % {"name": name} if name else _("You are here")
        return f"{start}: {_made_good(told)}"
    day = day_words(told.back_at, at=at, zone=zone)
    start = _("%(name)s returns %(day)s") if name else _("You return %(day)s")
    return f"{start % {'name': name, 'day': day}}: {_meaning(told)}"


def day_words(moment: datetime, *, at: datetime, zone: ZoneInfo) -> str:
    """'today at 14:00', 'Monday', 'Mon 30 Nov'."""
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    if local.date() == today:
        return _("today at %(time)s") % {"time": f"{local:%H:%M}"}
    if local.date() - today <= NEAR:
        return date_format(local.date(), "l")
    return date_format(local.date(), "D j M")


def _meaning(told: Return) -> str:
    if told.levels:
        return _("leads come first until the share is level with that of the others.")
    if told.means == Means.FORGONE:
        return _("the turns skipped until then are forgone, and the place in the list stays.")
    if not told.owed:
        return _("no turn will have been skipped.")
    if told.means == Means.FIRST:
        return _("first in line for one turn.") if told.owed == 1 else _made_good(told)
    if told.means == Means.OWED:
        text = ngettext(
            "%(n)s turn is owed by then, at most %(limit)s, and comes first.",
            "%(n)s turns are owed by then, at most %(limit)s, and come first.",
            told.owed,
        )
        return text % {"n": told.owed, "limit": told.limit}
    return _made_good(told)


def _made_good(told: Return) -> str:
    """By so many a day, or all at once."""
    if told.means != Means.DAILY:
        text = ngettext("%(n)s turn is made good first.", "%(n)s turns are made good first.", told.owed)
        return text % {"n": told.owed}
    most, days = max(many for _day, many in told.plan), len(told.plan)
    if days == 1:
        return ngettext("%(n)s more on that day.", "%(n)s more on that day.", most) % {"n": most}
    if most == 1:
        return _("one more a day for %(days)s days.") % {"days": days}
    return _("%(n)s more a day for %(days)s days.") % {"n": most, "days": days}
