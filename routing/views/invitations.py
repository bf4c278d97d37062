"""Sales ops invite people, many at once, and see what came of it (M4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from config.reach.mail import has_mail_server
from config.web.focus import focus_first_error
from config.web.people import display_name
from config.web.responses import back_to
from routing.actions.invitation_changes import resend, show_link, withdraw
from routing.actions.invitations import InvitationIsClosed
from routing.actions.many_people import bring_in
from routing.actions.people import EmailTaken, RoleNotAllowed, may_switch, roles_allowed_for
from routing.decisions.invitations import InvitationState
from routing.forms.invitations import InvitationsForm
from routing.models import Invitation
from routing.presenters.invitations import invitation_lines, invited_text, repeated_text
from routing.queries.invitations import invitations as all_invitations

PAGE_SIZE = 100
ops_only = permission_required("routing.add_rep", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def invitations(request: HttpRequest) -> HttpResponse:
    """The form, and all invitations, newest first. A POST with `next` goes there afterwards, as the guide asks for."""
    user = cast(User, request.user)
    roles = roles_allowed_for(user)
    if request.method != "POST":
        return _page(request, InvitationsForm(roles=roles, role=request.GET.get("role", "")))
    form = InvitationsForm(request.POST, roles=roles)
    if not form.is_valid():
        return _page(request, form, status=422)
    role, teams = form.cleaned_data["role"], list(form.cleaned_data.get("teams", ()))
    site, at = request.build_absolute_uri("/"), timezone.now()
    try:
        new = bring_in(form.known, role=role, teams=teams, by=user, at=at, site=site)
    except EmailTaken:
        form.add_error("emails", _("Somebody else added one of them at this moment. Look below, and send again."))
        return _page(request, form, status=422)
    text = f"{invited_text(new, form.known.joining, by_mail=has_mail_server())} {repeated_text(form.pasted.repeated)}"
    messages.success(request, text.strip())
    return redirect(back_to(request, request.path))


@require_POST
@ops_only
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    with _refusals(request):
        site = request.build_absolute_uri("/")
        row = resend(_invitation(pk), by=cast(User, request.user), at=timezone.now(), site=site)
        text = _("The invitation of %(name)s is sent again, and valid for 7 days.")
        messages.success(request, text % {"name": display_name(row.user)})
    return redirect(back_to(request, reverse("routing:invitations")))


@never_cache
@require_POST
@ops_only
def copy_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the secret link once, on a press, and logs it."""
    invitation = _invitation(pk)
    with _refusals(request):
        site = request.build_absolute_uri("/")
        link = show_link(invitation, by=cast(User, request.user), at=timezone.now(), site=site)
        return render(request, "routing/invitation_link.html", {"invitation": invitation, "link": link})
    return redirect("routing:invitations")


@require_POST
@ops_only
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    with _refusals(request):
        row = withdraw(_invitation(pk), by=cast(User, request.user), at=timezone.now())
        text = _("The invitation of %(name)s is withdrawn: its link no longer works.")
        messages.success(request, text % {"name": display_name(row.user)})
    return redirect(back_to(request, reverse("routing:invitations")))


def _invitation(pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("user"), pk=pk)


@contextmanager
def _refusals(request: HttpRequest) -> Iterator[None]:
    try:
        yield
    except RoleNotAllowed:
        raise PermissionDenied from None
    except InvitationIsClosed as closed:
        is_in = closed.state == InvitationState.ACCEPTED
        text = _("The person has come in already.") if is_in else _("This invitation was withdrawn.")
        messages.warning(request, text)


def _page(request: HttpRequest, form: InvitationsForm, *, status: int = 200) -> HttpResponse:
    at, user = timezone.now(), cast(User, request.user)
    focus_first_error(form)
    page = Paginator(all_invitations(), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    manageable = {row.user_id for row in rows if may_switch(row.user, user)}
    context = {
        "form": form,
        "lines": invitation_lines(rows, manageable=manageable, at=at),
        "page": page,
        "at": at,
        "has_mail_server": has_mail_server(),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "routing/invitations.html", context, status=status)
