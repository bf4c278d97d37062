"""The acts of the profile on one's own account: name and clock, password, other browsers (J1, J3, J4)."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.sessions.browsers import end_browser, end_others
from config.web.focus import focus_first_error
from routing.actions.own_account import change_password, save_me
from routing.actions.own_time import keep_reading
from routing.forms.own_account import OwnPasswordForm
from routing.views.profile_page import me_form, person_of, profile_page


@require_POST
@login_required
def save_own(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    form = me_form(user, request.POST)
    if not form.is_valid():
        focus_first_error(form)
        return profile_page(request, status=422, me_form=form)
    chosen = form.cleaned_data
    save_me(user, name=chosen["name"], time_zone=chosen["time_zone"], language=chosen.get("language", ""))
    translation.activate(keep_reading(request.session, user, at=timezone.now()).language or get_language())
    messages.success(request, _("Saved."))
    return redirect("routing:profile")


@sensitive_post_parameters()
@require_POST
@login_required
def set_own_password(request: HttpRequest) -> HttpResponse:
    """This session goes on under a new key; all others end."""
    form = OwnPasswordForm(request, request.POST)
    if not form.is_valid():
        focus_first_error(form)
        return profile_page(request, status=422, password_form=form)
    change_password(form.user, form.cleaned_data["new_password1"])
    update_session_auth_hash(request, form.user)
    end_others(form.user, here=request.session.session_key)
    messages.success(request, _("Your password is changed. All other browsers are signed out."))
    return redirect("routing:profile")


@require_POST
@login_required
def sign_out_browser(request: HttpRequest, mark: str) -> HttpResponse:
    """404 for this session, for one that has ended, and for one of somebody else."""
    if not end_browser(person_of(request), mark, here=request.session.session_key, at=timezone.now()):
        raise Http404
    messages.success(request, _("That browser is signed out."))
    return redirect("routing:profile")


@require_POST
@login_required
def sign_out_others(request: HttpRequest) -> HttpResponse:
    ended = end_others(person_of(request), here=request.session.session_key)
    text = ngettext("%(n)s other browser is signed out.", "%(n)s other browsers are signed out.", ended) % {"n": ended}
    messages.success(request, text if ended else _("You are signed in nowhere else."))
    return redirect("routing:profile")
