"""Undo a step of an old lead: for sales ops (D6)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from queues.actions.clocks.cleanup import StepCannotBeUndone, undo_step
from queues.models import StaleStep
from queues.presenters.review import placement_message

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@ops_only
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    step = get_object_or_404(StaleStep.objects.select_related("lead", "undone_by"), pk=pk)
    try:
        undone = undo_step(step, by=cast(User, request.user), at=timezone.now())
    except StepCannotBeUndone:
        if step.undone_at is None or step.undone_by != request.user:  # else it was a second click
            text = _("%(lead)s has moved on since, so this step cannot be undone. Open the lead to see where it is.")
            messages.warning(request, text % {"lead": step.lead.label})
    else:
        undone.lead.refresh_from_db()
        messages.success(request, placement_message(undone.lead))
    return redirect("dashboards:flow_stale")
