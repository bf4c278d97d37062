"""Presents alerts in the inbox, with the page that each is about: shares, audits, calendars (H1, F6b, I2)."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.times import when
from routing.decisions.availability.everybody_absent import AllAbsent
from routing.decisions.stuck_rotation import StuckReason
from routing.models import Notification
from routing.presenters.calendar_feed import feed_problem_text
from routing.presenters.coming_absences import all_absent_sentence
from routing.queries.alerts import PERIOD, UnfairReason

Kind = Notification.Kind
ABOUT_ROTATIONS = (
    Kind.AUDIT_FAILED,
    Kind.STUCK,
    Kind.ALL_ABSENT,
    Kind.TOO_MANY,
    Kind.DRAFT_PUBLISHED,
    Kind.DRAFT_REFUSED,
)


def unfair_share_sentence(details: dict) -> str:
    why, words = details.get("why", ()), {"name": "", "place": "", "given": "0", "due": "0"} | details
    if UnfairReason.FAR in why and UnfairReason.WAITED in why:
        text = _(
            "%(name)s got no lead of %(place)s for 24 hours, although leads came and this rep was available. "
            "This month: %(given)s of %(due)s that were due."
        )
    elif UnfairReason.WAITED in why:
        text = _("%(name)s got no lead of %(place)s for 24 hours, although leads came and this rep was available.")
    else:
        text = _("%(name)s is more than half away from what was due in %(place)s this month: %(given)s of %(due)s.")
    return text % words


def failed_audit_sentence(details: dict) -> str:
    words = {"place": details.get("place", ""), "n": details.get("faults", 1)}
    if details.get("is_unreadable"):
        return _("The turns of %(place)s could not be replayed by the nightly audit.") % words
    text = ngettext(
        "The nightly audit of %(place)s found %(n)s difference between its ledger and its turns.",
        "The nightly audit of %(place)s found %(n)s differences between its ledger and its turns.",
        words["n"],
    )
    return text % words


def stuck_rotation_sentence(details: dict) -> str:
    words = {"place": details.get("place", ""), "person": details.get("person", "")}
    texts = {
        StuckReason.OFF: _("Leads wait for %(place)s, which is switched off."),
        StuckReason.EMPTY: _("Leads wait for %(place)s, which has no members."),
        StuckReason.FALLBACK: _(
            "Leads wait for %(place)s: nobody there can have more now, and the fallback person %(person)s is away."
        ),
    }
    text = texts.get(details.get("why", ""), _("Leads wait for %(place)s, and nobody there can have them."))
    if details.get("has_no_fallback"):
        text = " ".join((text, _("It has no fallback person.")))
    return text % words


def coming_absence_sentence(details: dict, *, at: datetime) -> str:
    name = details.get("place", "")
    try:
        starts_at, ends_at = (datetime.fromisoformat(details[key]) for key in ("starts", "ends"))
        zone = ZoneInfo(details["zone"])
    except (KeyError, TypeError, ValueError):
        return _("%(name)s: all will be absent.") % {"name": name}
    span = AllAbsent(starts_at, ends_at, bool(details.get("is_open")), details.get("then", ""))
    fallback = details.get("fallback", "")
    return all_absent_sentence(name, span, zone=zone, fallback=fallback, at=at)


def too_many_members_sentence(details: dict) -> str:
    words = {name: details.get(name, "") for name in ("place", "n", "most")}
    text = _(
        "%(place)s would have %(n)s members by its rules, and a rotation takes %(most)s at most. Its members stay as "
        "they are until you narrow a rule."
    )
    return text % words


def broken_feed_sentence(details: dict) -> str:
    try:
        since = when(datetime.fromisoformat(details.get("since", "")))
    except (TypeError, ValueError):
        since = _("n/a")
    words = {"time": since, "problem": feed_problem_text(details.get("problem", ""))}
    return _("Your calendar could not be read since %(time)s. %(problem)s What was read before still counts.") % words


def away_question_sentence(details: dict) -> str:
    """For the inbox, and for the page on which it is answered (D2)."""
    n = details.get("number", 0)
    if details.get("why") == "deactivated":
        text = ngettext(
            "%(name)s is no longer active and holds %(n)s lead without first contact.",
            "%(name)s is no longer active and holds %(n)s leads without first contact.",
            n,
        )
    elif details.get("why") == "switched_off":
        text = ngettext(
            "%(name)s takes no leads for now and holds %(n)s lead without first contact.",
            "%(name)s takes no leads for now and holds %(n)s leads without first contact.",
            n,
        )
    else:
        text = ngettext(
            "%(name)s is away until %(time)s and holds %(n)s lead without first contact.",
            "%(name)s is away until %(time)s and holds %(n)s leads without first contact.",
            n,
        )
    try:
        until = when(datetime.fromisoformat(details.get("until", "")))
    except (TypeError, ValueError):
        until = _("n/a")
    return text % {"name": details.get("name", ""), "n": n, "time": until}


def alert_url(user: User, row: Notification, rotations: Collection[int]) -> str:
    """The page on which one acts on an alert; "" if the reader may not open it (C9). `rotations` are those the reader
    may see."""
    details = row.details or {}
    if row.kind == Kind.CHANNEL_DEAD and details.get("own"):
        return reverse("routing:profile")
    if row.kind in (Kind.CHANNEL_DEAD, Kind.WAY_DOWN, Kind.WAY_BACK):
        return reverse("routing:deliveries") if user.has_perm("routing.view_delivery") else ""
    if row.kind == Kind.WORKER_SILENT:
        return reverse("dashboards:flow") if user.has_perm("queues.operate_queue") else ""
    if row.kind in (Kind.HOOK_FAILING, Kind.HOOK_OFF):
        return _webhook_url(user, details)
    if row.kind == Kind.FEED_BROKEN and isinstance(details.get("rep"), int):
        return reverse("routing:calendar", args=[details["rep"]])
    if row.kind == Kind.LETTER:
        return _letter_url(user, details.get("week"))
    if row.kind == Kind.IMPORT_DONE and isinstance(details.get("upload"), int):
        return reverse("leads:upload", args=[details["upload"]])
    if row.kind in (Kind.LENT, Kind.LOAN_ENDED):
        return reverse("dashboards:team" if details.get("name") else "dashboards:my_queues")
    if details.get("rotation") not in rotations:
        return ""
    if row.kind == Kind.UNFAIR:
        return f"{reverse('routing:fairness_of', args=[details['rotation']])}?p={PERIOD}"
    return reverse("routing:rotation", args=[details["rotation"]]) if row.kind in ABOUT_ROTATIONS else ""


def _webhook_url(user: User, details: dict) -> str:
    """Its own page; of one that is gone, the list."""
    if not user.has_perm("queues.operate_queue"):
        return ""
    if details.get("is_removed") or not isinstance(details.get("endpoint"), int):
        return reverse("leads:webhooks")
    return reverse("leads:webhook", args=[details["endpoint"]])


def _letter_url(user: User, week: object) -> str:
    if not user.has_perm("queues.claim_entry"):
        return ""
    return f"{reverse('routing:letter')}?week={week}" if isinstance(week, str) else reverse("routing:letter")
