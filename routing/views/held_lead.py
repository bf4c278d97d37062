"""The guard of every view that works on a held lead: only its holder may, and a stale page says who has it now."""

from collections.abc import Callable, Collection
from functools import wraps

from django.contrib import messages
from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap, retarget

from config.web.htmx import wants_part
from config.web.people import display_name
from config.web.responses import back_to
from config.web.times import when
from leads.models import Activity, Lead
from routing.actions.assignment import NotTheHolder
from routing.models import Assignment
from routing.presenters.follow_up import offered_steps
from routing.queries.assignments import held_by, last_held_by, open_assignment
from routing.views.late_words import into_its_story, typed_in

Act = Callable[[HttpRequest, Assignment], HttpResponse]


def holder_only(
    *, repeats: Collection[str] = (), keeps_words: bool = False
) -> Callable[[Act], Callable[..., HttpResponse]]:
    """Calls the view with the viewer's open assignment of the lead.

    A person who never held the lead gets 404. A former holder gets 409 with the name of the holder, unless that person
    ended the assignment in one of the ways in `repeats`: then it was a second click. `keeps_words`: what a former
    holder wrote is added to the story of a lead that this person may still see. All other words come back (M7).
    """

    def guard(act: Act) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(act)
        def guarded(request: HttpRequest, lead_id: int) -> HttpResponse:
            held = held_by(request.user, lead_id)
            if held is None:
                return not_your_lead(request, lead_id, repeats=repeats, keeps_words=keeps_words)
            try:
                return act(request, held)
            except NotTheHolder:
                return not_your_lead(request, lead_id, repeats=repeats, keeps_words=keeps_words)

        return guarded

    return guard


def not_your_lead(
    request: HttpRequest, lead_id: int, *, repeats: Collection[str] = (), keeps_words: bool = False
) -> HttpResponse:
    last = last_held_by(request.user, lead_id)
    if last is None:
        raise Http404
    if last.ended_how in repeats and last.ended_by_id == request.user.pk:
        return redirect(back_to(request, "/"))
    says = current_holder_sentence(last, viewer=request.user)
    kept = into_its_story(request, last.lead) if keeps_words else ""
    says, texts = f"{says} {kept}".strip(), [] if kept else typed_in(request)
    context = {"lead": last.lead, "says": says, "is_kept": kept != "", "texts": texts}
    if wants_part(request):
        return render(request, "routing/_no_longer_yours.html", context, status=409)
    if texts:
        return render(request, "routing/no_longer_yours.html", context, status=409)
    messages.warning(request, says)
    return redirect("/")


def current_holder_sentence(last: Assignment, *, viewer: User) -> str:
    """Who has a lead now that the viewer held before, and since when."""
    label, now = last.lead.label, open_assignment(last.lead_id)
    if now is not None:
        name = display_name(now.holder)
        words = {"lead": label, "name": name, "time": when(now.assigned_at)}
        return _("You no longer hold %(lead)s. %(name)s has it (since %(time)s).") % words
    words = {"lead": label, "time": when(last.ended_at)}
    if last.ended_how == Assignment.Ended.RETURNED:
        if last.ended_by_id == viewer.pk:
            return _("You no longer hold %(lead)s. You returned it (%(time)s).") % words
        return _("You no longer hold %(lead)s. It was returned (%(time)s).") % words
    if last.ended_how == Assignment.Ended.UNDONE:
        return _("You no longer hold %(lead)s. That was undone (%(time)s).") % words
    if last.lead.stage in (Lead.Stage.WAITING, Lead.Stage.CAPTURED, Lead.Stage.REVIEW):
        return _("You no longer hold %(lead)s. It waits again (since %(time)s).") % words
    return _("You no longer hold %(lead)s. It was closed (%(time)s).") % words


def refused(request: HttpRequest, held: Assignment, form: Form, *, act: str) -> HttpResponse:
    """422 with the form, what was typed, and the error at its field; a full page without htmx."""
    at = timezone.now()
    context = {"form": form, "lead": held.lead, "held": held, "at": at, "next": back_to(request, "")}
    context["is_placeless"] = not held.place_name
    context["steps"] = offered_steps(held.holder, held, at=at)
    part = f"routing/_{act}.html"
    if wants_part(request):
        response = render(request, part, context | {"on_desk": True}, status=422)
        return reswap(retarget(response, f"#form-{act}"), "outerHTML")
    return render(request, "routing/act.html", context | {"part": part, "alone": True}, status=422)


def done(request: HttpRequest, held: Assignment, message: str, act: Activity | None = None) -> HttpResponse:
    """Back to the lead, with a message that undoes this act."""
    undo = reverse("routing:undo_act", args=[act.pk]) if act is not None else ""
    messages.success(request, message, extra_tags=undo)
    return redirect(back_to(request, reverse("leads:lead", args=[held.lead_id])))
