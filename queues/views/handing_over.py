"""A rep hands a lead to a named colleague; a manager lets a team do so, or not (M7)."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from config.web.htmx import wants_part
from config.web.responses import back_to
from queues.actions.claims.handing_over import HandOverRefusal, HandOverRefused, hand_over
from queues.forms.handing_over import HandOverForm
from queues.presenters.handing_over import stays_text
from queues.queries.handing_over import colleagues, hands_over
from routing.actions.assignment import NotTheHolder
from routing.actions.teams import set_handing_over
from routing.models import Assignment
from routing.queries.assignments import held_by
from routing.queries.people import managed_teams
from routing.views.held_lead import not_your_lead

managers_only = permission_required("queues.watch_queue", raise_exception=True)
AT_FIELD = (HandOverRefusal.AWAY, HandOverRefusal.NOBODY)


@login_required
def give(request: HttpRequest, lead_id: int) -> HttpResponse:
    """For its holder; who held it before reads who has it now, for others the address does not exist."""
    user, at = cast("User", request.user), timezone.now()
    held = held_by(user, lead_id)
    if held is None:
        return _gone(request, lead_id)
    choices = colleagues(held, at=at) if hands_over(user) else []
    if request.method != "POST":
        return _show(request, held, HandOverForm(choices=choices))
    form = HandOverForm(request.POST, choices=choices)
    if not form.is_valid():
        return _show(request, held, form)
    return _give(request, user, held, form, at=at)


def _give(request: HttpRequest, user: User, held: Assignment, form: HandOverForm, *, at: datetime) -> HttpResponse:
    sent = {name: form.cleaned_data[name] for name in ("reason", "note", "anyway")}
    try:
        given = hand_over(held, to=form.chosen, **sent, by=user, at=at)
    except NotTheHolder:
        return _gone(request, held.lead_id)
    except HandOverRefused as refused:
        form.add_error("rep" if refused.code in AT_FIELD else None, stays_text(refused))
        return _show(request, held, form, asks=refused.code == HandOverRefusal.AWAY)
    words = {"lead": held.lead.label, "name": form.chosen}
    undo = reverse("queues:undo", args=[given.pk])
    messages.success(request, _("%(lead)s is with %(name)s now.") % words, extra_tags=undo)
    return redirect(back_to(request, "/"))


@require_safe
@managers_only
def teams(request: HttpRequest) -> HttpResponse:
    """The switch of each team that this person manages."""
    found = managed_teams(cast("User", request.user))
    return render(request, "queues/handing_over.html", {"teams": found})


@require_POST
@managers_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """For the managers of the team; 404 for others (C9). Sales ops have it in the settings of the team."""
    team = get_object_or_404(managed_teams(cast("User", request.user)), pk=pk)
    state = request.POST.get("state", "")
    if state not in ("on", "off"):
        return HttpResponseBadRequest(_("Choose on or off."))
    set_handing_over(team, is_on=state == "on", by=cast("User", request.user))
    text = (
        _("Reps of %(team)s hand leads to colleagues.") if state == "on" else _("Reps of %(team)s hand no leads over.")
    )
    messages.success(request, text % {"team": team})
    return redirect(back_to(request, reverse("queues:handing_over")))


def _gone(request: HttpRequest, lead_id: int) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    return not_your_lead(request, lead_id, repeats=[Assignment.Ended.REASSIGNED])


def _show(request: HttpRequest, held: Assignment, form: HandOverForm, *, asks: bool = False) -> HttpResponse:
    status, on_desk = 422 if form.is_bound else 200, request.GET.get("on_desk") == "1"
    first = next((name for name in form.fields if name in form.errors), "rep")
    form.fields[first].widget.attrs["autofocus"] = True
    context = {"lead": held.lead, "form": form, "on_desk": on_desk, "asks": asks or "anyway" in form.data}
    if not wants_part(request):
        page = context | {"part": "queues/_hand_over.html", "alone": True, "next": back_to(request, "")}
        return render(request, "queues/hand_over.html", page, status=status)
    response = render(request, "queues/_hand_over.html", context, status=status)
    return reswap(retarget(response, "#form-hand_over"), "outerHTML") if form.is_bound else response
