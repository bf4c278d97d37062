"""The public form (A1c): it works without sign-in, scripts or cookies."""

import secrets
from datetime import datetime

from csp.constants import NONE, SELF
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from config.bodies.limits import is_too_large
from config.web.sign_in_throttle import client_address
from leads.actions.web_forms import FormIsFull, Submission, earlier_submission, receive_submission
from leads.decisions.web_forms import questions
from leads.decisions.web_forms.token import TOO_QUICK, Token, TokenRefused, issue_token, read_token, sender_hash
from leads.forms.web_form import TRAP, PublicForm
from leads.models import WebForm

MAX_BODY_BYTES = 64 * 1024
MAX_PAGE_LENGTH = 2000
THEMES = ("light", "dark")


# Browsers do not send our cookies from a frame on another website, so Django's CSRF cookie cannot work here. A forged
# request gains no rights through this form, and the form's own signed token proves that we showed it.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def web_form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, or receive what was sent."""
    form = get_object_or_404(WebForm.objects.select_related("source"), slug=slug)
    with translation.override(_language(form)):
        if not form.is_active:
            return _page(request, form, "closed", status=410)
        if request.method == "POST":
            return _submit(request, form, at=timezone.now())
        return _form_page(request, form, PublicForm(form), page=_referring_page(request), at=timezone.now())


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    form = get_object_or_404(WebForm, slug=slug)
    with translation.override(_language(form)):
        return _page(request, form, "thanks")


def _submit(request: HttpRequest, form: WebForm, *, at: datetime) -> HttpResponse:
    """Receive a submission. Spam gets the same answer as others. A token that was used gets its first answer again."""
    if _is_too_large(request):
        says = _("This is more than we can take at once. Shorten it and send it again.")
        return _form_page(request, form, PublicForm(form), says=says, status=413, at=at)
    filled, token = PublicForm(form, request.POST), _token(request, form, at)
    if token and earlier_submission(form, token.nonce):
        return _after_sending(request, form)
    spam = _spam(request, token)
    if not spam and (token is None or token.is_too_old):
        says = _("This page was open for a long time. What you typed is still here: send it once more.")
        shown_at = at if token is None else at - TOO_QUICK  # so that the next click is not too quick
        return _form_page(request, form, filled, page=_kept_page(request), says=says, status=409, at=shown_at)
    if not spam and not filled.is_valid():
        return _form_page(request, form, filled, page=_kept_page(request), status=422, at=at)
    try:
        receive_submission(form, _submission(request, filled, token, spam), at=at)
    except FormIsFull as problem:
        return _try_later_page(request, form, filled, problem.wait, at=at)
    return _after_sending(request, form)


def _submission(request: HttpRequest, filled: PublicForm, token: Token | None, spam: str) -> Submission:
    write = filled.raw_as_sent if spam else filled.raw
    return Submission(
        raw=write(page=_kept_page(request), query=request.GET.dict()),
        nonce=token.nonce if token else "",
        sender=sender_hash(client_address(request), key=settings.SECRET_KEY),
        spam=spam,
    )


def _spam(request: HttpRequest, token: Token | None) -> str:
    if request.POST.get(TRAP, "").strip():
        return questions.TRAP
    return questions.QUICK if token and token.is_too_quick else ""


def _token(request: HttpRequest, form: WebForm, at: datetime) -> Token | None:
    try:
        return read_token(request.POST.get("token", ""), form.pk, at=at, key=settings.SECRET_KEY)
    except TokenRefused:
        return None


def _form_page(
    request: HttpRequest,
    form: WebForm,
    asked: PublicForm,
    *,
    at: datetime,
    page: str = "",
    says: str = "",
    status: int = 200,
) -> HttpResponse:
    """The form. After a refusal it keeps its token, so that two clicks still count once. An expired token is
    replaced."""
    if asked.is_bound:
        asked.focus_first_problem()
    kept = request.POST.get("token", "") if status in (422, 429) else ""
    token = kept or issue_token(form.pk, nonce=secrets.token_urlsafe(12), at=at, key=settings.SECRET_KEY)
    context = {"asked": asked, "token": token, "from_page": page, "says": says, "trap": TRAP}
    return _page(request, form, "ask", context, status=status)


def _try_later_page(
    request: HttpRequest, form: WebForm, filled: PublicForm, wait: int, *, at: datetime
) -> HttpResponse:
    minutes = -(-wait // 60)
    says = translation.ngettext(
        "A lot came in from where you are. What you typed is still here: send it again in %(n)d minute.",
        "A lot came in from where you are. What you typed is still here: send it again in %(n)d minutes.",
        minutes,
    ) % {"n": minutes}
    response = _form_page(request, form, filled, page=_kept_page(request), says=says, status=429, at=at)
    response["Retry-After"] = str(wait)
    return response


def _after_sending(request: HttpRequest, form: WebForm) -> HttpResponse:
    address = form.redirect_url or reverse("leads:web_form_thanks", args=[form.slug])
    theme = "" if form.redirect_url or not _theme(request) else f"?theme={_theme(request)}"
    return _framed(HttpResponseRedirect(address + theme, status=303), form)


def _page(
    request: HttpRequest, form: WebForm, which: str, context: dict | None = None, status: int = 200
) -> HttpResponse:
    """A page rendered without the request, so that nothing about the session or a signed-in user gets into it."""
    shown = {"form": form, "which": which, "theme": _theme(request), **(context or {})}
    response = HttpResponse(render_to_string(f"leads/web_form_{which}.html", shown), status=status)
    response["Content-Language"] = translation.get_language()
    return _framed(response, form)


def _framed(response: HttpResponse, form: WebForm) -> HttpResponse:
    """Allow these websites to frame the form, and the form to redirect after sending; otherwise the policy stays
    strict."""
    response.xframe_options_exempt = bool(form.allowed_origins)  # X-Frame-Options has no list; frame-ancestors does
    goes_on = [questions.read_origin(form.redirect_url)] if form.redirect_url else []
    response._csp_replace = {"frame-ancestors": form.allowed_origins or [NONE], "form-action": [SELF, *goes_on]}
    return response


def _is_too_large(request: HttpRequest) -> bool:
    return is_too_large(request) or int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY_BYTES


def _language(form: WebForm) -> str:
    return form.language if form.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _theme(request: HttpRequest) -> str:
    theme = request.GET.get("theme", "")
    return theme if theme in THEMES else ""


def _referring_page(request: HttpRequest) -> str:
    """The page that shows or links to the form, if the browser sends it."""
    return request.headers.get("Referer", "")[:MAX_PAGE_LENGTH]


def _kept_page(request: HttpRequest) -> str:
    return request.POST.get("page", "")[:MAX_PAGE_LENGTH]
