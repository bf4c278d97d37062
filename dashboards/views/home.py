"""The start page of each role."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from dashboards.queries.guide import is_guide_open, queues_with_reps
from dashboards.queries.navigation import bars_of, start_of
from dashboards.views.layout import BAR
from queues.queries.partners import pools_for

START_PAGES = (
    ("queues.claim_entry", "dashboards:desk"),
    ("queues.operate_queue", "dashboards:flow"),
    ("queues.watch_queue", "dashboards:queues"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The desk for reps, Flow for sales ops, Queues for managers, or the first page of the bar that somebody with
    several roles chose; without a role, a page that says who can help. Who may download leads of a partner pool starts
    there, and who sets up an installation at the guide (M1)."""
    user = cast("User", request.user)
    if is_guide_open(user) and not queues_with_reps().exists():
        return redirect("dashboards:get_going")
    chosen = request.COOKIES.get(BAR)
    asked = [bar for bar in bars_of(user) if bar.slug == chosen]
    if asked:
        return redirect(start_of(asked[0]))
    for right, name in START_PAGES:
        is_desk = name == "dashboards:desk"
        if request.user.has_perm(right) and (not is_desk or hasattr(request.user, "rep")):
            try:
                return redirect(reverse(name))
            except NoReverseMatch:
                continue
    if pools_for(user).exists():  # somebody at a partner, who may download
        return redirect("queues:partners")
    return render(request, "dashboards/no_role.html")
