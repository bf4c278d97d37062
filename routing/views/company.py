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
from config.web.times import when
from routing.actions.company import CompanyChanged, save_company
from routing.actions.own_time import keep_reading
from routing.forms.company import CompanyForm


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("queues.operate_queue", raise_exception=True)
def company(request: HttpRequest) -> HttpResponse:
    """A POST with `next` goes there once it is saved, as the guide asks for."""
    row = the_company(fresh=True)
    form = CompanyForm(request.POST if request.method == "POST" else None, row=row)
    status = 422
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, form)
        except CompanyChanged as newer:
            form.show_newer(_newer_text(newer))
            status = 409
    context = {"form": form, "is_new": not row.name, "next": request.POST.get("next", request.GET.get("next", ""))}
    return render(request, "routing/company.html", context, status=status if form.errors else 200)


def _saved(request: HttpRequest, form: CompanyForm) -> HttpResponse:
    by, at = cast(User, request.user), timezone.now()
    if save_company(form.saved(), by=by, at=at, seen=form.cleaned_data["seen"]):
        keep_reading(request.session, by, at=at)
        messages.success(request, _("Saved. New teams and rotations start with it."))
    return redirect(back_to(request, request.path))


def _newer_text(newer: CompanyChanged) -> str:
    saved = the_company(fresh=True)
    words = {"who": newer.by or _("Somebody"), "time": when(newer.at), "name": saved.name, "zone": saved.time_zone}
    text = _(
        "%(who)s saved the company at %(time)s, while this page was open: “%(name)s”, %(zone)s. What you typed is "
        "below and not saved yet. Save it again to replace theirs."
    )
    return text % words
