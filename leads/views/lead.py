"""The door to one lead: everything about it, for those who may see it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.answers import toast_messages
from config.htmx import page_or_part, wants_part
from leads.models import Lead


@require_safe
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for who may not see it: it does not exist for them (C9)."""
    found = get_object_or_404(Lead.objects.select_related("source", "account"), pk=pk)
    if not request.user.has_perm("leads.view_lead", found):
        raise Http404
    on_desk = wants_part(request) and request.GET.get("on_desk") == "1"
    context = {"lead": found, "at": timezone.now(), "whole": not on_desk, "on_desk": on_desk}
    response = page_or_part(request, "leads/lead_detail.html", "leads/_card.html", context)
    return toast_messages(request, response) if wants_part(request) else response
