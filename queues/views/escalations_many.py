"""Managers decide many escalations at once, with one answer that says what happened to each (C7)."""

from collections import Counter
from contextlib import suppress
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from config.web.ids import read_id
from queues.actions.clocks.escalation_undo import DecisionStands, undo_decision
from queues.actions.clocks.escalations import EscalationIsClosed
from queues.queries.escalations import escalations_of
from queues.views.escalations import (
    CANNOT,
    Decide,
    InvalidInput,
    cannot_message,
    decide_leave,
    decide_reassign,
    decide_snooze,
    decide_take,
    decide_to_front,
    decided_message,
    decision_response,
    managers_only,
    undo_address,
)

MOST = 200
ACTS: dict[str, Decide] = {
    "take": decide_take,
    "reassign": decide_reassign,
    "front": decide_to_front,
    "snooze": decide_snooze,
    "leave": decide_leave,
}


@require_POST
@managers_only
def decide_many(request: HttpRequest) -> HttpResponse:
    """One act on all ticked escalations within reach, each by itself: what one of them refuses stops no other."""
    decide = ACTS.get(request.POST.get("act", ""))
    ids = {pk for value in request.POST.getlist("cases") if (pk := read_id(value)) is not None}
    if decide is None:
        return decision_response(request, _("Choose what to do with the ticked leads."), status=422)
    if not ids:
        return decision_response(request, _("Tick at least one lead."), status=422)
    if len(ids) > MOST:
        return decision_response(request, _("Tick at most %(n)s leads at once.") % {"n": MOST}, status=422)
    found = escalations_of(cast("User", request.user)).select_related("lead", "queue").filter(pk__in=ids)
    done, refused, invalid = list[int](), Counter[str](), 0
    for escalation in found.order_by("broke_at", "pk"):
        try:
            decide(request, escalation, timezone.now())
            done.append(escalation.pk)
        except EscalationIsClosed as late:
            refused[decided_message(late.escalation)] += 1
        except CANNOT as cannot:
            refused[cannot_message(cannot)] += 1
        except InvalidInput as wrong:
            refused[str(wrong)] += 1
            invalid += 1
    if gone := len(ids) - len(done) - refused.total():
        refused[_("No longer there.")] += gone
    status = 200 if done else 422 if invalid else 409
    return decision_response(request, _says(len(done), refused), status=status, undo=undo_address(done))


@require_POST
@managers_only
def undo(request: HttpRequest) -> HttpResponse:
    """Take back one decision or several; each that cannot be is counted, and stops no other."""
    ids = {pk for value in request.GET.getlist("case")[:MOST] if (pk := read_id(value)) is not None}
    user, at = cast("User", request.user), timezone.now()
    undone = 0
    for escalation in escalations_of(user).filter(pk__in=ids).order_by("broke_at", "pk"):
        with suppress(DecisionStands):
            undo_decision(escalation, by=user, at=at)
            undone += 1
    parts = [ngettext("%(n)s decision undone.", "%(n)s decisions undone.", undone) % {"n": undone}] if undone else []
    if left := len(ids) - undone:
        text = ngettext(
            "%(n)s decision stands: five minutes are over, or the lead has moved on since.",
            "%(n)s decisions stand: five minutes are over, or the leads have moved on since.",
            left,
        )
        parts.append(text % {"n": left})
    says = " ".join(parts) or _("There is nothing to undo.")
    return decision_response(request, says, status=200 if undone else 409)


def _says(done: int, refused: Counter[str]) -> str:
    """How many were decided, then why the others were not."""
    parts = [ngettext("%(n)s lead decided.", "%(n)s leads decided.", done) % {"n": done}] if done else []
    for why, n in refused.most_common():
        text = ngettext("%(n)s lead not decided: %(why)s", "%(n)s leads not decided: %(why)s", n)
        parts.append(text % {"n": n, "why": why})
    return " ".join(parts)
