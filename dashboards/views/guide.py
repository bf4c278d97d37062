""" "Get going": the six steps of a new installation, for sales ops and administrators (M1)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.web.htmx import page_or_part
from dashboards.presenters.guide import progress_text, step_lines
from dashboards.presenters.tries import try_panel
from dashboards.queries.guide import guide_progress, is_guide_open
from queues.actions.set_up.run import set_up
from queues.models import EntryRule
from queues.presenters.set_up import made_text
from routing.actions.company import close_guide, open_guide

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_safe
@ops_only
def get_going(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    progress = guide_progress(user)
    if progress.is_complete and is_guide_open(user):
        close_guide(at=timezone.now())
    is_open = is_guide_open(user)
    context = {
        "progress": progress,
        "steps": step_lines(progress),
        "is_open": is_open,
        "offers_defaults": not EntryRule.objects.exists(),
        "panel": try_panel(),
        "guide": progress_text(progress) if is_open else "",  # for the menu
    }
    return page_or_part(request, "dashboards/get_going.html", "dashboards/_get_going.html", context)


@require_POST
@ops_only
def use_defaults(request: HttpRequest) -> HttpResponse:
    """The articles' sources, score rules, tiers, rules and one queue, where there are none; pressed twice, or by two
    people, it makes them once."""
    messages.success(request, made_text(set_up()))
    return redirect("dashboards:get_going")


@require_POST
@ops_only
def close(request: HttpRequest) -> HttpResponse:
    """ "Do not show it again", or again after all."""
    if request.POST.get("open") == "yes":
        open_guide()
        messages.success(request, _("The guide is in your menu again."))
        return redirect("dashboards:get_going")
    close_guide(at=timezone.now())
    messages.success(request, _("The guide is out of the menu. You find it again under Settings, Company."))
    return redirect("dashboards:flow")
