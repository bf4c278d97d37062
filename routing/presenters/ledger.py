"""Presents the ledger of a rotation: turns outside the plain order, with why and by whom (F6b, F6c, F10)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from config.web.times import when
from routing.decisions.rotation.ramp import WHOLE
from routing.decisions.rotation.reset import next_reset_on
from routing.models import LedgerLine, Rotation
from routing.presenters.choices import REASONS

Kind = LedgerLine.Kind


def member_name(line: LedgerLine) -> str:
    """The member whom a line is about; a reset or a settlement is about everybody."""
    return str(line.rep) if line.rep_id else _("Everybody")


def what_text(line: LedgerLine) -> str:
    if line.kind == Kind.CATCH_UP and line.owed < 0:
        text = ngettext("%(n)s turn taken back, unused", "%(n)s turns taken back, unused", -line.owed)
        return text % {"n": -line.owed}
    if line.kind == Kind.CATCH_UP:
        return ngettext("Given the next turn", "Given the next %(n)s turns", line.owed) % {"n": line.owed}
    if line.kind == Kind.CREDIT:
        number = line.details.get("turn")
        return _("Turn %(n)s given back") % {"n": number} if number else _("A turn given back")
    if line.kind == Kind.COUNTED:
        return _("A lead counted as a turn") if line.given >= 0 else _("A lead no longer counts as a turn")
    if line.kind == Kind.RAMP:
        percent = line.details.get("percent")
        if percent == WHOLE:
            return _("The ramp has ended: the whole weight counts")
        return _("The next step of the ramp: %(percent)s %% of the weight") % {"percent": percent}
    if line.kind == Kind.SETTLED:
        if "takes_back" in line.details:
            return _("The proportion was taken back")
        return _("The next leads bring the counts into proportion")
    return _("The rotation was reset")


def reason_text(line: LedgerLine) -> str:
    """The reason that somebody typed, or that of the rule."""
    if line.kind == Kind.RESET:
        return {
            Rotation.Resets.DAILY: _("every day"),
            Rotation.Resets.MONTHLY: _("on the first of each month"),
            "too_large": _("the shared value had become too large to count"),
        }.get(line.details.get("resets"), _("every Monday"))
    if line.kind == Kind.RAMP:
        return _("the ramp plan says so")
    reason = str(line.details.get("why") or line.details.get("reason") or "")
    if line.kind in (Kind.CATCH_UP, Kind.SETTLED):
        return reason
    known = {"by_hand": _("given by hand"), "owner_match": _("lead of an own account"), "undone": _("undone")}
    known["reassigned"] = _("reassigned to somebody else")
    return str(known.get(reason) or REASONS.get(reason) or reason)


def author_name(line: LedgerLine) -> str:
    """Who did it, or that the rules did."""
    return display_name(line.by) if line.by_id else _("The rules")


def reset_sentence(rotation: Rotation, last: LedgerLine | None, *, at: datetime) -> str:
    """When the rotation resets next, and when it did last (F10)."""
    today = at.astimezone(ZoneInfo(rotation.time_zone)).date()
    coming = next_reset_on(rotation.resets, on=today, reset_on=rotation.reset_on)
    words = {"day": "", "zone": rotation.time_zone, "time": when(last.at, at) if last else ""}
    if coming is None:
        return _("It never resets. Last reset: %(time)s.") % words if last else _("It never resets.")
    if coming == today:
        text = (
            _("It resets with its next turn. Last reset: %(time)s.")
            if last
            else _("It resets with its next turn, for the first time.")
        )
        return text % words
    words["day"] = date_format(coming, "l j F")
    text = (
        _("It resets with its first turn from %(day)s on (%(zone)s). Last reset: %(time)s.")
        if last
        else _("It resets with its first turn from %(day)s on (%(zone)s), for the first time.")
    )
    return text % words


def given_sentence(name: str, turns: int) -> str:
    text = ngettext(
        "%(name)s gets the next turn, before everybody else.",
        "%(name)s gets the next %(n)s turns, before everybody else.",
        turns,
    )
    return text % {"name": name, "n": turns}


def taken_back_sentence(name: str, turns: int) -> str:
    text = ngettext(
        "%(n)s unused turn of %(name)s is taken back.",
        "%(n)s unused turns of %(name)s are taken back.",
        turns,
    )
    return text % {"name": name, "n": turns}
