"""Doors to the team: each rep with availability, load, today's work and red flags (C7, D4)."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.htmx import page_or_part, unchanged
from config.web.times import when
from dashboards.presenters.queues import reasons_words
from dashboards.queries import team as reading
from dashboards.queries.waiting import version
from leads.presenters.csv_response import csv_response
from queues.decisions import red_flags as radar
from queues.queries.guards import Skips
from routing.decisions.availability import status as availability

managers_only = permission_required("queues.watch_queue", raise_exception=True)
SORTS = {
    "name": lambda mate: str(mate.rep).casefold(),
    "open": lambda mate: mate.open_leads,
    "silent": lambda mate: mate.uncontacted,
    "claimed": lambda mate: mate.claimed,
    "contacted": lambda mate: mate.contacted,
    "flags": lambda mate: len(mate.flags),
}


@managers_only
def team(request: HttpRequest) -> HttpResponse:
    """The page, its living part, or the table as CSV."""
    at = timezone.now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    mates = reading.mates(request.user, midnight=midnight, at=at, tz=timezone.get_current_timezone())
    sort = request.GET.get("sort", "name")
    key = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    mates = sorted(mates, key=key, reverse=sort.startswith("-"))
    if request.GET.get("format") == "csv":
        return _csv(mates)
    shown = [(m.rep.pk, m.state, m.open_leads, m.uncontacted, m.claimed, m.contacted, m.skips) for m in mates]
    sign = version(shown, at=at)
    same = unchanged(request, sign)
    if same is not None:
        return same
    opened = next((mate for mate in mates if str(mate.rep.pk) == request.GET.get("open")), None)
    context = {
        "at": at,
        "sort": sort,
        "version": sign,
        "rows": [(mate, state_words(mate), [flag_words(flag) for flag in mate.flags]) for mate in mates],
        "skips": {mate.rep.pk: [skip_words(each) for each in mate.skips] for mate in mates if mate.skips},
        "free": sum(mate.state.is_available for mate in mates),
        "flagged": sum(bool(mate.flags) for mate in mates),
        "opened": opened,
        "held": reading.open_leads(opened.rep) if opened else [],
        "topics": " ".join(["people", "escalations", *(f"holder-{mate.rep.user_id}" for mate in mates)]),
    }
    return page_or_part(request, "dashboards/team.html", "dashboards/_team.html", context)


def state_words(mate: reading.Mate) -> str:
    """Available, or why not and until when; managers may know the reason."""
    says = {
        "": _("Available"),
        availability.INACTIVE: _("Account is off"),
        availability.SWITCHED_OFF: _("Paused"),
        availability.ON_LEAVE: _("On leave"),
        availability.PUBLIC_HOLIDAY: _("Public holiday"),
        availability.ALL_DAY_MEETING: _("In a meeting all day"),
    }.get(mate.state.reason, _("Not available"))
    if mate.back_at is not None:
        return _("%(state)s until %(time)s") % {"state": says, "time": when(mate.back_at)}
    return says


def flag_words(flag: radar.RedFlag) -> str:
    """The flag with its evidence."""
    names = ", ".join(flag.leads)
    if flag.code == radar.LATE_CONTACT:
        text = ngettext("%(n)s contact overdue: %(names)s", "%(n)s contacts overdue: %(names)s", flag.amount)
    elif flag.code == radar.OVER_THE_WEEKEND:
        text = _("%(n)s taken on Friday afternoon, not contacted since: %(names)s")
    else:
        return _("%(of)s claims in a week, %(n)s contacted") % {"of": flag.of, "n": flag.amount}
    return text % {"n": flag.amount, "names": names}


def skip_words(skips: Skips) -> str:
    """Skips of one blind queue with their reasons (C4c)."""
    words = {"n": skips.count, "queue": skips.queue, "reasons": reasons_words(skips)}
    return (
        ngettext(
            "%(n)s skip of %(queue)s in 30 d: %(reasons)s", "%(n)s skips of %(queue)s in 30 d: %(reasons)s", skips.count
        )
        % words
    )


def _csv(mates: list[reading.Mate]) -> HttpResponse:
    header = (
        _("Rep"), _("State"), _("Open"), _("Not contacted"), _("Claimed today"), _("Contacted today"),
        _("Median minutes to contact, 30 d"), _("Within the limit, 30 d"), _("Red flags"), _("Skips, 30 d"),
    )  # fmt: skip
    lines = (
        (
            mate.rep, state_words(mate), mate.open_leads, mate.uncontacted, mate.claimed, mate.contacted,
            None if mate.to_contact is None else round(mate.to_contact / timedelta(minutes=1)),
            None if mate.in_time is None else f"{mate.in_time:.2f}",
            "; ".join(flag_words(flag) for flag in mate.flags),
            sum(one.count for one in mate.skips),
        )
        for mate in mates
    )  # fmt: skip
    return csv_response("team.csv", header, lines)
