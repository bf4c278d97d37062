"""The page of escalations: what broke, and which clocks run out next (C7)."""

from datetime import datetime
from typing import cast

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.htmx import page_or_part, unchanged
from config.web.people import display_name
from dashboards.presenters import escalations as presenters
from dashboards.presenters.boards import people as boards
from dashboards.presenters.escalation_list import ESCALATIONS, coming_rows, kind_choices
from dashboards.presenters.red_flags import flag_words
from dashboards.queries import escalations as escalation_queries
from dashboards.queries.coming_breaches import upcoming_breaches
from dashboards.queries.flags import flagged_reps
from dashboards.queries.waiting import version
from leads.presenters.lists import Table
from leads.views.lists import shows_list
from queues.decisions.red_flags import RedFlag
from queues.models import Queue
from queues.presenters.away import away_text
from queues.presenters.escalations import closed_text
from queues.queries.away import open_questions
from routing.models import Rep

managers_only = permission_required("queues.watch_queue", raise_exception=True)


@managers_only
@shows_list(ESCALATIONS)
def escalations(request: HttpRequest, table: Table) -> HttpResponse:
    """The list with its tabs; the next breaches also as CSV."""
    at = timezone.now()
    mine = list(Queue.objects.active().managed_by(table.user).order_by("position", "name", "pk"))
    queues = {each.slug: each.name for each in mine}
    queue, kind = table.known("queue", queues), table.known("kind", kind_choices())
    coming = upcoming_breaches(table.user, at=at, queues=mine)
    rows = coming_rows(coming, queue=queue, sort=table.sort)
    if request.GET.get("format") == "csv":
        return table.csv("breaches-next.csv", rows)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    tab = table.known("tab", escalation_queries.TABS) or escalation_queries.OPEN
    found = escalation_queries.in_tab(request.user, tab, midnight=midnight, at=at)
    found = found.filter(queue__slug=queue) if queue else found
    found = found.filter(kind=kind) if kind else found
    cases = escalation_queries.cases(found, at=at, chooser=request.user if tab == escalation_queries.OPEN else None)
    counts = escalation_queries.counts(request.user, midnight=midnight, at=at)
    away = open_questions(cast("User", request.user)) if tab == escalation_queries.OPEN else []
    shown = [
        (
            case.escalation.pk, case.holder and case.holder.pk, [step.pk for step in case.story],
            [(one.rep.pk, one.is_free, one.load, one.back_at, one.has_declined) for one in case.choices],
        )
        for case in cases
    ]  # fmt: skip
    red = _red_flags(request, at=at) if tab == escalation_queries.OPEN else []
    beside = [(one.pk, one.leads, one.until_at) for one in away] + [(rep.pk, flags) for rep, flags in red]
    sign = version((tab, shown, counts, beside, [(one.lead_id, one.due_at) for one in coming]), at=at)
    same = unchanged(request, sign)
    if same is not None:
        return same
    context = _context(request, tab, cases, coming, counts, at=at)
    context |= {"red": [(rep, [flag_words(flag) for flag in flags]) for rep, flags in red]}
    context |= {"many": [(one, presenters.choice_text(one)) for one in escalation_queries.choices_of_all(cases)]}
    context |= {"table": table, "coming": rows, "queues": queues, "kinds": kind_choices(), "queue": queue, "kind": kind}
    context |= {"version": sign, "away": [(one, away_text(one)) for one in away]}
    return page_or_part(request, "dashboards/escalations.html", "dashboards/_escalations.html", context)


def _red_flags(request: HttpRequest, *, at: datetime) -> list[tuple[Rep, tuple[RedFlag, ...]]]:
    return flagged_reps(cast("User", request.user), at=at, tz=timezone.get_current_timezone())


def _context(
    request: HttpRequest, tab: str, cases, coming, counts: dict[str, int], *, at: datetime
) -> dict[str, object]:
    names = _names(presenters.people_in(cases))
    bold, soonest = presenters.conclusion(counts[escalation_queries.OPEN], coming[0] if coming else None, at=at)
    return {
        "at": at,
        "figures": boards.ESCALATIONS,
        "tab": tab,
        "tabs": [
            (escalation_queries.OPEN, _("Open"), counts[escalation_queries.OPEN]),
            (escalation_queries.SNOOZED, _("Snoozed"), counts[escalation_queries.SNOOZED]),
            (escalation_queries.DONE, _("Done today"), counts[escalation_queries.DONE]),
        ],
        "bold": bold,
        "soonest": soonest,
        "cases": [
            (
                case,
                presenters.kind_text(case.escalation),
                presenters.situation(case, request.user.pk),
                presenters.story(case, names),
                [(one, presenters.choice_text(one)) for one in case.choices],
            )
            for case in cases
        ],
        "reasons": presenters.reasons(cases),
        "closed_text": {case.escalation.pk: closed_text(case.escalation) for case in cases if tab == "done"},
    }


def _names(ids: set[int]) -> dict[int, str]:
    people = get_user_model().objects.filter(pk__in=ids).order_by("pk")
    return {person.pk: display_name(person) for person in people}
