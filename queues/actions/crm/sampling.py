"""A test read before anything is taken: five real records, and how many would come in (I4). Writes nothing."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from config.reach.crm.client import CrmClient
from config.reach.crm.records import CrmRecord
from config.web.safe_fetch import OUTSIDE, Network
from leads.decisions.facts.contact import read_emails
from leads.models import Identity
from queues.actions.crm.credentials import open_client
from queues.actions.crm.taking import would_come
from queues.decisions.crm.sorting import Way
from queues.models import Connection

SHOWN = 5
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
LOOKS_BACK = (timedelta(days=1), timedelta(days=30), timedelta(days=365))
AHEAD = timedelta(minutes=5)  # their clock may be ahead of ours
MOST_SECONDS = 15.0  # of counting; what is left then is "more"
MOST_COUNTED = 20_000


@dataclass(frozen=True, slots=True)
class SampleRow:
    """`facts`: what it says of the lead, by the lead's own field names. `way`: what the first poll would do with it.
    `is_old`: it has not changed since leads are wanted, so that the poll does not see it."""

    record: CrmRecord
    facts: Mapping[str, str]
    is_known: bool
    way: Way
    is_old: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """`coming`: so many would come in, `known` of them are here by their e-mail, or come twice; `staying`: so many
    would not, because they are closed there or left with their owner; `is_cut`: at least so many."""

    rows: tuple[SampleRow, ...]
    coming: int
    known: int
    staying: int
    is_cut: bool


@dataclass
class _Count:
    """By id: a page may come twice. `mails` of those that come in, in their order."""

    mails: dict[str, str] = field(default_factory=dict)
    staying: set[str] = field(default_factory=set)
    is_cut: bool = False


def take_sample(connection: Connection, *, at: datetime, network: Network = OUTSIDE) -> Sample:
    """Raises CrmRefused. Each call is bounded, and so is the counting."""
    client = open_client(connection, network=network)
    newest = _newest(client, connection, at)
    mail = connection.field_map.get("email", "")
    here = _known({_mail(record, mail) for record in newest})
    ways = would_come(connection, newest, at=at)
    since = connection.take_since
    rows = tuple(
        SampleRow(
            record,
            facts_of(connection, record),
            is_known=_mail(record, mail) in here,
            way=ways[record.id],
            is_old=since is not None and record.changed_at is not None and record.changed_at < since,
        )
        for record in newest
    )
    count = _count(client, connection, mail, at)
    return Sample(rows, len(count.mails), _joining(count.mails), len(count.staying), count.is_cut)


def facts_of(connection: Connection, record: CrmRecord) -> dict[str, str]:
    return {ours: said for ours, theirs in connection.field_map.items() if (said := record.values.get(theirs, ""))}


def _newest(client: CrmClient, connection: Connection, at: datetime) -> list[CrmRecord]:
    """Of the shortest time in which there are some; all of their first page are as good."""
    fields = set(connection.field_map.values())
    for since in (*(at - back for back in LOOKS_BACK), BEGINNING):
        page = client.changed(since=since, until=at + AHEAD, fields=fields)
        found = [each for each in page.records if not _is_gone(each)]
        if found:
            found.sort(key=lambda each: each.changed_at or BEGINNING, reverse=True)
            return found[:SHOWN]
    return []


def _count(client: CrmClient, connection: Connection, mail: str, at: datetime) -> _Count:
    """What the first poll would read, sorted as it would be, page by page."""
    count = _Count()
    since = connection.take_since or BEGINNING
    if not connection.takes_in or since >= at:
        return count
    end, after, fields = time.monotonic() + MOST_SECONDS, "", {mail} if mail else set()
    while True:
        page = client.changed(since=since, until=at + AHEAD, fields=fields, after=after)
        ways = would_come(connection, page.records, at=at)
        for each in page.records:
            if ways[each.id] == Way.NEW:
                count.mails[each.id] = _mail(each, mail)
            elif ways[each.id] in (Way.LEFT, Way.SKIPPED) and not _is_gone(each):
                count.staying.add(each.id)
        after = page.after
        if not after:
            return count
        if time.monotonic() > end or len(count.mails) + len(count.staying) >= MOST_COUNTED:
            count.is_cut = True
            return count


def _joining(mails: Mapping[str, str]) -> int:
    """Who is here by e-mail, or comes in twice, becomes one lead."""
    seen, joining = _known(set(mails.values())), 0
    for each in mails.values():
        joining += each in seen
        seen |= {each} if each else set()
    return joining


def _mail(record: CrmRecord, name: str) -> str:
    """As a capture reads it."""
    return next(iter(read_emails(record.values.get(name, ""))), "")


def _is_gone(record: CrmRecord) -> bool:
    return bool(record.is_gone or record.merged_into or record.converted_to)


def _known(emails: set[str]) -> set[str]:
    wanted = sorted(each for each in emails if each)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = Identity.objects.filter(kind=Identity.Kind.EMAIL, value__in=wanted[start : start + 500])
        found.update(some.order_by().values_list("value", flat=True))
    return found
