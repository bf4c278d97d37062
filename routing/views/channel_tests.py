"""Send me a test: a message through each channel in use at once, and what came of it (I1)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import wants_part
from config.web.responses import toast
from routing.actions.words.trying import TryRefused, ask_for_test
from routing.presenters.deliveries import refused_text, tests_context

PART = "routing/_profile_test.html"


@require_POST
@login_required
def send_test(request: HttpRequest) -> HttpResponse:
    user, at = cast(User, request.user), timezone.now()
    try:
        n = ask_for_test(user, at=at)
    except TryRefused as refused:
        text, level = refused_text(f"test_{refused.code}"), "warning"
    else:
        text = ngettext("A test is on its way.", "%(n)s tests are on their way.", n) % {"n": n}
        level = "success"
    if wants_part(request):
        return toast(render(request, PART, tests_context(user, at=at)), text, level)
    getattr(messages, level)(request, text)
    return redirect("routing:profile")


@require_safe
@login_required
def test_results(request: HttpRequest) -> HttpResponse:
    """The part asks again until nothing is on its way."""
    return render(request, PART, tests_context(cast(User, request.user), at=timezone.now()))
