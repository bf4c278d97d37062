"""The team page: each rep with availability, load, today's work and red flags (C7, D4)."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.web.htmx import page_or_part, unchanged
from dashboards.presenters.boards import people as boards
from dashboards.presenters.red_flags import flag_words
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.presenters.response import response_words
from dashboards.presenters.team_list import TEAM, chosen_reps, skips_text, state_choices, team_choices
from dashboards.queries import team as team_queries
from dashboards.queries.waiting import version
from leads.presenters.lists import Table
from leads.views.lists import shows_list
from queues.queries.loans import loans_of_reps
from routing.presenters.own_clock import other_zones
from routing.presenters.own_state import state_words

managers_only = permission_required("queues.watch_queue", raise_exception=True)


@managers_only
@shows_list(TEAM)
def team(request: HttpRequest, table: Table) -> HttpResponse:
    """The page, its live part, or CSV."""
    at = timezone.now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    now = team_queries.team_now(request.user, midnight=midnight, at=at, tz=timezone.get_current_timezone())
    teams = team_choices(now.rows)
    chosen = {"team": table.known("team", teams), "state": table.known("state", state_choices())}
    rows = chosen_reps(now.rows, **chosen, sort=table.sort)
    if request.GET.get("format") == "csv":
        return table.csv("team.csv", rows)
    shown = [
        (m.rep.pk, state_words(m.own), m.rep.last_seen_at, m.uncontacted, m.claimed, m.contacted, m.skips, m.flags)
        for m in rows
    ]
    loans = loans_of_reps([row.rep.pk for row in rows], at=at)
    notes = recount_notes_since(now.since, now.stale_days)
    sign = version((shown, notes, [(loan.pk, loan.until) for each in loans.values() for loan in each]), at=at)
    same = unchanged(request, sign)
    if same is not None:
        return same
    opened = next((row for row in rows if str(row.rep.pk) == request.GET.get("open")), None)
    context = {
        "at": at,
        "table": table,
        "filters": chosen,
        "teams": teams,
        "states": state_choices(),
        "all": len(now.rows),
        "version": sign,
        "rows": [
            (row, state_words(row.own), [flag_words(flag) for flag in row.flags], response_words(row.response))
            for row in rows
        ],
        "zones": other_zones([row.rep for row in rows], at=at),
        "skips": {row.rep.pk: [skips_text(each) for each in row.skips] for row in rows if row.skips},
        "free": sum(row.state.is_available for row in now.rows),
        "flagged": sum(bool(row.flags) for row in now.rows),
        "loans": loans,
        "opened": opened,
        "held": team_queries.open_leads(opened.rep, at=at) if opened else [],
        "warnings": [("", note) for note in notes],
        "figures": boards.TEAM,
        "lists": boards.rep_lists(midnight=midnight, at=at),
        "topics": " ".join(["people", "escalations", *(f"holder-{row.rep.user_id}" for row in rows)]),
    }
    return page_or_part(request, "dashboards/team.html", "dashboards/_team.html", context)
