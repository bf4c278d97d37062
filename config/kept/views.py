"""What a page asks when it was signed out, where a sign-in beside it ends, and how a kept form is discarded (M7)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from config.kept.form import forget_form
from config.web.responses import back_to


@login_not_required
@require_safe
@never_cache
def session_state(request: HttpRequest) -> JsonResponse:
    """Who is signed in here (null without a session), and the token that forms of this browser need from now on."""
    return JsonResponse({"person": request.user.pk, "token": get_token(request)})


@require_safe
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """Where a sign-in ends that another tab asked for."""
    return render(request, "registration/signed_in_again.html")


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    """Drops a kept form, and goes back to its page."""
    forget_form(request)
    return redirect(back_to(request, "/"))
