"""The set-up of a connection, step by step; each has its address, and later edits use the same ones (I4)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.reach.crm.errors import CrmRefused
from config.sealing import NotReadable
from leads.queries.own_fields import own_fields
from queues.actions.crm.set_up import NotADraft, make_connection, name_connection, set_maps
from queues.actions.crm.states import AlreadyConnected
from queues.actions.crm.trying import Choices, read_choices, read_people
from queues.forms.crm.maps import MapsForm
from queues.forms.crm.settings import RECORDS, NameForm, WhichForm
from queues.models import Connection
from queues.presenters.crm.refusals import refusal_text
from queues.presenters.crm.steps import may_open, next_step, step_address, step_links
from queues.views.crm.people import people_context

ops_only = permission_required("queues.operate_queue", raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def new(request: HttpRequest) -> HttpResponse:
    """The first step: which CRM. A draft is made, and nothing is read."""
    if request.method != "POST":
        asked = request.GET.get("records", "")
        form = WhichForm(initial={"records": asked if asked in RECORDS else "", "name": _("leads")})
        return _page(request, "crm", None, {"form": form, "records": RECORDS})
    form = WhichForm(request.POST)
    if not form.is_valid():
        return _page(request, "crm", None, {"form": form, "records": RECORDS}, status=422)
    kind, object_name = form.chosen
    by = cast(User, request.user)
    made = make_connection(kind, object_name=object_name, name=form.cleaned_data["name"], by=by, at=timezone.now())
    return redirect(step_address(made, "sign-in"))


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def crm(request: HttpRequest, pk: int) -> HttpResponse:
    """The first step again: another name, and of a draft other records of the same CRM."""
    found = get_object_or_404(Connection, pk=pk)
    if request.method != "POST":
        return _page(request, "crm", found, {"form": NameForm(connection=found), "records": RECORDS})
    form = NameForm(request.POST, connection=found)
    if form.is_valid():
        by, (_kind, object_name) = cast(User, request.user), form.chosen
        try:
            name_connection(found, name=form.cleaned_data["name"], object_name=object_name, by=by, at=timezone.now())
        except AlreadyConnected:
            form.add_error("records", _("Another connection reads these records of the same account already."))
        except NotADraft:
            form.add_error("records", _("Leads have come from these records. Make another connection for others."))
        else:
            return _next(request, found, "crm")
    return _page(request, "crm", found, {"form": form, "records": RECORDS}, status=422)


@require_safe
@ops_only
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The third step: who is who over there, unmatched first."""
    found = get_object_or_404(Connection, pk=pk)
    if not may_open(found, "people"):
        return redirect(step_address(found, next_step(found).key))
    return _page(request, "people", found, people_context(request, only=found))


@require_POST
@ops_only
def read_people_now(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Connection, pk=pk)
    if not may_open(found, "people"):
        return redirect(step_address(found, next_step(found).key))
    try:
        matched = read_people(found, at=timezone.now())
    except (CrmRefused, NotReadable) as refused:
        messages.error(request, refusal_text(found, refused))
    else:
        messages.success(request, _("Read. %(n)s were matched by e-mail now.") % {"n": matched})
    return redirect(step_address(found, "people"))


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
def fields(request: HttpRequest, pk: int) -> HttpResponse:
    """The fourth step: fields, statuses, who wins, and which leads. Asks the CRM for its fields, at most once in ten
    minutes."""
    found = get_object_or_404(Connection, pk=pk)
    if not may_open(found, "fields"):
        return redirect(step_address(found, next_step(found).key))
    try:
        choices: Choices = read_choices(found, fresh="again" in request.GET)
    except (CrmRefused, NotReadable) as refused:
        return _page(request, "fields", found, {"problem": refusal_text(found, refused)}, status=200)
    own, at = own_fields(), timezone.now()
    if request.method != "POST":
        return _page(request, "fields", found, {"form": MapsForm(connection=found, choices=choices, own=own, at=at)})
    form = MapsForm(request.POST, connection=found, choices=choices, own=own, at=at)
    if not form.is_valid():
        return _page(request, "fields", found, {"form": form}, status=422)
    typed = form.cleaned_data
    set_maps(
        found,
        field_map=form.field_map(),
        status_map=form.status_map(),
        closing_map=form.closing_map(),
        owner_policy=typed["owner_policy"],
        takes_in=typed["takes_in"],
        writes_out=typed["writes_out"],
        take_since=form.take_since(),
        by=cast(User, request.user),
        at=at,
    )
    return _next(request, found, "fields")


def _next(request: HttpRequest, connection: Connection, done: str) -> HttpResponse:
    """In a set-up the following step, later back to the connection."""
    if connection.state == Connection.State.DRAFT:
        following = {"crm": "sign-in", "sign-in": "people", "people": "fields", "fields": "test"}[done]
        return redirect(step_address(connection, following))
    messages.success(request, _("Saved."))
    return redirect("queues:connection", pk=connection.pk)


def _page(
    request: HttpRequest, key: str, connection: Connection | None, context: dict, *, status: int = 200
) -> HttpResponse:
    context |= {"connection": connection, "steps": step_links(connection, key), "here": key, "at": timezone.now()}
    return render(request, f"queues/connections/step_{key.replace('-', '_')}.html", context, status=status)


step_page, step_after = _page, _next
