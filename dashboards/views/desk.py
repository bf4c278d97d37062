"""The rep's desk: the page, and each of its parts (C1, C5, C10)."""

from dataclasses import replace
from datetime import datetime
from typing import cast

from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe
from django_htmx.http import replace_url, reswap, retarget

from config.web.htmx import unchanged, wants_part
from config.web.ids import read_id
from config.web.responses import toast_messages
from dashboards.queries import desk as desk_queries
from dashboards.queries import waiting
from dashboards.views.waiting import waiting_context
from queues.models import Queue
from queues.queries.access import claimable_queues
from queues.queries.limits import type_limits
from routing.models import Assignment
from routing.presenters.passed_over import passed_over_words
from routing.queries.assignments import held_by, last_held_by
from routing.queries.availability.own_state import own_state
from routing.queries.rings import push_question
from routing.views.held_lead import current_holder_sentence

reps_only = permission_required("queues.claim_entry", raise_exception=True)


@require_safe
@reps_only
def desk(request: HttpRequest) -> HttpResponse:
    """The whole desk; htmx gets only the card of the lead in the address."""
    at = timezone.now()
    mine = desk_queries.my_leads(request.user, at=at)
    context = _card(request, mine, at=at)
    if wants_part(request):
        return _card_alone(request, context)
    queues = list(claimable_queues(request.user, at=at))
    limits = type_limits([queue.pk for queue in queues])
    lines = waiting.first_rows_of_each(queues, user=request.user, at=at, limits=limits)
    context |= _next(request, queues, lines, at=at, slug="")
    context |= waiting_context(request, queues, lines, limits, at=at)
    context |= {"mine": mine, "current_lead": context["lead"]}
    context["mine_version"] = _mine_version(mine, context["lead"], at=at)
    context |= _day(request, at=at) | {"closed": _closed(request, at=at).count()}
    context["push_question"] = push_question(request.user)
    response = render(request, "dashboards/desk.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _card_alone(request: HttpRequest, context: dict) -> HttpResponse:
    response = toast_messages(request, render(request, "dashboards/_desk_lead.html", context))
    patch_vary_headers(response, ["HX-Request"])
    lead = context["lead"]
    return replace_url(response, f"{reverse('dashboards:desk')}?lead={lead.pk}" if lead else reverse("dashboards:desk"))


def _card(request: HttpRequest, mine: desk_queries.OwnLeads, *, at: datetime) -> dict:
    """The lead in the address, else the one that is due first; if the rep no longer holds it, where it went."""
    wanted = request.GET.get("lead", "")
    context = {"at": at, "lead": None, "on_desk": True, "whole": request.GET.get("timeline") == "all"}
    if not wanted:
        first = next(iter(mine.rows), None)
        return context | ({"lead": first.assignment.lead, "assignment": first.assignment} if first else {})
    lead_id = read_id(wanted)
    if lead_id is None:
        raise Http404
    held = held_by(request.user, lead_id)
    if held is not None:
        return context | {"lead": held.lead, "assignment": held}
    last = last_held_by(request.user, lead_id)
    if last is None:
        raise Http404
    return context | {"gone": last.lead, "says": current_holder_sentence(last, viewer=request.user)}


@require_safe
@reps_only
def next_bar(request: HttpRequest) -> HttpResponse:
    """What Take next would give, and how many leads wait; `queue` is the choice in the bar."""
    at = timezone.now()
    queues = list(claimable_queues(request.user, at=at))
    lines = waiting.first_rows_of_each(queues, user=request.user, at=at, each=1)
    context = _next(request, queues, lines, at=at, slug=request.GET.get("queue", ""))
    return unchanged(request, context["next_version"]) or render(request, "dashboards/_desk_next.html", context)


def _next(
    request: HttpRequest, queues: list[Queue], lines: list[waiting.QueueLine], *, at: datetime, slug: str
) -> dict:
    chosen = next((queue for queue in queues if queue.slug == slug), None)
    asked = [line for line in lines if chosen is None or line.queue == chosen]
    heads = [replace(line, rows=[]) for line in lines]
    coming = waiting.next_lead(asked, at=at)
    known = Assignment.objects.filter(holder=request.user, assigned_by=request.user).order_by("-pk")
    return {
        "at": at,
        "queues": queues,
        "topics": " ".join(queue.topic for queue in queues),
        "chosen": chosen,
        "coming": coming,
        "held_up": None if coming else next((line for line in asked if line.to_contact and line.head), None),
        "counts": lines,
        "known": known.values_list("pk", flat=True).first() or 0,
        "next_version": waiting.version_of(heads, at=at),
    }


@require_safe
@reps_only
def mine(request: HttpRequest) -> HttpResponse:
    """The list of own leads, the ones due first on top."""
    at = timezone.now()
    found = desk_queries.my_leads(request.user, at=at)
    current = request.GET.get("lead", "")
    lead = next((row.assignment.lead for row in found.rows if str(row.assignment.lead_id) == current), None)
    version = _mine_version(found, lead, at=at)
    if same := unchanged(request, version):
        return same
    context = {"at": at, "mine": found, "current_lead": lead, "mine_version": version}
    return render(request, "dashboards/_desk_mine.html", context | {"closed": _closed(request, at=at).count()})


def _mine_version(found: desk_queries.OwnLeads, lead, *, at: datetime) -> str:
    shown = [(row.assignment.pk, row.task.what, row.task.due_at) for row in found.rows]
    return waiting.version((shown, found.count, lead.pk if lead else None), at=at)


def _closed(request: HttpRequest, *, at: datetime):
    return desk_queries.closed_today(request.user, at=at)


@require_safe
@reps_only
def clock(request: HttpRequest, lead_id: int) -> HttpResponse:
    """The contact clock of the open card; if the rep no longer holds the lead, the whole card says so."""
    held = held_by(request.user, lead_id)
    context = {"at": timezone.now(), "lead": held.lead if held else None, "held": held}
    if held is not None:
        return render(request, "leads/_ladder_alone.html", context)
    last = last_held_by(request.user, lead_id)
    if last is None:
        raise Http404
    context |= {"gone": last.lead, "says": current_holder_sentence(last, viewer=request.user)}
    return reswap(retarget(render(request, "dashboards/_desk_lead.html", context), "#lead"), "outerHTML")


@require_safe
@reps_only
def day(request: HttpRequest) -> HttpResponse:
    """The dock: the numbers of the day and the place in each rotation."""
    context = _day(request, at=timezone.now())
    return unchanged(request, context["day_version"]) or render(request, "dashboards/_desk_day.html", context)


def _day(request: HttpRequest, *, at: datetime) -> dict:
    found = desk_queries.day_numbers(request.user, at=at)
    lines = [(line["rotation"].pk, line["place"], line["of"], line["reason"]) for line in found.lines]
    passed, own = found.passed_over, own_state(cast(User, request.user), at=at) if found.passed_over else None
    words = passed_over_words(passed, own) if passed and own else ()
    version = waiting.version((found.taken, found.contacted, found.within, found.judged, lines, words), at=at)
    return {"at": at, "day": found, "passed_over": words, "day_version": version}
