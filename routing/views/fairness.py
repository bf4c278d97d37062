"""Pages of fairness: due, given, value and results of each member of a rotation; open to all members (H1, H2)."""

from collections.abc import Collection
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.web.figures import for_programs
from config.web.htmx import page_or_part
from leads.presenters.csv_response import csv_response
from routing.models import Rep, Rotation
from routing.presenters import fairness_figures
from routing.presenters.fairness import fairness_summary, share_rows
from routing.presenters.value_fairness import value_rows, value_summary
from routing.queries.fairness import Period, Span, period_span, rotation_fairness
from routing.queries.rotation.my_turns import my_rotations
from routing.queries.rotation.overview import openable_rotations, visible_rotations


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The first rotation that the person may see."""
    found = _visible(request)
    return _show(request, found, next(iter(found), None))


@require_safe
def of_rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """One rotation; ?csv gives its table as a file."""
    found = _visible(request)
    chosen = next((each for each in found if each.pk == pk), None)
    if chosen is None:
        raise Http404
    if "csv" in request.GET:
        return _csv(request, chosen)
    return _show(request, found, chosen)


def _visible(request: HttpRequest) -> list[Rotation]:
    """Rotations that the person manages, and those of which the person is a member (C9)."""
    mine = Rep.objects.filter(user=request.user).first()
    ids = set(visible_rotations(request.user).values_list("pk", flat=True))
    ids |= set(my_rotations(mine).values_list("pk", flat=True)) if mine else set()
    return list(Rotation.objects.filter(pk__in=ids).order_by("name", "pk"))


def _show(request: HttpRequest, found: list[Rotation], chosen: Rotation | None) -> HttpResponse:
    at = timezone.now()
    context: dict[str, Any] = {
        "rotations": found,
        "rotation": chosen,
        "at": at,
        "span": period_span(request.GET.get("p", ""), at=at),
        "figures": fairness_figures.ABOUT,
    }
    if chosen is not None:
        shares = rotation_fairness(chosen, context["span"])
        by_rep = share_rows(shares, chosen)
        members = chosen.members.select_related("rep__user").order_by("position", "pk")
        rows = [(each, by_rep.pop(each.rep_id)) for each in members]
        summary = fairness_summary(shares, chosen)
        context |= {
            "summary": summary,
            "verdict": list(zip(fairness_figures.VERDICT, summary.figures, strict=True)),
            "rows": rows,
            "left": list(by_rep.values()),
            "turns": shares.turns,
        }
        results_of = _results_of(request, chosen)
        context |= {
            "value": value_summary(shares, chosen, shows_results=results_of is None),
            "values": list(value_rows(shares, results_of=results_of).values()),
            "links": _links(request, chosen),
            **_lists(chosen, context["span"], may_open=results_of is None),
        }
    words = {Period.WEEK: _("Week"), Period.MONTH: _("Month"), Period.QUARTER: _("90 days")}
    context["periods"] = [(key, words[key], None) for key in Period]
    return page_or_part(request, "routing/fairness.html", "routing/_fairness.html", context)


def _lists(chosen: Rotation, span: Span, *, may_open: bool) -> dict[str, str]:
    """The addresses of the leads behind the figures, for managers and sales ops."""
    keys = {"leads": fairness_figures.LEADS_KEY, "given": fairness_figures.GIVEN_KEY}
    return {name: fairness_figures.leads_list(chosen, span, key) if may_open else "" for name, key in keys.items()}


def _results_of(request: HttpRequest, chosen: Rotation) -> Collection[int] | None:
    """The reps whose conversion this person may see: managers and sales ops all (None), reps their own."""
    if chosen.pk in openable_rotations(cast("User", request.user), [chosen.pk]):
        return None
    return set(Rep.objects.filter(user=cast("User", request.user)).values_list("pk", flat=True))


def _links(request: HttpRequest, chosen: Rotation) -> list[tuple[str, str]]:
    """Where a rule is changed and where a draft is replayed on past leads: for sales ops; managers see the rules."""
    user = request.user
    pages = []
    if user.is_staff and user.has_perm("routing.change_rotation"):
        pages = [
            (_("Settings of the rotation"), "admin:routing_rotation_change"),
            (_("Make a draft and replay past leads on it"), "admin:routing_rotation_versions"),
        ]
    elif chosen.pk in openable_rotations(cast("User", user), [chosen.pk]):
        pages = [(_("Rules of the rotation"), "routing:rotation")]
    return [(text, reverse(name, args=[chosen.pk])) for text, name in pages]


def _csv(request: HttpRequest, chosen: Rotation) -> HttpResponse:
    span = period_span(request.GET.get("p", ""), at=timezone.now())
    report = rotation_fairness(chosen, span)
    with for_programs():
        shares, values = share_rows(report, chosen), value_rows(report, results_of=_results_of(request, chosen))
    rows = [
        (
            row.name, row.due, row.given, row.difference, value.leads, value.points, value.due, value.each, value.deals,
            value.known, value.conversion, value.win_rate,
        )
        for row, value in ((shares[rep], values[rep]) for rep in shares)
    ]  # fmt: skip
    header = (
        _("Member"), _("Due"), _("Given"), _("Difference"), _("Leads"), _("Points"), _("Points due"),
        _("Points a lead"), _("Expected deals"), _("Leads with a deal size"), _("Conversion"), _("Win rate"),
    )  # fmt: skip
    return csv_response(f"fairness-{chosen.pk}-{span.key}.csv", header, rows)
