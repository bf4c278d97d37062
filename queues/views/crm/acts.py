"""What sales ops do with a connection: try again, ask less often, switch on and off, remove, mend a link (I4)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST

from config.web.responses import back_to
from queues.actions.crm.links import leave_link, try_link_again
from queues.actions.crm.polling import ask_again
from queues.actions.crm.removing import remove_connection
from queues.actions.crm.seen import ConnectionChanged
from queues.actions.crm.set_up import ask_every
from queues.actions.crm.states import AlreadyConnected, ConnectionIsGone, NotSetUp, SwitchedOff, switch_off, switch_on
from queues.forms.crm.merged_maps import changed_text
from queues.forms.crm.seen import SEEN, read_seen
from queues.forms.crm.settings import OftenForm
from queues.models import Connection, CrmLink
from queues.presenters.crm.steps import next_step, step_address
from queues.queries.crm.removing import has_stopped
from queues.views.crm.connections import detail_context
from queues.views.crm.gone import gone_is_said, kept_connection

_ONLY_READS = lazy("It is not tried again: this connection writes nothing. Change that under “Fields and status”.")
_GONE = lazy("It is not tried again: the record is gone over there.")
_WAITS = {
    Connection.State.DRAFT: lazy("It is tried again once the connection is set up."),
    Connection.State.PAUSED: lazy("It is tried again when the pause of the connection is over."),
    Connection.State.BROKEN: lazy("It is tried again when the connection is mended."),
    Connection.State.OFF: lazy("It is tried again when the connection is switched on."),
}
ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_POST
@ops_only
@gone_is_said
def again(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_connection(pk)
    name = {"name": found.whole_name}
    try:
        ask_again(found, by=cast(User, request.user), at=timezone.now())
    except SwitchedOff:
        messages.warning(request, _("%(name)s is switched off, so it is not asked. Switch it on first.") % name)
        return redirect("queues:connection", pk=pk)
    except NotSetUp:
        messages.warning(request, _("%(name)s is being set up, so it is not asked yet. Finish the steps first.") % name)
        return redirect(step_address(found, next_step(found).key))
    messages.success(request, _("%(name)s is asked again within a minute.") % name)
    return redirect("queues:connections")


@require_POST
@ops_only
@gone_is_said
def often(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_connection(pk)
    form = OftenForm(request.POST)
    if not form.is_valid():
        return render(
            request,
            "queues/connections/detail.html",
            detail_context(found, form) | {SEEN: request.POST.get(SEEN, "")},
            status=422,
        )
    minutes, seen = form.cleaned_data["minutes"], read_seen(request.POST)
    try:
        ask_every(found, minutes, by=cast(User, request.user), at=timezone.now(), seen=seen)
    except ConnectionChanged as newer:
        found.refresh_from_db()
        form.add_error("minutes", changed_text(newer, str(found.poll_minutes)))
        return render(request, "queues/connections/detail.html", detail_context(found, form), status=409)
    messages.success(request, _("Saved. It counts from the next time that it is asked."))
    return redirect("queues:connection", pk=pk)


@require_POST
@ops_only
@gone_is_said
def on(request: HttpRequest, pk: int) -> HttpResponse:
    """Also the end of the set-up."""
    found = kept_connection(pk)
    step = next_step(found)
    if step.key != "test" and found.state == Connection.State.DRAFT:
        messages.warning(request, _("Finish the steps first."))
        return redirect(step_address(found, step.key))
    try:
        switch_on(found, by=cast(User, request.user), at=timezone.now())
    except AlreadyConnected:
        messages.error(request, _("Another connection reads the same records now. Switch that one off first."))
        return redirect("queues:connection", pk=pk)
    except NotSetUp:
        messages.warning(request, _("Sign in first."))
        return redirect(step_address(found, "sign-in"))
    messages.success(request, _("%(name)s is switched on. It is asked within a minute.") % {"name": found.whole_name})
    return redirect("queues:connections")


@require_POST
@ops_only
@gone_is_said
def off(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_connection(pk)
    switch_off(found, by=cast(User, request.user), at=timezone.now())
    undo = reverse("queues:connection_on", args=[pk]) if found.state == Connection.State.OFF else ""
    text = _("%(name)s is switched off. Leads and links stay as they are.") % {"name": found.whole_name}
    messages.success(request, text, extra_tags=undo)
    return redirect("queues:connection", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
@gone_is_said
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The page says what goes and what stays."""
    found = get_object_or_404(Connection, pk=pk)
    if request.method == "POST" and found.state == Connection.State.REMOVING and not has_stopped(found):
        raise ConnectionIsGone
    is_draft = found.state == Connection.State.DRAFT
    if request.method != "POST":
        links, people = found.links.count(), found.people.exclude(user=None).count()
        context = {"connection": found, "is_draft": is_draft, "links": links, "people": people}
        return render(request, "queues/connections/remove.html", context)
    name = found.whole_name
    job = remove_connection(found, by=cast(User, request.user), at=timezone.now())
    text = _("%(name)s is thrown away.") if is_draft else _("%(name)s is removed. Its leads stay here.")
    if job.is_open:
        text = _("%(name)s is being removed: nothing is taken or written any more. Its leads stay here.")
    messages.success(request, text % {"name": name})
    return redirect("queues:connections")


@require_POST
@ops_only
@gone_is_said
def link_again(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(CrmLink.objects.select_related("connection"), pk=pk)
    try_link_again(link, at=timezone.now())
    if waits := _why_it_waits(link):
        messages.warning(request, waits)
    else:
        messages.success(request, _("It is tried again within a minute."))
    return redirect(back_to(request, reverse("queues:connection", args=[link.connection_id])))


@require_POST
@ops_only
@gone_is_said
def link_leave(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(CrmLink.objects.select_related("connection"), pk=pk)
    leave_link(link, at=timezone.now())
    messages.success(request, _("It stays as it is over there. The next change here is written again."))
    return redirect(back_to(request, reverse("queues:connection", args=[link.connection_id])))


def _why_it_waits(link: CrmLink) -> str:
    if link.gone:
        return str(_GONE)
    return str(_WAITS.get(Connection.State(link.connection.state), "") if link.connection.writes_out else _ONLY_READS)
