"""The second step: sign in, or paste a token; tested at once. A sign-in at the CRM leaves by a link (I4).

What was typed for such a sign-in waits in the session, sealed, for a quarter of an hour: only this browser can end it,
by the `state` that it was sent with.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from config.reach.crm.errors import CrmRefused
from config.reach.crm.records import Place
from config.sealing import NotReadable, seal, unseal
from queues.actions.crm.set_up import AnotherAccount, set_credentials
from queues.actions.crm.states import AlreadyConnected
from queues.actions.crm.trying import Tried, read_people, there_address, try_code, try_credentials
from queues.forms.crm.sign_in import WAYS, SignInForm, way_of
from queues.models import Connection
from queues.presenters.crm.refusals import refusal_text
from queues.presenters.crm.steps import step_address
from queues.queries.crm.clients import secrets_of
from queues.views.crm.gone import gone_is_said, kept_connection
from queues.views.crm.steps import step_after, step_page

ops_only = permission_required("queues.operate_queue", raise_exception=True)
IN_SESSION = "crm_sign_in"
FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Pending:
    """A sign-in that a person has begun; `at` in seconds since 1970."""

    connection: int
    credentials: dict[str, str]
    base_url: str
    login_url: str
    redirect_uri: str
    state: str
    verifier: str
    at: float

    @property
    def place(self) -> Place:
        return Place(self.base_url, self.login_url)


@sensitive_post_parameters("token", "client_secret", "private_key")
@require_http_methods(["GET", "HEAD", "POST"])
@ops_only
@gone_is_said
@never_cache
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """`way` in the address chooses the form. Secrets are never in the answer."""
    found = kept_connection(pk)
    stored = _stored(found)
    way = way_of(found, request.GET.get("way", ""), stored)
    _label, form_class = WAYS[found.kind][way]
    if request.method != "POST":
        return _page(request, found, way, form_class(connection=found, stored=stored))
    form = form_class(request.POST, connection=found, stored=stored)
    if not form.is_valid():
        return _page(request, found, way, form, status=422)
    if form.GOES_THERE:
        _remember(request, found, form)
        return redirect(f"{step_address(found, 'sign-in')}?way={way}#go")
    try:
        tried = try_credentials(found, form.credentials(), place=form.place())
    except CrmRefused as refused:
        form.add_error(None, refusal_text(found, refused))
        return _page(request, found, way, form, status=422)
    problem = _keep(request, found, tried)
    if problem:
        form.add_error(None, problem)
        return _page(request, found, way, form, status=422)
    return step_after(request, found, "sign-in")


@require_safe
@ops_only
@gone_is_said
@never_cache
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of the CRM where a person signs in and lets Alur in; a plain link leads here."""
    found = kept_connection(pk)
    pending = _pending(request)
    if pending is None or pending.connection != found.pk:
        messages.warning(request, _("Enter the app’s ID and secret first."))
        return redirect(step_address(found, "sign-in"))
    return redirect(
        there_address(
            found,
            pending.credentials,
            place=pending.place,
            redirect_uri=pending.redirect_uri,
            state=pending.state,
            verifier=pending.verifier,
        )
    )


@require_safe
@ops_only
@gone_is_said
@never_cache
def came_back(request: HttpRequest) -> HttpResponse:
    """Where a CRM sends the person back, with a code. Only the browser that left may end this."""
    pending, state = _pending(request), request.GET.get("state", "")
    if pending is None or not constant_time_compare(pending.state, state):
        messages.error(request, _("This sign-in was not begun in this browser, or too long ago. Begin it again."))
        return redirect("queues:connections")
    request.session.pop(IN_SESSION, None)
    found = kept_connection(pending.connection)
    back, code = redirect(step_address(found, "sign-in")), request.GET.get("code", "")
    if not code:
        text = _("%(crm)s did not let Alur in, because it was not allowed there. Nothing has changed.")
        messages.warning(request, text % {"crm": found.get_kind_display()})
        return back
    try:
        tried = try_code(
            found,
            pending.credentials,
            place=pending.place,
            code=code,
            redirect_uri=pending.redirect_uri,
            verifier=pending.verifier,
        )
    except CrmRefused as refused:
        messages.error(request, refusal_text(found, refused))
        return back
    problem = _keep(request, found, tried)
    if problem:
        messages.error(request, problem)
        return back
    return step_after(request, found, "sign-in")


def _keep(request: HttpRequest, found: Connection, tried: Tried) -> str:
    """Keeps what was tested, and reads who is there; returns why it was refused, or nothing."""
    at, by, crm = timezone.now(), cast(User, request.user), found.get_kind_display()
    words = {"crm": crm, "account": tried.account.name or tried.account.id, "was": found.account_name}
    try:
        set_credentials(found, tried.credentials, place=tried.place, account=tried.account, by=by, at=at)
    except AlreadyConnected:
        return _("%(account)s is connected already, with the same records. One connection is enough.") % words
    except AnotherAccount:
        text = _("This opens %(account)s, but %(was)s is connected here. Nothing was kept.")
        return " ".join((text % words, _("To change to that account, connect it as a new system.")))
    text = _("It works: this is %(account)s.") % words
    if tried.account.user:
        text = _("It works: this is %(account)s, as %(user)s.") % (words | {"user": tried.account.user})
    messages.success(request, text)
    if found.people_at is None:
        try:
            read_people(found, at=at)
        except (CrmRefused, NotReadable) as refused:
            messages.warning(request, refusal_text(found, refused))
    return ""


def _remember(request: HttpRequest, found: Connection, form: SignInForm) -> None:
    place = form.place()
    pending = Pending(
        connection=found.pk,
        credentials=form.credentials(),
        base_url=place.base_url,
        login_url=place.login_url,
        redirect_uri=redirect_uri(request),
        state=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        at=timezone.now().timestamp(),
    )
    request.session[IN_SESSION] = seal(json.dumps(asdict(pending)))


def _pending(request: HttpRequest) -> Pending | None:
    """What this browser has begun and not ended, while it is fresh."""
    try:
        pending = Pending(**json.loads(unseal(request.session[IN_SESSION])))
    except (KeyError, NotReadable, ValueError, TypeError):
        return None
    return pending if timezone.now().timestamp() - pending.at <= FOR.total_seconds() else None


def redirect_uri(request: HttpRequest) -> str:
    """What the app over there must allow."""
    return request.build_absolute_uri(reverse("queues:connection_came_back"))


def _stored(found: Connection) -> dict[str, str]:
    try:
        return secrets_of(found)
    except NotReadable:
        return {}


def _page(request: HttpRequest, found: Connection, way: str, form: SignInForm, *, status: int = 200) -> HttpResponse:
    pending = _pending(request)
    context = {
        "form": form,
        "way": way,
        "ways": [(key, label) for key, (label, _form) in WAYS[found.kind].items()],
        "redirect_uri": redirect_uri(request) if form.GOES_THERE else "",
        "is_ready": form.GOES_THERE and pending is not None and pending.connection == found.pk,
    }
    return step_page(request, "sign-in", found, context, status=status)
