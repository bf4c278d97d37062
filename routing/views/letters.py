"""The page of the weekly letter; past ones by their week (K7)."""

from typing import Any, cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from routing.decisions.weeks import NotAWeek, letter_week, read_week, week_text
from routing.models import FairnessLetter, Rep
from routing.presenters.letters import days_of_week, letter_opening, letter_parts
from routing.queries.letters import letters_of
from routing.queries.people import time_zone_of
from routing.queries.survey import open_survey

MOST_PAST = 12


@require_safe
@permission_required("queues.claim_entry", raise_exception=True)
def letter(request: HttpRequest) -> HttpResponse:
    """?week=2026-W47 chooses one; else the newest. What is no week is 400, one without a letter 404, both in words."""
    user = cast("User", request.user)
    rep = Rep.objects.filter(user=user).first()
    past = list(letters_of(rep)[:MOST_PAST]) if rep else []
    chosen, problem, status = _choose(request.GET.get("week", ""), rep, past)
    context: dict[str, Any] = {
        "past": [(week_text(each.week), days_of_week(each.week), each == chosen) for each in past],
        "problem": problem,
        "letter": chosen,
    }
    if chosen is not None:
        context |= {
            "days": days_of_week(chosen.week),
            "week": week_text(chosen.week),
            "opening": letter_opening(chosen.facts),
            "parts": letter_parts(chosen.facts),
            "survey": open_survey(user, at=timezone.now()) if chosen.facts.get("asks") else None,
        }
    return render(request, "routing/letter.html", context, status=status)


def _choose(text: str, rep: Rep | None, past: list[FairnessLetter]) -> tuple[FairnessLetter | None, str, int]:
    newest = next(iter(past), None)
    if not text or rep is None:
        return newest, "", 200
    try:
        week = read_week(text)
    except NotAWeek:
        return None, _("This is no week. Write it as 2026-W47."), 400
    found = FairnessLetter.objects.filter(rep=rep, week=week, is_sent=True).first()
    if found is not None:
        return found, "", 200
    if week > letter_week(timezone.now(), time_zone_of(rep)):
        return None, _("There is no letter about this week yet. It comes on the Monday after it, at 7:00."), 404
    return (
        None,
        _("There is no letter about this week: you were in no rotation and got no lead, or it is too old."),
        404,
    )
