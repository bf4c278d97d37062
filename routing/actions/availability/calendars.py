"""Fetch reps' calendars, and write the absences in them as time off (I2)."""

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django_q.tasks import async_task

from config.live import announce
from config.web.safe_fetch import OUTSIDE, Fetched, FetchRefused, Network, fetch, web_address
from config.worker.bounded_call import Limits
from routing.actions.alerts import alert_broken_feed
from routing.actions.availability.calendar_reading import LIMITS, read_calendar
from routing.actions.availability.clocks import sync_clocks
from routing.actions.availability.synced_time_off import replace_time_off
from routing.decisions.calendars.absence import TOO_COSTLY, CalendarAbsence, NotACalendar, Reading
from routing.models import CalendarFeed, Rep, TimeOff
from routing.queries.availability.calendar_owner import calendar_owner, signature
from routing.signals import rep_available

log = logging.getLogger(__name__)
FETCH_EVERY = timedelta(minutes=30)
FETCH_COSTLY_EVERY = timedelta(hours=6)  # a calendar that was too much to read takes the worker's time each time
REQUEST_GAP = timedelta(minutes=1)
REQUEST_COSTLY_GAP = timedelta(minutes=10)
CHUNK_SIZE = 200
TASK = "routing.tasks.fetch_calendar"


@transaction.atomic
def set_feed(rep: Rep, *, address: str, by: User | None, at: datetime) -> CalendarFeed:
    """Save an address and request a fetch; until then the absences of the old one stay. An address that replaces a
    costly one is read only by the next sweep, so that nobody keeps the workers busy. Raises FetchRefused."""
    address = web_address(address)
    rep = Rep.objects.select_for_update(no_key=True).get(pk=rep.pk)
    before = CalendarFeed.objects.filter(rep=rep).first()
    waits = before is not None and (_is_costly(before, at=at) or before.waits_for_sweep)
    unread = {"etag": "", "last_modified": "", "digest": "", "window": "", "problem": "", "problem_at": None}
    written = {"address": address, "set_at": at, "set_by": by, "asked_at": None, "fetched_at": None, **unread}
    feed, _made = CalendarFeed.objects.update_or_create(rep=rep, defaults=written)
    if not waits:
        request_fetch(feed, at=at)
    return feed


@transaction.atomic
def remove_feed(feed: CalendarFeed, *, at: datetime) -> None:
    """Delete the feed and its absences from now on. A rep who becomes available gets waiting leads at once (F6)."""
    rep = feed.rep
    _lock(rep)
    CalendarFeed.objects.filter(pk=feed.pk).delete()
    _write_absences(rep, [], at=at)
    announce(f"holder-{rep.user_id}")


@transaction.atomic
def count_unanswered(feed: CalendarFeed, counts: bool, *, at: datetime) -> None:
    """Whether invitations that are not answered yet count; the calendar is read again."""
    CalendarFeed.objects.filter(pk=feed.pk).update(counts_unanswered=counts)
    read_again(Rep.objects.filter(pk=feed.rep_id), at=at)


@transaction.atomic
def read_again(reps: QuerySet[Rep], *, at: datetime) -> None:
    """After the hours or the zone of these reps changed, by which absences are judged: the feed of one person at once,
    those of many, or one that is being read, by the next sweep. A costly one waits for its turn."""
    feeds = CalendarFeed.objects.filter(rep__in=reps.order_by()).exclude(problem=TOO_COSTLY)
    found = list(feeds.select_related("rep").order_by("pk")[:2])
    if len(found) == 1 and not found[0].is_asked:
        request_fetch(found[0], at=at)
    else:
        feeds.update(asked_at=None)


class TriedJustNow(Exception):
    """The calendar was too costly to read a few minutes ago, so it is not read again yet."""


@transaction.atomic
def request_fetch(feed: CalendarFeed, *, at: datetime) -> None:
    """Have the worker fetch the feed, unless somebody requested that a moment ago. Raises TriedJustNow."""
    if _is_costly(feed, at=at):
        raise TriedJustNow
    if feed.is_asked and feed.asked_at and feed.asked_at > at - REQUEST_GAP:
        return
    CalendarFeed.objects.filter(pk=feed.pk).update(asked_at=at)
    async_task(TASK, feed.pk)
    announce(f"holder-{feed.rep.user_id}")


def _is_costly(feed: CalendarFeed, *, at: datetime) -> bool:
    """It took too much a few minutes ago."""
    return feed.problem == TOO_COSTLY and feed.asked_at is not None and feed.asked_at > at - REQUEST_COSTLY_GAP


@transaction.atomic
def request_due_fetches(*, at: datetime) -> int:
    """Request the feeds of active reps that are due, the longest waiting first. Returns how many."""
    asked = Q(asked_at__isnull=True) | Q(asked_at__lte=at - FETCH_EVERY)
    due = CalendarFeed.objects.filter(asked, rep__user__is_active=True).exclude(
        problem=TOO_COSTLY, asked_at__gt=at - FETCH_COSTLY_EVERY
    )
    ids = list(due.order_by(F("asked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:CHUNK_SIZE])
    CalendarFeed.objects.filter(pk__in=ids).update(asked_at=at)
    for pk in ids:
        async_task(TASK, pk)
    return len(ids)


def fetch_calendar(pk: int, *, at: datetime, network: Network = OUTSIDE, limits: Limits = LIMITS) -> str:
    """Fetch and read one feed, outside any transaction. Returns "new", "unchanged", "gone" or the code of a
    problem, never the address."""
    feed = CalendarFeed.objects.select_related("rep__user").filter(pk=pk).first()
    if feed is None:
        return "gone"
    if feed.problem == TOO_COSTLY and not feed.is_asked:  # many requests in a row cost one reading
        return TOO_COSTLY
    owner = calendar_owner(feed)
    window = f"{at.astimezone(ZoneInfo(owner['zone'])).date()} {owner['zone']} {signature(owner)}"
    signs: dict[str, Any] = {"etag": feed.etag, "last_modified": feed.last_modified} if feed.window == window else {}
    try:
        answer = fetch(feed.address, network=network, **signs)
        if answer.body is None or feed.window == window and feed.digest == _digest(answer.body):
            return _unchanged(feed, at=at)
        found = read_calendar(answer.body, owner=owner, at=at, limits=limits)
    except (FetchRefused, NotACalendar) as refused:
        log.info("calendar of rep %s cannot be read: %s", feed.rep_id, refused.code)
        return _failed(feed, refused.code, at=at)
    except Exception as problem:  # what comes from outside can surprise, and the rep must see that it failed
        log.warning("calendar of rep %s cannot be read: %s", feed.rep_id, type(problem).__name__)
        return _failed(feed, "not_a_calendar", at=at)
    return _save(feed, found, answer, window=window, at=at)


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def _same_feed(feed: CalendarFeed) -> QuerySet[CalendarFeed]:
    """The feed, unless it was removed or has another address now."""
    return CalendarFeed.objects.filter(pk=feed.pk, address=feed.address)


def _unchanged(feed: CalendarFeed, *, at: datetime) -> str:
    _same_feed(feed).update(fetched_at=at, good_at=at, problem="", problem_at=None)
    if feed.problem or feed.is_asked:
        announce(f"holder-{feed.rep.user_id}")
    return "unchanged"


def _failed(feed: CalendarFeed, code: str, *, at: datetime) -> str:
    """The last good state stays. The rep sees what went wrong since when, and gets an alert if it continues."""
    since = (feed.problem_at if feed.problem else None) or at
    if _same_feed(feed).update(fetched_at=at, problem=code, problem_at=since):
        alert_broken_feed(feed, problem=code, since=since, at=at)
    announce(f"holder-{feed.rep.user_id}")
    return code


@transaction.atomic
def _save(feed: CalendarFeed, found: Reading, answer: Fetched, *, window: str, at: datetime) -> str:
    _lock(feed.rep)
    locked = _same_feed(feed).select_for_update(no_key=True).first()
    if locked is None:
        return "gone"
    written = _write_absences(feed.rep, found.absences, at=at)
    _same_feed(feed).update(
        fetched_at=at,
        good_at=at,
        problem="",
        problem_at=None,
        absences=len(found.absences),
        judged=[each.as_row() for each in found.absences],
        remarks=found.remarks(),
        etag=answer.etag,
        last_modified=answer.last_modified,
        digest=_digest(answer.body or b""),
        window=window,
    )
    announce(f"holder-{feed.rep.user_id}")
    return "new" if written else "unchanged"


def _lock(rep: Rep) -> None:
    """A rep is locked before its feed, as by who changes the hours."""
    list(Rep.objects.filter(pk=rep.pk).select_for_update(no_key=True).order_by("pk").only("pk"))


def _write_absences(rep: Rep, found: list[CalendarAbsence], *, at: datetime) -> int:
    """Write only the differences; past absences stay."""
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
        replace_time_off([row.pk for row in surplus], missing)
        sync_clocks({"reps": [rep.pk]}, name=str(rep), why="time_off", by=None, at=at)
        announce("people", f"holder-{rep.user_id}")
    if any(row.starts_at <= at for row in surplus):
        rep_available.send(Rep, rep=rep, at=at)
    return len(surplus) + len(missing)
