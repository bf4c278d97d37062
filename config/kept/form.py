"""Keeps a form that was sent without a session: in the visitor's session, sealed, for half an hour (M7).

Never kept: passwords and other secrets, files (their names are), and more than MAX_CHARACTERS. The person is known by a
signed cookie, which opens nothing: it only says for whom a form is kept. Another person who signs in never sees it.
"""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from config.sealing import NotReadable, seal, unseal
from config.web.responses import back_to, own_address

IN_SESSION = "kept_form"
COOKIE = "person"
COOKIE_DAYS = 14
FOR = timedelta(minutes=30)
MAX_CHARACTERS = 200_000
SECRET = re.compile(r"passw|secret|token|api_key|private_key", re.IGNORECASE)


@dataclass(frozen=True)
class KeptForm:
    """`page` is the address of the page with the form, `action` the path it was sent to; `at` in seconds since 1970."""

    person: int
    page: str
    action: str
    at: float
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    is_too_long: bool = False
    was_signed_out: bool = True


def keep_form(request: HttpRequest, *, person: int, was_signed_out: bool, at: datetime) -> KeptForm:
    """Keeps what this request sent; a form that was kept before is replaced."""
    fields = {name: values for name, values in request.POST.lists() if not SECRET.search(name)}
    files = [file.name or "" for _name, several in request.FILES.lists() for file in several]
    length = sum(len(name) + sum(map(len, values)) for name, values in fields.items()) + sum(map(len, files))
    is_too_long = length > MAX_CHARACTERS
    kept = KeptForm(
        person=person,
        page=page_of(request),
        action=request.path,
        at=at.timestamp(),
        fields={} if is_too_long else fields,
        files=[] if is_too_long else files,
        is_too_long=is_too_long,
        was_signed_out=was_signed_out,
    )
    request.session[IN_SESSION] = seal(json.dumps(asdict(kept)))
    return kept


def page_of(request: HttpRequest) -> str:
    """The page that sent this form: by its Referer, else by the form's `next`, if on this site; else the start page."""
    referer = own_address(request, request.headers.get("Referer", ""))
    parts = urlsplit(referer or back_to(request, "/"))
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def kept_form(request: HttpRequest, *, at: datetime) -> KeptForm | None:
    """What was kept for the person who is signed in; anything else that is there is dropped."""
    sealed = request.session.get(IN_SESSION)
    if sealed is None:
        return None
    try:
        kept = KeptForm(**json.loads(unseal(sealed)))
    except (NotReadable, ValueError, TypeError):
        kept = None
    if kept and kept.person == request.user.pk and at.timestamp() - kept.at <= FOR.total_seconds():
        return kept
    forget_form(request)
    return None


def forget_form(request: HttpRequest) -> None:
    request.session.pop(IN_SESSION, None)


def person_of_browser(request: HttpRequest) -> int | None:
    """Who was signed in last in this browser."""
    try:
        return int(_signer().unsign(request.COOKIES.get(COOKIE, "")))
    except (BadSignature, ValueError):
        return None


def remember_person(request: HttpRequest, response: HttpResponse, person: AbstractBaseUser) -> None:
    """So that a form which this browser sends later is kept for this person."""
    value = _signed(person.pk)
    if request.COOKIES.get(COOKIE) != value:
        age = COOKIE_DAYS * 24 * 3600
        response.set_cookie(COOKIE, value, max_age=age, samesite="Lax", secure=request.is_secure(), httponly=True)


@lru_cache(maxsize=1000)
def _signed(pk: int) -> str:
    return _signer().sign(str(pk))


def _signer() -> Signer:
    return Signer(salt="person of a browser")
