"""The browsers in which a person is signed in, and their end (J4).

A page never holds the key of a session, which opens it: each is known by a mark that only this installation can make.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare, salted_hmac

from config.live import announce_rights
from config.models import Session
from config.sessions.store import SessionStore
from config.web.devices import device_name

BROWSER = "browser"  # [browser, system], each may be empty
MOST = 20


@dataclass(frozen=True)
class SignedIn:
    """`used_at`: the last use, up to a twentieth of the idle time too early, because a session is not written with each
    use; in the last hours of a session by more, because it ends for its age then."""

    mark: str
    browser: str
    system: str
    used_at: datetime
    is_here: bool


def note_browser(session: SessionBase, user_agent: str, *, at: datetime) -> None:
    """At a sign-in."""
    session[BROWSER] = list(device_name(user_agent[:400]))
    cast("SessionStore", session).start(at=at)


def browsers_of(user: User, *, here: str | None, at: datetime) -> list[SignedIn]:
    """This one (`here`: its key) first, then the others by their last use; at most MOST."""
    rows = sorted(_living(user, at)[:MOST], key=lambda row: row.session_key != here)
    return [_signed_in(row, here, at) for row in rows]


def end_browser(user: User, mark: str, *, here: str | None, at: datetime) -> bool:
    """Whether there was such a session of this person, other than this one."""
    keys = _living(user, at).exclude(session_key=here).values_list("session_key", flat=True)
    found = [key for key in keys if constant_time_compare(_mark(key), mark)]
    Session.objects.filter(user=user, session_key__in=found).delete()
    if found:
        announce_rights([user.pk])
    return bool(found)


def end_others(user: User, *, here: str | None) -> int:
    """How many browsers are signed out; their live streams end too."""
    ended = Session.objects.filter(user=user).exclude(session_key=here).delete()[0]
    announce_rights([user.pk])
    return ended


def _living(user: User, at: datetime):
    return Session.objects.filter(user=user, expire_date__gt=at).order_by("-expire_date", "session_key")


def _signed_in(row: Session, here: str | None, at: datetime) -> SignedIn:
    browser, system = SessionStore().decode(row.session_data).get(BROWSER, ("", ""))
    used_at = min(at, row.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE))
    return SignedIn(_mark(row.session_key), browser, system, used_at, row.session_key == here)


def _mark(key: str) -> str:
    return salted_hmac("config.sessions.browsers", key).hexdigest()[:24]
