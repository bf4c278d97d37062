"""Presents what skipped turns will mean, as one sentence: "Maria returns Monday: one more a day for 6 days." (F5)"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import percent
from config.web.times import clock_time
from routing.decisions.availability.returns import ReturnPreview
from routing.decisions.rotation.skipped_turns import SkippedMeans

NEAR = timedelta(days=6)


def return_sentence(preview: ReturnPreview, *, at: datetime, zone: ZoneInfo, name: str = "") -> str:
    """Without a name it addresses the reader."""
    if preview.back_at is None:
        words = {"name": name, "meaning": _owed_text(preview)}
        return (_("%(name)s is here: %(meaning)s") if name else _("You are here: %(meaning)s")) % words
    words = {"name": name, "day": day_text(preview.back_at, at=at, zone=zone), "meaning": _meaning_text(preview)}
    text = (_("%(name)s returns %(day)s: %(meaning)s") if name else _("You return %(day)s: %(meaning)s")) % words
    if preview.percent == 100 or preview.levels or not preview.owed:
        return text
    made_up = _("Of what is skipped, %(percent)s is made up.") % {"percent": percent(preview.percent / 100)}
    return f"{text} {made_up}"


def day_text(moment: datetime, *, at: datetime, zone: ZoneInfo) -> str:
    """'today at 14:00', 'Monday', 'Mon 30 Nov'."""
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    if local.date() == today:
        return _("today at %(time)s") % {"time": clock_time(local)}
    if local.date() - today <= NEAR:
        return date_format(local.date(), "l")
    return date_format(local.date(), "D j M")


def _meaning_text(preview: ReturnPreview) -> str:
    if preview.levels and preview.percent < 100:
        text = _("leads come first until %(percent)s of the missed share is made up.")
        return text % {"percent": percent(preview.percent / 100)}
    if preview.levels:
        return _("leads come first until the share is level with that of the others.")
    if preview.means == SkippedMeans.FORGONE:
        return _("the turns skipped until then are lost, and the place in the list stays.")
    if not preview.owed:
        return _("no turn will have been skipped.")
    if preview.means == SkippedMeans.FIRST:
        return _("first in line for one turn.") if preview.owed == 1 else _owed_text(preview)
    if preview.means == SkippedMeans.OWED:
        text = ngettext(
            "%(n)s turn is owed by then, at most %(limit)s, and comes first.",
            "%(n)s turns are owed by then, at most %(limit)s, and come first.",
            preview.owed,
        )
        return text % {"n": preview.owed, "limit": preview.limit}
    return _owed_text(preview)


def _owed_text(preview: ReturnPreview) -> str:
    """So many a day, or all at once."""
    if preview.means != SkippedMeans.DAILY:
        text = ngettext("%(n)s owed turn comes first.", "%(n)s owed turns come first.", preview.owed)
        return text % {"n": preview.owed}
    most, days = max(many for _day, many in preview.plan), len(preview.plan)
    if days == 1:
        return ngettext("%(n)s more on that day.", "%(n)s more on that day.", most) % {"n": most}
    if most == 1:
        return _("one more a day for %(days)s days.") % {"days": days}
    return _("%(n)s more a day for %(days)s days.") % {"n": most, "days": days}
