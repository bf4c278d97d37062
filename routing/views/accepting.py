"""The page behind the link of an invitation: choose a password, and be signed in (M4)."""

from typing import Any, cast

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from config.web.sign_in_throttle import INVITATION_LINKS
from routing.actions.invitations import InvitationIsClosed, accept_invitation, close_explanation, note_opened
from routing.decisions.invitations import InvitationState, is_open
from routing.models import Invitation
from routing.queries.invitations import invitation_of_link, state_of
from routing.receivers import EXPLAINS_DESK

UNKNOWN = "unknown"


@sensitive_post_parameters()
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    invitation = invitation_of_link(pk, token)
    if invitation is None:  # right links go on: many colleagues open theirs behind one address
        if not AxesProxyHandler.is_allowed(request, {"username": INVITATION_LINKS}):
            return render(request, "registration/locked.html", status=429)
        user_login_failed.send(__name__, credentials={"username": INVITATION_LINKS}, request=request)
        return _closed(request, UNKNOWN)
    at = timezone.now()
    state = state_of(invitation, at=at) if invitation.user.is_active else InvitationState.WITHDRAWN
    if not is_open(state):
        return _closed(request, state, invitation)
    if request.method != "POST":
        note_opened(invitation, at=at)
        return _page(request, SetPasswordForm(invitation.user), invitation)
    form = SetPasswordForm(invitation.user, request.POST)
    if not form.is_valid():
        return _page(request, form, invitation, status=422)
    try:
        user = accept_invitation(invitation, password=form.cleaned_data["new_password1"], at=at)
    except InvitationIsClosed as closed:
        return _closed(request, closed.state, invitation)
    login(request, user, backend="routing.backends.RoutingBackend")
    return redirect("dashboards:home")


def _page(request: HttpRequest, form: SetPasswordForm, invitation: Invitation, *, status: int = 200) -> HttpResponse:
    is_other = request.user.is_authenticated and request.user.pk != invitation.user_id
    context = {"form": form, "invited": invitation.user, "by": invitation.by, "is_other": is_other}
    return render(request, "registration/accept_invitation.html", context, status=status)


def _closed(request: HttpRequest, state: str, invitation: Invitation | None = None) -> HttpResponse:
    """Whose link was used by the same browser a moment ago (a double press) goes on."""
    if invitation and state == InvitationState.ACCEPTED and request.user == invitation.user:
        return redirect("dashboards:home")
    context: dict[str, Any] = {"state": state, "by": invitation.by if invitation else None}
    return render(request, "registration/invitation_closed.html", context, status=410 if invitation else 404)


@require_POST
def put_explanation_away(request: HttpRequest) -> HttpResponse:
    """The words about the own desk do not come again, on any device."""
    close_explanation(cast(User, request.user), at=timezone.now())
    request.session.pop(EXPLAINS_DESK, None)
    return redirect("dashboards:home")
