"""The page of the test lead: send one, see its way, and try other ways (M3)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.web.ids import read_id
from dashboards.presenters.tries import try_panel
from queues.actions.probe.trying import send_try
from queues.forms.tries import TryForm
from queues.models import ProbeRun
from queues.queries.probe_tries import try_of

GUIDE = "guide"


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("queues.operate_queue", raise_exception=True)
def test_lead(request: HttpRequest) -> HttpResponse:
    return _send(request) if request.method == "POST" else _page(request)


test_lead.__test__ = False  # type: ignore[attr-defined]  # its name is that of the page, and no test of pytest's


def _send(request: HttpRequest) -> HttpResponse:
    form = TryForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    if form.origin is None:
        messages.warning(request, _("There is no form and no source from which a lead could come. Make one first."))
        return redirect("dashboards:test_lead")
    door = form.cleaned_data["door"]
    run = send_try(form.origin, door=door, says=form.says, by=cast(User, request.user), at=timezone.now())
    if request.POST.get("back") == GUIDE:
        return redirect("dashboards:get_going")
    return redirect(f"{reverse('dashboards:test_lead')}?run={run.pk}")


def _page(request: HttpRequest, form: TryForm | None = None, status: int = 200) -> HttpResponse:
    panel = try_panel(_asked(request))
    context = {"form": form or TryForm(initial=dict(panel.again)), "panel": panel}
    return render(request, "dashboards/test_lead.html", context, status=status)


def _asked(request: HttpRequest) -> ProbeRun | None:
    """The try in the address; 404 for one that is gone."""
    if "run" not in request.GET:
        return None
    run = try_of(read_id(request.GET["run"]))
    if run is None:
        raise Http404
    return run
