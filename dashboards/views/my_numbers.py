"""My numbers: what a rep took, how fast, what came of it and what was due, beside own past and team (C5, K7)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dashboards.decisions.my_numbers import InTheFuture, Period, numbers_of, read_period, team_median
from dashboards.presenters import my_numbers as words
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.queries import my_numbers as queries
from leads.presenters.csv_response import csv_response
from routing.decisions.weeks import NotAWeek, week_text
from routing.models import Rep
from routing.presenters.letters import RotationPart, days_of_week, letter_opening, letter_parts
from routing.queries.letters import letters_of, rotation_facts_of
from routing.queries.people import time_zone_of
from routing.queries.survey import open_survey

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """`problem` says what is wrong with the period of the address; then it is this week."""

    rep: Rep
    period: Period
    zone: ZoneInfo
    at: datetime
    problem: str = ""

    @property
    def status(self) -> int:
        return 400 if self.problem else 200


@require_safe
@reps_only
def my_numbers(request: HttpRequest) -> HttpResponse:
    """?p=this-week, last-week, 4-weeks or 2026-W47; ?format=csv gives both tables as a file."""
    user = cast("User", request.user)
    if not hasattr(user, "rep"):  # may do all, and takes no leads
        return render(request, "dashboards/my_numbers_nobody.html")
    asked = asked_of(request)
    found = queries.period_totals(user, queries.colleagues(asked.rep), asked.period, at=asked.at)
    mine, before = numbers_of(*found.own), numbers_of(*found.before, spans=len(asked.period.before))
    others = [numbers_of(*each) for each in found.others]
    rows = words.number_rows(mine, before, team_median(mine, others))
    parts = letter_parts({"rotations": rotation_facts_of(asked.rep, *asked.period.span)})
    if request.GET.get("format") == "csv":
        return _csv(asked, rows, parts)
    context = frame(asked) | {
        "says": words.numbers_sentence(mine, before, asked.period),
        "rows": rows,
        "before_label": words.before_label(asked.period),
        "team_note": words.team_note(len(others)),
        "notes": recount_notes_since(asked.period.earliest, found.stale_days),
        "parts": parts,
        "letter": _newest_letter(asked.rep),
        "survey": open_survey(user, at=asked.at),
    }
    return render(request, "dashboards/my_numbers.html", context, status=asked.status)


def asked_of(request: HttpRequest) -> Asked:
    """Of whom and when; 404 for somebody who is no rep."""
    rep, at = getattr(request.user, "rep", None), timezone.now()
    if rep is None:
        raise Http404
    zone = time_zone_of(rep)
    try:
        return Asked(rep, read_period(request.GET.get("p", ""), at=at, zone=zone), zone, at)
    except NotAWeek:
        problem = _("This is no period. Write a week as 2026-W47. You see this week instead.")
    except InTheFuture:
        problem = _("This week lies in the future. You see this week instead.")
    return Asked(rep, read_period("", at=at, zone=zone), zone, at, problem)


def frame(asked: Asked) -> dict[str, Any]:
    """What both pages show of the period."""
    period = asked.period
    earlier, later = words.neighbours(period, asked.at.astimezone(asked.zone).date())
    return {
        "period": period,
        "days": words.period_days(period),
        "choices": words.period_choices(period),
        "earlier": earlier,
        "later": later,
        "problem": asked.problem,
    }


def _newest_letter(rep: Rep) -> dict[str, str] | None:
    found = letters_of(rep).first()
    if found is None:
        return None
    says = letter_opening(found.facts)
    return {"week": week_text(found.week), "days": days_of_week(found.week), "says": says}


def _csv(asked: Asked, rows: list[words.NumberRow], parts: list[RotationPart]) -> HttpResponse:
    header = (_("What"), _("Mine"), _("My four weeks before"), _("Median of the team"))
    lines: list[tuple[object, ...]] = [(row.label, *row.plain) for row in rows]
    lines += [(), (_("Rotation"), _("Given"), _("Due"), _("Turns"))]
    lines += [(part.name, part.facts["given"], part.facts["due"], part.facts["turns"]) for part in parts]
    return csv_response(f"my-numbers-{asked.period.key}.csv", header, lines)
