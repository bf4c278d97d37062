"""Doors to the escalations: an inbox of what broke, and what runs out next (C7)."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.web.htmx import page_or_part, unchanged
from config.web.people import display_name
from dashboards.presenters import escalations as words
from dashboards.queries import escalations as reading
from dashboards.queries.waiting import version
from leads.presenters.csv_response import csv_response

managers_only = permission_required("queues.watch_queue", raise_exception=True)


@managers_only
def escalations(request: HttpRequest) -> HttpResponse:
    """The inbox with its tabs; the list of next breaches also as CSV."""
    at = timezone.now()
    coming = reading.breaches_next(request.user, at=at)
    if request.GET.get("format") == "csv":
        return _coming_csv(coming)
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    tab = request.GET.get("tab", reading.OPEN)
    tab = tab if tab in reading.TABS else reading.OPEN
    found = reading.in_tab(request.user, tab, midnight=midnight, at=at)
    cases = reading.cases(found, at=at, chooser=request.user if tab == reading.OPEN else None)
    counts = reading.counts(request.user, midnight=midnight, at=at)
    shown = [
        (
            case.escalation.pk, case.holder and case.holder.pk, [step.pk for step in case.story],
            [(one.rep.pk, one.is_free, one.load) for one in case.choices],
        )
        for case in cases
    ]  # fmt: skip
    sign = version((tab, shown, counts, [(one.lead_id, one.due_at) for one in coming]), at=at)
    same = unchanged(request, sign)
    if same is not None:
        return same
    context = _context(request, tab, cases, coming, counts, at=at) | {"version": sign}
    return page_or_part(request, "dashboards/escalations.html", "dashboards/_escalations.html", context)


def _context(
    request: HttpRequest, tab: str, cases, coming, counts: dict[str, int], *, at: datetime
) -> dict[str, object]:
    names = _names(words.people_in(cases))
    bold, soonest = words.conclusion(counts[reading.OPEN], coming[0] if coming else None, at=at)
    return {
        "at": at,
        "tab": tab,
        "tabs": [
            (reading.OPEN, _("Open"), counts[reading.OPEN]),
            (reading.SNOOZED, _("Snoozed"), counts[reading.SNOOZED]),
            (reading.DONE, _("Done today"), counts[reading.DONE]),
        ],
        "bold": bold,
        "soonest": soonest,
        "cases": [
            (case, words.kind_words(case.escalation), words.situation(case, request.user.pk), words.story(case, names))
            for case in cases
        ],
        "closed_words": {case.escalation.pk: words.closed_words(case.escalation) for case in cases if tab == "done"},
        "coming": [(one, words.coming_clock(one), words.coming_then(one)) for one in coming],
    }


def _names(ids: set[int]) -> dict[int, str]:
    people = get_user_model().objects.filter(pk__in=ids).order_by("pk")
    return {person.pk: display_name(person) for person in people}


def _coming_csv(coming: list[reading.Coming]) -> HttpResponse:
    header = (_("Runs out"), _("Lead"), _("Clock"), _("Holder"), _("Queue"), _("Then"))
    lines = (
        (
            one.due_at.isoformat(),
            one.label,
            words.coming_clock(one),
            one.holder,
            one.queue.name if one.queue else "",
            words.coming_then(one),
        )
        for one in coming
    )
    return csv_response("breaches-next.csv", header, lines)
