"""The team page: each rep with availability, load, today's work and red flags (C7, D4)."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.htmx import page_or_part, unchanged
from config.web.times import exact
from dashboards.presenters.boards import people as boards
from dashboards.presenters.queues import reasons_text
from dashboards.presenters.red_flags import flag_text, flag_words
from dashboards.presenters.response import response_words
from dashboards.queries import team as team_queries
from dashboards.queries.waiting import version
from leads.presenters.csv_response import csv_response
from queues.queries.guards import Skips
from queues.queries.loans import loans_of_reps
from routing.presenters.own_state import state_words

managers_only = permission_required("queues.watch_queue", raise_exception=True)
SORTS = {
    "name": lambda row: str(row.rep).casefold(),
    "open": lambda row: row.open_leads,
    "silent": lambda row: row.uncontacted,
    "claimed": lambda row: row.claimed,
    "contacted": lambda row: row.contacted,
    "speed": lambda row: row.response.now.median or timedelta(0),
    "share": lambda row: -1 if row.response.now.contact_share is None else row.response.now.contact_share,
    "flags": lambda row: len(row.flags),
}


@managers_only
def team(request: HttpRequest) -> HttpResponse:
    """The page, its live part, or CSV."""
    at = timezone.now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = team_queries.rep_statuses(request.user, midnight=midnight, at=at, tz=timezone.get_current_timezone())
    sort = request.GET.get("sort", "name")
    key = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    rows = sorted(rows, key=key, reverse=sort.startswith("-"))
    if request.GET.get("format") == "csv":
        return _csv(rows)
    shown = [
        (m.rep.pk, state_words(m.own), m.rep.last_seen_at, m.uncontacted, m.claimed, m.contacted, m.skips, m.flags)
        for m in rows
    ]
    loans = loans_of_reps([row.rep.pk for row in rows], at=at)
    sign = version((shown, [(loan.pk, loan.until) for each in loans.values() for loan in each]), at=at)
    same = unchanged(request, sign)
    if same is not None:
        return same
    opened = next((row for row in rows if str(row.rep.pk) == request.GET.get("open")), None)
    context = {
        "at": at,
        "sort": sort,
        "version": sign,
        "rows": [
            (row, state_words(row.own), [flag_words(flag) for flag in row.flags], response_words(row.response))
            for row in rows
        ],
        "skips": {row.rep.pk: [skips_text(each) for each in row.skips] for row in rows if row.skips},
        "free": sum(row.state.is_available for row in rows),
        "flagged": sum(bool(row.flags) for row in rows),
        "loans": loans,
        "opened": opened,
        "held": team_queries.open_leads(opened.rep, at=at) if opened else [],
        "figures": boards.TEAM,
        "lists": boards.rep_lists(midnight=midnight, at=at),
        "topics": " ".join(["people", "escalations", *(f"holder-{row.rep.user_id}" for row in rows)]),
    }
    return page_or_part(request, "dashboards/team.html", "dashboards/_team.html", context)


def skips_text(skips: Skips) -> str:
    """Skips of one blind queue with their reasons (C4c)."""
    words = {"n": skips.count, "queue": skips.queue, "reasons": reasons_text(skips)}
    return (
        ngettext(
            "%(n)s skip of %(queue)s in 30 d: %(reasons)s", "%(n)s skips of %(queue)s in 30 d: %(reasons)s", skips.count
        )
        % words
    )


def _csv(rows: list[team_queries.RepStatus]) -> HttpResponse:
    header = (
        _("Rep"), _("State"), _("Last seen"), _("Open"), _("Not contacted"), _("Claimed today"), _("Contacted today"),
        _("Median minutes to contact, 30 d"), _("Median minutes to contact, 30 d before"),
        _("Within the limit, 30 d"), _("Within the limit, 30 d before"),
        _("Contacted of claimed, 30 d"), _("Contacted of claimed, 30 d before"), _("Red flags"), _("Skips, 30 d"),
    )  # fmt: skip
    lines = (
        (
            row.rep, state_words(row.own).says, exact(row.rep.last_seen_at),
            row.open_leads, row.uncontacted, row.claimed, row.contacted,
            _minutes(row.response.now.median), _minutes(row.response.before.median),
            _share(row.response.now.time_share), _share(row.response.before.time_share),
            _share(row.response.now.contact_share), _share(row.response.before.contact_share),
            "; ".join(flag_text(flag) for flag in row.flags),
            sum(one.count for one in row.skips),
        )
        for row in rows
    )  # fmt: skip
    return csv_response("team.csv", header, lines)


def _minutes(delta: timedelta | None) -> int | None:
    return None if delta is None else round(delta / timedelta(minutes=1))


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"
