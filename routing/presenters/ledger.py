"""How the ledger of a rotation reads: who got what outside the plain order, why, and by whom (F6b, F6c, F10)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.people import display_name
from config.web.times import when
from routing.decisions.rotation.reset import begins_next
from routing.models import LedgerLine, Rotation
from routing.presenters.choices import REASON_WORDS

Kind = LedgerLine.Kind


def who_words(line: LedgerLine) -> str:
    """Whom it concerns; a start anew concerns all."""
    return str(line.rep) if line.rep_id else _("Everybody")


def what_words(line: LedgerLine) -> str:
    if line.kind == Kind.CATCH_UP and line.owed < 0:
        text = ngettext("%(n)s turn taken back, unused", "%(n)s turns taken back, unused", -line.owed)
        return text % {"n": -line.owed}
    if line.kind == Kind.CATCH_UP:
        return ngettext("Given the next turn", "Given the next %(n)s turns", line.owed) % {"n": line.owed}
    if line.kind == Kind.CREDIT:
        number = line.details.get("turn")
        return _("Turn %(n)s given back") % {"n": number} if number else _("A turn given back")
    if line.kind == Kind.COUNTED:
        return _("A lead counted as a turn") if line.given >= 0 else _("A lead counts as a turn no more")
    return _("The rotation started anew")


def why_words(line: LedgerLine) -> str:
    """What somebody typed, or the rule's reason."""
    if line.kind == Kind.RESET:
        daily = line.details.get("resets") == Rotation.Resets.DAILY
        return _("every day") if daily else _("every Monday")
    told = str(line.details.get("why") or line.details.get("reason") or "")
    if line.kind == Kind.CATCH_UP:
        return told
    known = {"by_hand": _("given by hand"), "owner_match": _("lead of an own account"), "undone": _("undone")}
    return str(known.get(told) or REASON_WORDS.get(told) or told)


def by_words(line: LedgerLine) -> str:
    """Who did it; what nobody did the rules did."""
    return display_name(line.by) if line.by_id else _("The rules")


def anew_words(rotation: Rotation, last: LedgerLine | None, *, at: datetime) -> str:
    """When the rotation starts anew next, and when it did last (F10)."""
    today = at.astimezone(ZoneInfo(rotation.time_zone)).date()
    coming = begins_next(rotation.resets, on=today, reset_on=rotation.reset_on)
    if coming is None:
        told = _("It never starts anew.")
    elif coming == today:
        told = _("It starts anew with its next turn.")
    else:
        words = {"day": date_format(coming, "l j F"), "zone": rotation.time_zone}
        told = _("It starts anew with its first turn from %(day)s on (%(zone)s).") % words
    if last is None:
        return told if coming is None else told + " " + _("It has not done so yet.")
    return told + " " + _("Last time: %(time)s.") % {"time": when(last.at, at)}


def given_words(name: str, turns: int) -> str:
    text = ngettext(
        "%(name)s gets the next turn, ahead of the line.",
        "%(name)s gets the next %(n)s turns, ahead of the line.",
        turns,
    )
    return text % {"name": name, "n": turns}


def taken_back_words(name: str, turns: int) -> str:
    text = ngettext(
        "%(n)s turn of %(name)s that was not used is taken back.",
        "%(n)s turns of %(name)s that were not used are taken back.",
        turns,
    )
    return text % {"name": name, "n": turns}
