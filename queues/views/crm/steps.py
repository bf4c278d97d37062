"""The set-up of a connection, step by step; each has its address, and later edits use the same ones (I4)."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.reach.crm.errors import CrmRefused
from config.sealing import NotReadable
from leads.queries.own_fields import own_fields
from queues.actions.crm.seen import MAPS, NAMES, ConnectionChanged, values_of
from queues.actions.crm.set_up import NotADraft, make_connection, name_connection, set_maps
from queues.actions.crm.states import AlreadyConnected
from queues.actions.crm.trying import Choices, read_choices, read_people
from queues.forms.crm.maps import MapsForm
from queues.forms.crm.merged_maps import changed_text, merged_maps
from queues.forms.crm.seen import SEEN, read_offered, read_seen, sign_offered, sign_seen
from queues.forms.crm.settings import RECORDS, NameForm, WhichForm
from queues.models import Connection
from queues.presenters.crm.refusals import refusal_text
from queues.presenters.crm.steps import may_open, next_step, step_address, step_links
from queues.views.crm.gone import gone_is_said, kept_connection
from queues.views.crm.people import people_context

ops_only = permission_required("queues.operate_queue", raise_exception=True)
COLUMNS = {"crm": NAMES, "fields": MAPS}  # what the forms of these steps change


@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
@gone_is_said
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
@gone_is_said
def crm(request: HttpRequest, pk: int) -> HttpResponse:
    """The first step again: another name, and of a draft other records of the same CRM."""
    found = kept_connection(pk)
    if request.method != "POST":
        return _page(request, "crm", found, {"form": NameForm(connection=found), "records": RECORDS})
    form = NameForm(request.POST, connection=found)
    if form.is_valid():
        by, seen, (_kind, object_name) = cast(User, request.user), read_seen(request.POST), form.chosen
        name, at = form.cleaned_data["name"], timezone.now()
        try:
            name_connection(found, name=name, object_name=object_name, by=by, at=at, seen=seen)
        except ConnectionChanged as newer:
            found.refresh_from_db()
            form.add_error("name", changed_text(newer, found.whole_name))
            return _page(request, "crm", found, {"form": form, "records": RECORDS}, status=409)
        except AlreadyConnected:
            form.add_error("records", _("Another connection reads these records of the same account already."))
        except NotADraft:
            form.add_error("records", _("Leads have come from these records. Make another connection for others."))
        else:
            return _next(request, found, "crm")
    context = {"form": form, "records": RECORDS, "seen": request.POST.get(SEEN, "")}
    return _page(request, "crm", found, context, status=422)


@require_safe
@ops_only
@gone_is_said
def people(request: HttpRequest, pk: int) -> HttpResponse:
    """The third step: who is who over there, unmatched first."""
    found = kept_connection(pk)
    if not may_open(found, "people"):
        return redirect(step_address(found, next_step(found).key))
    return _page(request, "people", found, people_context(request, only=found))


@require_POST
@ops_only
@gone_is_said
def read_people_now(request: HttpRequest, pk: int) -> HttpResponse:
    found = kept_connection(pk)
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
@gone_is_said
def fields(request: HttpRequest, pk: int) -> HttpResponse:
    """The fourth step: fields, statuses, who wins, and which leads. Asks the CRM for its fields, at most once in ten
    minutes."""
    found = kept_connection(pk)
    if not may_open(found, "fields"):
        return redirect(step_address(found, next_step(found).key))
    try:
        choices: Choices = read_choices(found, fresh="again" in request.GET)
    except (CrmRefused, NotReadable) as refused:
        return _not_answered(request, found, refusal_text(found, refused))
    terms: dict[str, Any] = {"choices": choices, "own": own_fields(), "at": timezone.now()}
    if request.method != "POST":
        return _maps_page(request, found, MapsForm(connection=found, **terms))
    form, seen = MapsForm(request.POST, connection=found, **terms), read_seen(request.POST)
    if not form.is_valid():
        return _maps_page(request, found, form, status=422)
    try:
        set_maps(found, **form.maps(), by=cast(User, request.user), at=terms["at"], seen=seen)
    except ConnectionChanged as newer:
        found.refresh_from_db()
        form = merged_maps(request.POST, seen or {}, newer, connection=found, **terms)
        return _maps_page(request, found, form, status=409)
    return _next(request, found, "fields")


def _not_answered(request: HttpRequest, found: Connection, problem: str) -> HttpResponse:
    """Who chose from its lists before keeps what was typed: the page has brought the lists along."""
    offered = read_offered(request.POST) if request.method == "POST" else None
    if offered is None:
        return _page(request, "fields", found, {"problem": problem}, status=503 if request.method == "POST" else 200)
    form = MapsForm(request.POST, connection=found, choices=offered, own=own_fields(), at=timezone.now())
    form.is_valid()
    form.add_error(None, " ".join((problem, _("Nothing was saved; what you typed is below. Save it again then."))))
    return _maps_page(request, found, form, seen=request.POST.get(SEEN), status=503)


def _maps_page(
    request: HttpRequest, found: Connection, form: MapsForm, *, seen: str | None = None, status: int = 200
) -> HttpResponse:
    """`seen`: what the page showed at first, where nothing newer is shown on it now."""
    context = {"form": form, "offered": sign_offered(form.choices)}
    if status == 422 or seen is not None:
        context["seen"] = request.POST.get(SEEN, "") if seen is None else seen
    return _page(request, "fields", found, context, status=status)


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
    if connection is not None and key in COLUMNS:
        context.setdefault("seen", sign_seen(values_of(connection, COLUMNS[key])))
    return render(request, f"queues/connections/step_{key.replace('-', '_')}.html", context, status=status)


step_page, step_after = _page, _next
