"""Sign in and out, with one-click logins in the demo; the theme and passwords."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from config.sessions.browsers import end_others
from config.web.responses import back_to
from config.web.sign_in_limits import forget_failures
from config.web.sign_in_throttle import client_address
from config.web.themes import keep_theme
from routing.actions.password_links import TooManyLinks, ask_for_link

DEMO_LOGINS = {"rep": "rina@alur.example", "manager": "ayu@alur.example", "ops": "bima@alur.example"}
DEMO_ROLES = (
    ("rep", "user", _("Rina, sales rep"), _("Leads arrive, one clock is red")),
    ("manager", "users", _("Ayu, manager"), _("One queue in trouble, escalations to decide")),
    ("ops", "route", _("Bima, sales ops"), _("A morning spike, and leads to review")),
)
TOO_MANY_LINKS = _(
    "A link was asked for too often. Use the newest one in your mailbox, or ask for another one in an hour."
)


class SignInForm(AuthenticationForm):
    """Asks for the e-mail; a user name works too."""

    error_messages = {
        "invalid_login": _("E-mail or password is wrong. Check both and try again."),
        "inactive": _("This account is switched off. Ask your sales ops."),
    }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail")


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    authentication_form = SignInForm
    redirect_authenticated_user = True
    template_name = "registration/sign_in.html"

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(demo_logins=settings.ALUR_DEMO, demo_roles=DEMO_ROLES, **kwargs)


sign_out = auth_views.LogoutView.as_view()


@login_not_required
@require_POST
def enter_demo(request: HttpRequest, role: str) -> HttpResponse:
    """One-click sign-in in the demo; 404 anywhere else."""
    name = DEMO_LOGINS.get(role)
    if not settings.ALUR_DEMO or name is None:
        raise Http404
    user = get_user_model().objects.filter(username=name, is_active=True, is_superuser=False).first()
    if user is None:
        raise Http404
    login(request, user, backend="routing.backends.RoutingBackend")
    return redirect("/")


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the computer has it; for this browser."""
    response = redirect(back_to(request, "/"))
    keep_theme(request, response, request.POST.get("theme", ""))
    return response


@method_decorator(login_not_required, name="dispatch")
class ForgottenPassword(auth_views.PasswordResetView):
    """Answers the same, in the same time, whether or not there is such an account."""

    template_name = "registration/password_reset_form.html"
    success_url = reverse_lazy("routing:password_reset_done")

    def form_valid(self, form: Any) -> HttpResponse:
        site, sender = self.request.build_absolute_uri("/"), client_address(self.request)
        try:
            ask_for_link(form.cleaned_data["email"], sender=sender, site=site, at=timezone.now())
        except TooManyLinks:
            form.add_error(None, TOO_MANY_LINKS)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        return redirect(self.success_url)


password_reset = ForgottenPassword.as_view()
password_reset_done = login_not_required(auth_views.PasswordResetDoneView.as_view())


@method_decorator(login_not_required, name="dispatch")
class NewPassword(auth_views.PasswordResetConfirmView):
    """The page behind the link. Its owner may then sign in, though others have tried the name too often; whoever was
    signed in with the password before is out."""

    success_url = reverse_lazy("routing:password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        forget_failures(form.user)
        end_others(form.user, here=self.request.session.session_key)  # this one, if it is theirs, with its next use
        return response


password_reset_confirm = NewPassword.as_view()
password_reset_complete = login_not_required(auth_views.PasswordResetCompleteView.as_view())
