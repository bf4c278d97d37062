"""A manager switches a rep on or off (C7)."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.htmx import wants_part
from config.web.responses import back_to, toast
from routing.actions.availability.time_off import set_available
from routing.queries.people import managed_reps

managers_only = permission_required("queues.watch_queue", raise_exception=True)


@require_POST
@managers_only
def set_rep_availability(request: HttpRequest, pk: int) -> HttpResponse:
    """Only reps of the manager's teams; 404 for others (C9)."""
    rep = get_object_or_404(managed_reps(request.user), pk=pk)
    state = request.POST.get("state", "")
    if state not in ("on", "off"):
        return HttpResponseBadRequest(_("Choose on or off."))
    set_available(rep, is_available=state == "on", by=request.user, at=timezone.now())
    text = _("%(name)s takes leads again.") if state == "on" else _("%(name)s is paused and gets no turns.")
    if wants_part(request):
        return toast(HttpResponse(status=204), text % {"name": rep})
    messages.success(request, text % {"name": rep})
    return redirect(back_to(request, "/team/"))
