"""Keep in a session by which clock and in which language its person reads, so that a page pays no statement for it
(J1)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase

from routing.models import Reach
from routing.queries.people import language_of_user, team_zones_of, zone_of_user

READS = "own_reading"  # [name of the zone, language or nothing, seconds since 1970 at which it was read]
TEAM_ZONES = "own_team_zones"  # names; for people whose clock may not be that of their team


@dataclass(frozen=True, slots=True)
class Reading:
    """`language` is empty while the person has not signed in since languages are kept."""

    zone: ZoneInfo
    language: str


def keep_reading(session: SessionBase, user: User, *, at: datetime) -> Reading:
    """Read it, and remember it and when."""
    reading = Reading(zone_of_user(user), language_of_user(user))
    session[READS] = [reading.zone.key, reading.language, int(at.timestamp())]
    session[TEAM_ZONES] = team_zones_of(user)
    return reading


def keep_language(user: User, language: str) -> None:
    """In which pages, messages and mails speak to this person from now on."""
    Reach.objects.update_or_create(user=user, defaults={"language": language})


def keep_first_language(user: User, language: str) -> None:
    """That of the browser, until the person chooses another."""
    row, made = Reach.objects.get_or_create(user=user, defaults={"language": language})
    if not made and not row.language:
        Reach.objects.filter(pk=row.pk, language="").update(language=language)
