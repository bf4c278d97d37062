"""Read reps' calendars from their feeds, and write when they are away (I2)."""

import logging
import time
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django_q.tasks import async_task

from config.live import announce
from config.web.safe_fetch import OUTSIDE, Fetched, FetchRefused, Network, fetch, web_address
from routing.actions.alerts import tell_feed_broken
from routing.actions.availability.synced_time_off import exchange
from routing.decisions.availability.calendar_text import NotACalendar
from routing.models import CalendarFeed, Rep, TimeOff
from routing.queries.people import zone_of
from routing.signals import rep_available

if TYPE_CHECKING:
    from routing.decisions.availability.calendar_feed import Away

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=30)
JUST_ASKED = timedelta(minutes=1)
AT_ONCE = 200
READING_SECONDS = 10  # for series; beside fetching and parsing well below the limit of a task
TASK = "routing.tasks.fetch_calendar"


@transaction.atomic
def set_feed(rep: Rep, *, address: str, by, at: datetime) -> CalendarFeed:
    """A new address is read at once; until then what the old one said stays. FetchRefused when it is none."""
    address = web_address(address)
    rep = Rep.objects.select_for_update(no_key=True).get(pk=rep.pk)
    unread = {"etag": "", "last_modified": "", "digest": "", "window": "", "problem": "", "problem_at": None}
    written = {"address": address, "set_at": at, "set_by": by, "asked_at": None, "fetched_at": None, **unread}
    feed, _made = CalendarFeed.objects.update_or_create(rep=rep, defaults=written)
    ask_for(feed, at=at)
    return feed


@transaction.atomic
def remove_feed(feed: CalendarFeed, *, at: datetime) -> None:
    """What it said of now and later goes; whoever is back by it is served at once (F6)."""
    rep = feed.rep
    CalendarFeed.objects.filter(pk=feed.pk).delete()
    _write(rep, [], at=at)
    announce(f"holder-{rep.user_id}")


@transaction.atomic
def ask_for(feed: CalendarFeed, *, at: datetime) -> None:
    """Have it read by the worker, unless that was asked for a moment ago."""
    if feed.is_asked and feed.asked_at > at - JUST_ASKED:
        return
    CalendarFeed.objects.filter(pk=feed.pk).update(asked_at=at)
    async_task(TASK, feed.pk)
    announce(f"holder-{feed.rep.user_id}")


@transaction.atomic
def ask_for_due(*, at: datetime) -> int:
    """The feeds of active reps that were not asked for lately, the longest waiting first."""
    due = CalendarFeed.objects.filter(Q(asked_at__isnull=True) | Q(asked_at__lte=at - EVERY), rep__user__is_active=True)
    ids = list(due.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:AT_ONCE])
    CalendarFeed.objects.filter(pk__in=ids).update(asked_at=at)
    for pk in ids:
        async_task(TASK, pk)
    return len(ids)


def fetch_calendar(pk: int, *, at: datetime, network: Network = OUTSIDE) -> str:
    """Read one feed: no transaction is open while the network is asked. Returns "new", "unchanged", "gone" or a
    problem, never the address."""
    from routing.decisions.availability.calendar_feed import absences_in  # calendar packages: only the worker reads

    feed = CalendarFeed.objects.select_related("rep").filter(pk=pk).first()
    if feed is None:
        return "gone"
    zone = zone_of(feed.rep)
    window = f"{at.astimezone(zone).date()} {zone.key}"
    signs = {"etag": feed.etag, "last_modified": feed.last_modified} if feed.window == window else {}
    try:
        answer = fetch(feed.address, network=network, **signs)
        if answer.body is None or feed.window == window and feed.digest == _digest(answer.body):
            return _unchanged(feed, at=at)
        until = time.monotonic() + READING_SECONDS
        found = absences_in(answer.body, zone=zone, at=at, is_over=lambda: time.monotonic() > until)
    except (FetchRefused, NotACalendar) as refused:
        return _failed(feed, refused.code, at=at)
    except Exception as problem:  # strangers wrote it, and the rep must hear of it
        log.warning("calendar of rep %s cannot be read: %s", feed.rep_id, type(problem).__name__)
        return _failed(feed, "not_a_calendar", at=at)
    return _keep(feed, found, answer, window=window, at=at)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _still(feed: CalendarFeed):
    """The feed, unless it was removed or has another address by now."""
    return CalendarFeed.objects.filter(pk=feed.pk, address=feed.address)


def _unchanged(feed: CalendarFeed, *, at: datetime) -> str:
    _still(feed).update(fetched_at=at, good_at=at, problem="", problem_at=None)
    if feed.problem or feed.is_asked:
        announce(f"holder-{feed.rep.user_id}")
    return "unchanged"


def _failed(feed: CalendarFeed, code: str, *, at: datetime) -> str:
    """The last good state stays in force; the rep reads what went wrong and since when, and is told if it goes on."""
    since = feed.problem_at if feed.problem else at
    if _still(feed).update(fetched_at=at, problem=code, problem_at=since):
        tell_feed_broken(feed, problem=code, since=since, at=at)
    announce(f"holder-{feed.rep.user_id}")
    return code


@transaction.atomic
def _keep(feed: CalendarFeed, found: list["Away"], answer: Fetched, *, window: str, at: datetime) -> str:
    locked = _still(feed).select_for_update(no_key=True).first()
    if locked is None:
        return "gone"
    written = _write(feed.rep, found, at=at)
    _still(feed).update(
        fetched_at=at,
        good_at=at,
        problem="",
        problem_at=None,
        absences=len(found),
        etag=answer.etag,
        last_modified=answer.last_modified,
        digest=_digest(answer.body or b""),
        window=window,
    )
    announce(f"holder-{feed.rep.user_id}")
    return "new" if written else "unchanged"


def _write(rep: Rep, found: list["Away"], *, at: datetime) -> int:
    """Only what differs is written; what is over stays as it was."""
    origin = TimeOff.Origin.CALENDAR
    wanted = {(each.kind, each.starts_at, each.ends_at): each.note for each in found}
    rows = list(TimeOff.objects.filter(rep=rep, origin=origin, ends_at__gt=at).order_by("pk"))
    known = {(row.kind, row.starts_at, row.ends_at): row for row in rows}
    surplus = [row for key, row in known.items() if key not in wanted or row.note != wanted[key]]
    kept = known.keys() - {(row.kind, row.starts_at, row.ends_at) for row in surplus}
    missing = [
        TimeOff(rep=rep, origin=origin, kind=kind, starts_at=starts_at, ends_at=ends_at, note=note)
        for (kind, starts_at, ends_at), note in wanted.items()
        if (kind, starts_at, ends_at) not in kept
    ]
    if surplus or missing:
        exchange([row.pk for row in surplus], missing)
        announce("people", f"holder-{rep.user_id}")
    if any(row.starts_at <= at for row in surplus):
        rep_available.send(Rep, rep=rep, at=at)
    return len(surplus) + len(missing)
