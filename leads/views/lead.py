"""The page of one lead, for users who may see it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.web.htmx import page_or_part, wants_part
from config.web.responses import toast_messages
from leads.actions.looks import note_look
from leads.models import Lead


@require_safe
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for users who may not see the lead: for them it does not exist (C9)."""
    found = get_object_or_404(Lead.objects.select_related("source", "account", "merged_into"), pk=pk)
    if not request.user.has_perm("leads.view_lead", found):
        raise Http404
    if found.merged_into_id:
        return _redirect_to_kept(request, found)
    note_look(found, at=timezone.now())
    on_desk = wants_part(request) and request.GET.get("on_desk") == "1"
    context = {"lead": found, "at": timezone.now(), "whole": not on_desk, "on_desk": on_desk}
    response = page_or_part(request, "leads/lead_detail.html", "leads/_card.html", context)
    return toast_messages(request, response) if wants_part(request) else response


def _redirect_to_kept(request: HttpRequest, merged: Lead) -> HttpResponse:
    """Redirect to the lead that it was merged into, for users who may see that one."""
    kept = merged.merged_into
    if not request.user.has_perm("leads.view_lead", kept):
        raise Http404
    words = {"lead": merged.label, "number": merged.pk, "kept": kept.label, "kept_number": kept.pk}
    messages.info(request, _("%(lead)s #%(number)s was merged into %(kept)s #%(kept_number)s.") % words)
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return redirect(reverse("leads:lead", args=[kept.pk]) + query)
