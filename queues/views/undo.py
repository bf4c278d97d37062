"""Undo an assignment, or a whole batch, within five minutes (C4b)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.web.people import display_name
from config.web.responses import back_to
from queues.actions.claims.undo import BatchUndo, QueueIsGone, SkipInstead, undo_assignment, undo_batch
from queues.actions.claims.undo_close import NotClosed, undo_close
from routing.actions.assignment import NotTheHolder
from routing.actions.undo import AlreadyWorkedOn, TooLateToUndo
from routing.models import Assignment
from routing.queries.assignments import closed_by_holder, open_assignment, undoable_by
from routing.views.held_lead import current_holder_sentence


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """For the user who made it and the managers of the holder; for others the address does not exist."""
    made = _made(request, pk)
    try:
        undo_assignment(made, by=request.user, at=timezone.now())
    except (NotTheHolder, TooLateToUndo, AlreadyWorkedOn, QueueIsGone, SkipInstead) as refused:
        if not (isinstance(refused, NotTheHolder) and _is_undone(made)):  # it was a second click
            messages.warning(request, _refusal_message(refused, made, viewer=request.user))
    else:
        messages.success(request, _undone_message(made))
    return redirect(_where_to(request, made))


@require_POST
def undo_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the whole batch of this assignment; leads that were worked on since stay."""
    made, gone = _made(request, pk), []
    try:
        found = undo_batch(made, by=request.user, at=timezone.now())
    except (TooLateToUndo, QueueIsGone, SkipInstead) as refused:
        messages.warning(request, _refusal_message(refused, made, viewer=request.user))
    else:
        says, gone = _batch_message(found, made, viewer=request.user), found.undone
        if says:  # empty if a second click found nothing left to undo
            (messages.success if found.undone else messages.warning)(request, says)
    return redirect(_where_to(request, made, *gone))


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo that the holder closed the lead: for that person, and the managers; for others the address does not
    exist."""
    user = cast("User", request.user)
    ended = closed_by_holder(user, pk)
    if ended is None:
        raise Http404
    words = {"lead": ended.lead.label}
    try:
        undo_close(ended, by=user, at=timezone.now())
    except NotClosed:
        pass  # it was a second press
    except TooLateToUndo:
        messages.warning(request, _("Five minutes are over, so closing %(lead)s cannot be undone.") % words)
    except AlreadyWorkedOn:
        messages.warning(request, _("%(lead)s has moved on since, so closing it cannot be undone.") % words)
    else:
        words["name"] = display_name(ended.holder)
        is_own = ended.holder_id == user.pk
        text = _("Undone: you hold %(lead)s again.") if is_own else _("Undone: %(lead)s is with %(name)s again.")
        messages.success(request, text % words)
    return redirect(back_to(request, reverse("leads:lead", args=[ended.lead_id])))


def _made(request: HttpRequest, pk: int) -> Assignment:
    made = undoable_by(request.user, pk)
    if made is None:
        raise Http404
    return made


def _batch_message(found: BatchUndo, made: Assignment, *, viewer: User) -> str:
    n, says = len(found.undone), []
    if n:
        text = ngettext(
            "Undone: %(n)s lead waits in %(queue)s again, in its old position.",
            "Undone: %(n)s leads wait in %(queue)s again, in their old positions.",
            n,
        )
        says.append(text % {"n": n, "queue": made.place_name})
    if found.stayed:
        words = {"leads": ", ".join(each.lead.label for each in found.stayed)}
        if made.holder_id == viewer.pk:
            text = _("Worked on since, so still yours: %(leads)s.")
        else:
            words["name"] = display_name(made.holder)
            text = _("Worked on since, so still with %(name)s: %(leads)s.")
        says.append(text % words)
    return " ".join(says)


def _is_undone(made: Assignment) -> bool:
    return made.ended_how == Assignment.Ended.UNDONE


def _undone_message(made: Assignment) -> str:
    now = open_assignment(made.lead_id)
    if now is None:
        words = {"lead": made.lead.label, "queue": made.place_name or _("its queue")}
        return _("Undone: %(lead)s waits in %(queue)s again, in its old position.") % words
    words = {"lead": made.lead.label, "name": display_name(now.holder)}
    return _("Undone: %(lead)s is with %(name)s again.") % words


def _refusal_message(refused: Exception, made: Assignment, *, viewer: User) -> str:
    words = {"lead": made.lead.label}
    if isinstance(refused, NotTheHolder) and made.holder_id == viewer.pk:
        return current_holder_sentence(made, viewer=viewer)
    if isinstance(refused, NotTheHolder):
        words |= {"name": display_name(made.holder)}
        return _("%(lead)s is no longer with %(name)s, so this cannot be undone.") % words
    if made.how == Assignment.How.HANDED_OVER and isinstance(refused, TooLateToUndo | AlreadyWorkedOn):
        words |= {"name": display_name(made.holder)}
        if isinstance(refused, TooLateToUndo):
            return _("Five minutes are over, so %(lead)s stays with %(name)s.") % words
        return _("%(name)s has begun to work on %(lead)s, so it stays there.") % words
    if isinstance(refused, TooLateToUndo):
        return _("Five minutes are over. %(lead)s can only be returned to its queue now.") % words
    if isinstance(refused, SkipInstead):
        words["queue"] = made.place_name
        return _("%(lead)s came from the blind queue %(queue)s. Skip it with a reason instead.") % words
    if isinstance(refused, AlreadyWorkedOn):
        return _("%(lead)s was worked on since, so this cannot be undone. It can be returned to its queue.") % words
    return _("The queue that %(lead)s came from is switched off, so this cannot be undone.") % words


def _where_to(request: HttpRequest, made: Assignment, *others: Assignment) -> str:
    """The page the user came from, unless it is that of a lead which is now out of reach."""
    back = back_to(request, "/")
    if back.startswith(reverse("leads:lead", args=[made.lead_id])):
        made.lead.refresh_from_db(fields=["stage"])
        return back if request.user.has_perm("leads.view_lead", made.lead) else "/"
    return back.split("?")[0] if any(f"lead={each.lead_id}" in back for each in (made, *others)) else back
