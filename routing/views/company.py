"""The page of the company, for sales ops and administrators (M1)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.company import company as the_company
from config.web.responses import back_to
from routing.actions.company import save_company
from routing.actions.own_time import keep_zone
from routing.forms.company import CompanyForm


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("queues.operate_queue", raise_exception=True)
def company(request: HttpRequest) -> HttpResponse:
    """A POST with `next` goes there once it is saved, as the guide asks for."""
    row = the_company(fresh=True)
    form = CompanyForm(request.POST if request.method == "POST" else None, row=row)
    if request.method == "POST" and form.is_valid():
        if save_company(form.saved(), by=cast(User, request.user), at=timezone.now()):
            keep_zone(request.session, cast(User, request.user), at=timezone.now())
            messages.success(request, _("Saved. New teams and rotations start with it."))
        return redirect(back_to(request, request.path))
    context = {"form": form, "is_new": not row.name, "next": request.POST.get("next", request.GET.get("next", ""))}
    return render(request, "routing/company.html", context, status=422 if form.errors else 200)
