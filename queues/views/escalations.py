"""Managers decide escalations: take over, reassign, move to front, snooze, dismiss (C7)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from config.web.htmx import wants_part
from config.web.ids import read_id
from config.web.people import display_name
from config.web.responses import back_to, toast
from config.web.times import when
from queues.actions.clocks.escalations import (
    CannotTakeLeads,
    EscalationIsClosed,
    NothingToMove,
    dismiss_escalation,
    move_to_front,
    reassign_escalated,
    snooze_escalation,
    take_over,
)
from queues.models import Escalation
from queues.queries.access import reps_of
from queues.queries.escalations import escalations_of
from routing.actions.assignment import LeadHasHolder
from routing.models import Rep
from routing.queries.people import managed_reps

managers_only = permission_required("queues.watch_queue", raise_exception=True)
PRESETS = {"hour": timedelta(hours=1), "four": timedelta(hours=4), "tomorrow": None}
MAX_REASON_LENGTH = 200
MAX_SNOOZE = timedelta(days=366)
MORNING_HOUR = 9


class InvalidInput(Exception):
    """The request cannot be carried out; the message says why and what to do."""


CANNOT = (CannotTakeLeads, LeadHasHolder, NothingToMove)
Decide = Callable[[HttpRequest, Escalation, datetime], str]


def escalation_view(decide: Decide) -> Callable[[HttpRequest, int], HttpResponse]:
    """A POST on one escalation within reach. A second manager reads who decided and how."""

    @require_POST
    @managers_only
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        found = escalations_of(request.user).select_related("lead", "queue").filter(pk=pk).first()
        if found is None:
            raise Http404
        try:
            says = decide(request, found, timezone.now())
        except EscalationIsClosed as late:
            return decision_response(request, decided_message(late.escalation), status=409)
        except CANNOT as cannot:
            return decision_response(request, cannot_message(cannot), status=409)
        except InvalidInput as refused:
            return decision_response(request, str(refused), status=422)
        return decision_response(request, says, undo=undo_address([found.pk]))

    view.__name__, view.__doc__ = decide.__name__, decide.__doc__
    return view


def decide_take(request: HttpRequest, escalation: Escalation, at: datetime) -> str:
    """The manager becomes the holder of the lead."""
    take_over(escalation, by=request.user, at=at)
    return _("%(lead)s is yours now.") % {"lead": escalation.lead.label}


def decide_reassign(request: HttpRequest, escalation: Escalation, at: datetime) -> str:
    """To a rep of the queue, or of the manager's teams."""
    rep = _people(request, escalation, at=at).filter(pk=read_id(request.POST.get("rep", ""))).first()
    if rep is None:
        raise InvalidInput(_("Choose who gets the lead."))
    reassign_escalated(escalation, to=rep, by=request.user, at=at)
    return _("%(lead)s went to %(name)s.") % {"lead": escalation.lead.label, "name": rep}


def decide_to_front(request: HttpRequest, escalation: Escalation, at: datetime) -> str:
    """Move the lead to the front of its queue."""
    entry = move_to_front(escalation, by=request.user, at=at)
    return _("%(lead)s is now first in %(queue)s.") % {"lead": escalation.lead.label, "queue": entry.queue.name}


def decide_snooze(request: HttpRequest, escalation: Escalation, at: datetime) -> str:
    """Hide the escalation until a time, with a reason."""
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    if not reason:
        raise InvalidInput(_("Write why it can wait."))
    until = _until(request, at=at)
    snooze_escalation(escalation, until=until, reason=reason[:MAX_REASON_LENGTH], by=request.user, at=at)
    return _("%(lead)s is snoozed until %(time)s.") % {"lead": escalation.lead.label, "time": when(until)}


def decide_leave(request: HttpRequest, escalation: Escalation, at: datetime) -> str:
    """Dismiss the escalation without changing anything."""
    dismiss_escalation(escalation, by=request.user, at=at)
    return _("%(lead)s stays as it is.") % {"lead": escalation.lead.label}


take = escalation_view(decide_take)
reassign = escalation_view(decide_reassign)
to_front = escalation_view(decide_to_front)
snooze = escalation_view(decide_snooze)
leave = escalation_view(decide_leave)


def _people(request: HttpRequest, escalation: Escalation, *, at: datetime):
    mine = managed_reps(request.user).values("pk")
    if escalation.queue is None:
        return Rep.objects.filter(pk__in=mine).select_related("user")
    return Rep.objects.filter(pk__in=reps_of(escalation.queue, at=at).order_by().values("pk")).select_related("user")


def _until(request: HttpRequest, *, at: datetime) -> datetime:
    preset = request.POST.get("preset", "")
    if preset == "tomorrow":
        here = timezone.localtime(at)
        return here.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0) + timedelta(days=1)
    if preset in PRESETS:
        return at + PRESETS[preset]
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None:
        raise InvalidInput(_("Choose a time."))
    if timezone.is_naive(until):
        until = timezone.make_aware(until)
    if until <= at:
        raise InvalidInput(_("This time has passed. Choose a later time."))
    if until > at + MAX_SNOOZE:
        raise InvalidInput(_("This is more than a year away. Choose a nearer time."))
    return until


def decided_message(escalation: Escalation) -> str:
    words = {"how": escalation.get_closed_how_display(), "time": when(escalation.closed_at)}
    if escalation.closed_by_id:
        words["name"] = display_name(escalation.closed_by)
        return _("Decided already: %(how)s, by %(name)s at %(time)s.") % words
    return _("Settled already: %(how)s at %(time)s.") % words


def cannot_message(cannot: Exception) -> str:
    if isinstance(cannot, LeadHasHolder):
        return _("%(name)s has this lead already.") % {"name": display_name(cannot.assignment.holder)}
    if isinstance(cannot, NothingToMove):
        return _("This lead is in no queue, so it cannot be moved to the front.")
    return _("This person can no longer be given leads. Choose somebody else.")


def undo_address(ids: Sequence[int]) -> str:
    """Where a POST takes back what was decided about these escalations."""
    return f"{reverse('queues:escalations_undo')}?{urlencode([('case', pk) for pk in ids])}" if ids else ""


def decision_response(request: HttpRequest, says: str, *, status: int = 200, undo: str = "") -> HttpResponse:
    """htmx: a message, and the list reloads by itself. A plain page: the list with the message."""
    level = "success" if status == 200 else "warning"
    if wants_part(request):
        is_done = status == 200  # a 204 must have no content
        response = HttpResponse("" if is_done else says, status=204 if is_done else status)
        response["HX-Reswap"] = "none"
        return trigger_client_event(toast(response, says, level, undo=undo), "alur:decided", {})
    getattr(messages, level)(request, says, extra_tags=undo)
    return redirect(back_to(request, "/escalations/"))
