"""Keep in a session by which clock its person reads times, so that a page pays no statement for it (J1)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase

from routing.queries.people import zone_of_user

ZONE = "own_zone"  # [name, seconds since 1970 at which it was read]


def keep_zone(session: SessionBase, user: User, *, at: datetime) -> ZoneInfo:
    """Read it, and remember it and when."""
    zone = zone_of_user(user)
    session[ZONE] = [zone.key, int(at.timestamp())]
    return zone
