"""How alerts of the inbox read, and where they lead: shares, audits, calendars (H1, F6b, I2)."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.times import when
from routing.models import Notification
from routing.presenters.calendar_feed import problem_words
from routing.queries.alerts import FAR, PERIOD, WAITED

Kind = Notification.Kind


def unfair_words(details: dict) -> str:
    why, words = details.get("why", ()), {"name": "", "place": "", "given": "0", "due": "0"} | details
    if FAR in why and WAITED in why:
        text = _(
            "%(name)s got no lead of %(place)s for 24 hours, although leads came and he or she was available; "
            "this month %(given)s of %(due)s that were due."
        )
    elif WAITED in why:
        text = _("%(name)s got no lead of %(place)s for 24 hours, although leads came and he or she was available.")
    else:
        text = _("%(name)s is more than half away from what was due in %(place)s this month: %(given)s of %(due)s.")
    return text % words


def audit_words(details: dict) -> str:
    words = {"place": details.get("place", ""), "n": details.get("faults", 1)}
    if details.get("is_unreadable"):
        return _("The turns of %(place)s could not be replayed by the nightly audit.") % words
    text = ngettext(
        "The nightly audit of %(place)s found %(n)s difference between its ledger and its turns.",
        "The nightly audit of %(place)s found %(n)s differences between its ledger and its turns.",
        words["n"],
    )
    return text % words


def feed_words(details: dict) -> str:
    try:
        since = when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        since = _("n/a")
    words = {"time": since, "problem": problem_words(details.get("problem", ""))}
    return _("Your calendar could not be read since %(time)s. %(problem)s What it said before stays in force.") % words


def address_of(row: Notification, rotations: Collection[int]) -> str:
    """The page that an alert is about; empty where the reader may not open it (C9). `rotations` are those in reach."""
    told = row.details or {}
    if row.kind == Kind.FEED_BROKEN and isinstance(told.get("rep"), int):
        return reverse("routing:calendar", args=[told["rep"]])
    if told.get("rotation") not in rotations:
        return ""
    if row.kind == Kind.UNFAIR:
        return f"{reverse('routing:fairness_of', args=[told['rotation']])}?p={PERIOD}"
    return reverse("routing:rotation", args=[told["rotation"]]) if row.kind == Kind.AUDIT_FAILED else ""
