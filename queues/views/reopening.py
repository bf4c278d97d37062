"""Open a closed lead again: for managers and sales ops, and for its last holder for two weeks (M7)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.people import display_name
from config.web.responses import back_to
from leads.models import Lead
from queues.actions.claims.reopening import Reopened, ReopenRefusal, ReopenRefused, reopen_lead
from queues.forms.reopening import ReopenForm
from queues.queries.reopening import HOLDER_MAY_FOR
from routing.queries.assignments import open_assignment


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for users who may not see the lead (C9)."""
    user = cast("User", request.user)
    lead = get_object_or_404(Lead.objects.select_related("merged_into"), pk=pk)
    if not user.has_perm("leads.view_lead", lead):
        raise Http404
    form = ReopenForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "lead": lead, "part": "queues/_reopen.html", "next": back_to(request, "")}
        return render(request, "routing/act.html", context, status=422)
    try:
        done = reopen_lead(lead, **form.cleaned_data, by=user, at=timezone.now())
    except ReopenRefused as refused:
        messages.warning(request, _refusal_message(refused, lead))
    else:
        messages.success(request, _done_message(done, viewer=user))
    return redirect(_where_to(request, lead))


def _done_message(done: Reopened, *, viewer: User) -> str:
    words = {"lead": done.lead.label}
    if done.held is not None and done.held.holder_id == viewer.pk:
        return _("%(lead)s is open again, and yours.") % words
    if done.held is not None:
        return _("%(lead)s is open again, with %(name)s.") % {**words, "name": display_name(done.held.holder)}
    if done.queue is not None:
        return _("%(lead)s is open again, in %(queue)s.") % {**words, "queue": done.queue.name}
    return _("%(lead)s is open again, on the review desk.") % words


def _refusal_message(refused: ReopenRefused, lead: Lead) -> str:
    words = {"lead": lead.label}
    if refused.code == ReopenRefusal.OTHER and refused.other is not None:
        words |= {"other": f"{refused.other.label} #{refused.other.pk}"}
        return _("%(lead)s stays closed: the same person has another open lead, %(other)s.") % words
    if refused.code == ReopenRefusal.OPEN and (held := open_assignment(lead.pk)):
        return _("%(lead)s is open already: %(name)s has it.") % {**words, "name": display_name(held.holder)}
    texts = {
        ReopenRefusal.OPEN: _("%(lead)s is open already."),
        ReopenRefusal.MERGED: _("%(lead)s was merged into another lead. Look at that one."),
        ReopenRefusal.LEFT: _("%(lead)s has moved on since it was closed. Sales ops can bring it back."),
        ReopenRefusal.UNKNOWN: _("%(lead)s stays closed: what was known of the person was erased."),
    }
    late = _("It is more than %(days)s days since you closed %(lead)s. Ask your manager to open it again.")
    return texts.get(refused.code, late) % {**words, "days": HOLDER_MAY_FOR.days}


def _where_to(request: HttpRequest, lead: Lead) -> str:
    """The page of the lead, if it is still within reach."""
    lead.refresh_from_db(fields=["stage"])
    page = reverse("leads:lead", args=[lead.pk])
    return page if request.user.has_perm("leads.view_lead", lead) else back_to(request, "/")
