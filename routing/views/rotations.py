"""Doors to the rotations: who is in line, why somebody is passed over, the latest turns (F1, C6)."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config.web.htmx import page_or_part
from leads.queries.leads import visible_to
from routing.models import Rotation, Turn
from routing.presenters.returns import return_words
from routing.presenters.turns import nobody_words, plain_words, skip_words
from routing.queries.availability.returns import returning
from routing.queries.rotation.overview import latest_turns, line_of, visible_rotations
from routing.views.ledger import ledger_story

RIGHTS = ("queues.operate_queue", "queues.watch_queue")


@login_required
def rotations(request: HttpRequest) -> HttpResponse:
    """The first rotation within reach."""
    return _show(request, list(_reach(request)), None)


@login_required
def rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """One rotation; one out of reach does not exist."""
    reach = _reach(request)
    return _show(request, list(reach), get_object_or_404(reach, pk=pk))


def _reach(request: HttpRequest):
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return visible_rotations(request.user)


def _show(request: HttpRequest, found: list[Rotation], chosen: Rotation | None) -> HttpResponse:
    at = timezone.now()
    chosen = chosen or next(iter(found), None)
    context = {"rotations": found, "rotation": chosen, "at": at}
    if chosen is not None:
        context |= _story(chosen, at=at) | {"edit_url": _edit_url(request, chosen)}
        context |= ledger_story(chosen, request.user, at=at)
        context["versions_url"] = _admin_url(request, chosen, "versions", right="routing.view_rotation")
        context["try_url"] = _admin_url(request, chosen, "try_it", right="routing.view_rotation")
        leads = visible_to(request.user).filter(pk__in=[turn.lead_id for turn, _place, _skipped in context["turns"]])
        context["openable"] = set(leads.values_list("pk", flat=True).order_by("pk"))
    return page_or_part(request, "routing/rotations.html", "routing/_rotation.html", context)


def _story(chosen: Rotation, *, at) -> dict[str, object]:
    members, coming = line_of(chosen, at=at)
    zone = timezone.get_current_timezone()
    places = {member.position: member.number for member in members}
    return {
        "members": [(member, skip_words(member.reason, member.until) if member.reason else "") for member in members],
        "available": sum(1 for member in members if member.is_available),
        "given": sum(member.turns_given for member in members),
        "coming": [(turn, [(name, skip_words(reason)) for name, reason in turn.passed]) for turn in coming],
        "turns": [
            (turn, places.get(turn.position, turn.position + 1), _skipped(turn)) for turn in latest_turns(chosen)
        ],
        "queues": list(chosen.queues.order_by("position", "name", "pk")),
        "nobody_words": nobody_words(chosen),
        "plain_words": plain_words(chosen, has_weights=len({member.weight for member in members if member.weight}) > 1),
        "returns": [return_words(told, at=at, zone=zone, name=str(rep)) for rep, told in returning(chosen, at=at)],
        "audit": chosen.audits.first(),
    }


def _skipped(turn: Turn) -> list[tuple[str, str]]:
    """Whom this turn passed over, as it was written when it was decided."""
    skipped = [look for look in turn.looks if look.get("outcome") == "skipped"]
    return [(look.get("name", ""), skip_words(look.get("reason", ""))) for look in skipped]


def _edit_url(request: HttpRequest, chosen: Rotation) -> str:
    return _admin_url(request, chosen, "change", right="routing.change_rotation")


def _admin_url(request: HttpRequest, chosen: Rotation, page: str, *, right: str) -> str:
    """Where the person may go on in the settings; empty for who may not."""
    if not request.user.is_staff or not request.user.has_perm(right):
        return ""
    try:
        return reverse(f"admin:routing_rotation_{page}", args=[chosen.pk])
    except NoReverseMatch:
        return ""
