"""Reads what the verdict on somebody's calendar depends on besides the calendar: clock, hours, addresses, a switch
(I2)."""

from hashlib import sha256
from json import dumps
from typing import Any
from urllib.parse import unquote, urlsplit

from routing.models import CalendarFeed, Rep
from routing.queries.first_teams import team_of
from routing.queries.people import time_zone_of

JUDGED_AS = 1  # raise it when calendars are judged in another way, so that all are read again
CalendarOwner = dict[str, Any]


def calendar_owner(feed: CalendarFeed) -> CalendarOwner:
    """Facts for routing.decisions.calendars.feed; `week` None for who works around the clock."""
    rep, team = feed.rep, team_of(feed.rep)
    return {
        "zone": time_zone_of(rep).key,
        "week": rep.own_hours or (team.working_hours if team else None),
        "addresses": _addresses(rep, feed),
        "name": rep.user.get_full_name(),
        "counts_unanswered": feed.counts_unanswered,
    }


def signature(owner: CalendarOwner) -> str:
    """Short; another one when the verdict may be another."""
    return sha256(dumps([JUDGED_AS, owner], sort_keys=True).encode()).hexdigest()[:16]


def _addresses(rep: Rep, feed: CalendarFeed) -> list[str]:
    """Those of the user, and the one in the path of the feed, as Google writes it."""
    parts = unquote(urlsplit(feed.address).path).split("/")
    return sorted({each.strip().casefold() for each in (rep.user.email, rep.user.username, *parts) if "@" in each})
