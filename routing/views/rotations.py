"""Pages of the rotations: who is in line, why somebody is passed over, the latest turns (F1, C6)."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config.web.htmx import page_or_part
from leads.queries.leads import visible_to
from routing.decisions.rotation.state import CandidateOutcome
from routing.models import Rotation, Turn
from routing.presenters.ramps import ramp_sentence, ramp_text
from routing.presenters.returns import return_sentence
from routing.presenters.room import room_title
from routing.presenters.rotation_warnings import standing_warnings
from routing.presenters.turns import nobody_available_sentence, rotation_sentences, skip_text, stored_skip_text
from routing.presenters.weights import part_text, weight_text
from routing.queries.availability.calendar import visible_calendars
from routing.queries.availability.returns import returns_of_members
from routing.queries.coming_absences import used_rotations
from routing.queries.rotation.overview import latest_turns, rotation_overview, visible_rotations
from routing.views.ledger import ledger_context

RIGHTS = ("queues.operate_queue", "queues.watch_queue")


@login_required
def rotations(request: HttpRequest) -> HttpResponse:
    """The first rotation that the person may see."""
    return _show(request, list(_visible(request)), None)


@login_required
def rotation(request: HttpRequest, pk: int) -> HttpResponse:
    """One rotation; 404 for one that the person may not see."""
    visible = _visible(request)
    return _show(request, list(visible), get_object_or_404(visible, pk=pk))


def _visible(request: HttpRequest):
    if not any(request.user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return visible_rotations(request.user)


def _show(request: HttpRequest, found: list[Rotation], chosen: Rotation | None) -> HttpResponse:
    at = timezone.now()
    chosen = chosen or next(iter(found), None)
    context: dict[str, Any] = {"rotations": found, "rotation": chosen, "at": at}
    context["members_url"] = _members_url(request, chosen)
    if chosen is not None:
        context |= _overview(chosen, at=at) | {"edit_url": _edit_url(request, chosen)}
        is_used = used_rotations().filter(pk=chosen.pk).exists()
        context["warnings"] = [("", text) for _pk, text in standing_warnings([chosen], at=at)] if is_used else []
        context["calendars"] = _calendars(request, chosen)
        context |= ledger_context(chosen, request.user, at=at)
        context["versions_url"] = _admin_url(request, chosen, "versions", right="routing.view_rotation")
        context["try_url"] = _admin_url(request, chosen, "try_it", right="routing.view_rotation")
        leads = visible_to(request.user).filter(pk__in=[turn.lead_id for turn, _place, _skipped in context["turns"]])
        context["openable"] = set(leads.values_list("pk", flat=True).order_by("pk"))
    return page_or_part(request, "routing/rotations.html", "routing/_rotation.html", context)


def _overview(chosen: Rotation, *, at: datetime) -> dict[str, object]:
    members, upcoming = rotation_overview(chosen, at=at)
    zone = timezone.get_current_timezone()
    today = at.astimezone(ZoneInfo(chosen.time_zone)).date()
    places = {member.position: member.number for member in members}
    parts = {member.part for member in members if member.part}
    has_weights = len(parts or {member.weight for member in members if member.weight}) > 1
    return {
        "members": [
            (
                member,
                skip_text(member.reason, member.until, holiday=member.holiday) if member.reason else "",
                weight_text(member.weight),
                ramp_text(member.ramp, on=today),
                part_text(member.part) if member.part else "",
            )
            for member in members
        ],
        "available": sum(1 for member in members if member.is_available),
        "room_title": room_title(chosen),
        "given": sum(member.turns_given for member in members),
        "coming": [
            (turn, [(name, skip_text(reason, holiday=day)) for name, reason, day in turn.passed]) for turn in upcoming
        ],
        "turns": [
            (turn, places.get(turn.position, turn.position + 1), _passed_over(turn)) for turn in latest_turns(chosen)
        ],
        "queues": list(chosen.queues.order_by("position", "name", "pk")),
        "nobody_sentence": nobody_available_sentence(chosen),
        "rule_sentences": [
            *rotation_sentences(chosen, has_weights=has_weights),
            *filter(None, (ramp_sentence(str(member.rep), member.ramp, on=today) for member in members)),
        ],
        "returns": [
            return_sentence(preview, at=at, zone=zone, name=str(rep))
            for rep, preview in returns_of_members(chosen, at=at)
        ],
        "audit": chosen.audits.first(),
    }


def _passed_over(turn: Turn) -> list[tuple[str, str]]:
    """The members that this turn passed over, and why, as written at the decision."""
    skipped = [each for each in turn.results if each.get("outcome") == CandidateOutcome.SKIPPED]
    return [(each.get("name", ""), stored_skip_text(each)) for each in skipped]


def _calendars(request: HttpRequest, chosen: Rotation) -> set[int]:
    """The members whose calendar the reader may open, by rep: the warnings are about them."""
    mine = visible_calendars(cast(User, request.user)).filter(memberships__rotation=chosen, memberships__left_at=None)
    return set(mine.order_by("pk").values_list("pk", flat=True))


def _edit_url(request: HttpRequest, chosen: Rotation) -> str:
    return _admin_url(request, chosen, "change", right="routing.change_rotation")


def _members_url(request: HttpRequest, chosen: Rotation | None) -> str:
    if not request.user.is_staff or not request.user.has_perm("routing.change_rotation"):
        return ""
    return reverse("routing:bring_members") + (f"?rotation={chosen.pk}" if chosen else "")


def _admin_url(request: HttpRequest, chosen: Rotation, page: str, *, right: str) -> str:
    """A page of the admin; "" for people who may not open it."""
    if not request.user.is_staff or not request.user.has_perm(right):
        return ""
    try:
        return reverse(f"admin:routing_rotation_{page}", args=[chosen.pk])
    except NoReverseMatch:
        return ""
