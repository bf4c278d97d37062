"""Sales ops set up the services that send SMS and WhatsApp for everybody (I1)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from routing.actions.words.phone_services import remove_phone_service, set_phone_service
from routing.forms.phone_services import PhoneServiceForm
from routing.models import PhoneService

ops_only = permission_required(("routing.view_delivery", "queues.operate_queue"), raise_exception=True)


@sensitive_post_parameters("account", "secret")
@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def phone_services(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, PhoneServiceForm())
    form = PhoneServiceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    by, medium = cast(User, request.user), form.cleaned_data["medium"]
    service = set_phone_service(medium, form.cleaned_data["login"], by=by, at=timezone.now())
    text = _("%(medium)s is sent by %(service)s from now on. Everybody can add a phone under Profile.")
    messages.success(
        request, text % {"medium": service.get_medium_display(), "service": service.get_provider_display()}
    )
    return redirect("routing:phone_services")


@require_POST
@ops_only
def remove_service(request: HttpRequest, pk: int) -> HttpResponse:
    service = get_object_or_404(PhoneService, pk=pk)
    remove_phone_service(service, by=cast(User, request.user))
    messages.success(
        request, _("The service is removed: no %(medium)s is sent.") % {"medium": service.get_medium_display()}
    )
    return redirect("routing:phone_services")


def _page(request: HttpRequest, form: PhoneServiceForm, *, status: int = 200) -> HttpResponse:
    services = PhoneService.objects.order_by("medium", "pk")
    return render(request, "routing/phone_services.html", {"form": form, "services": services}, status=status)
