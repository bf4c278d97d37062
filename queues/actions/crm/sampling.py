"""A test read before anything is taken: five real records, and how many would come in (I4). Writes nothing."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.reach.crm.client import CrmClient
from config.reach.crm.records import CrmRecord
from config.web.safe_fetch import OUTSIDE, Network
from leads.models import Identity
from queues.actions.crm.credentials import open_client
from queues.actions.crm.meeting import MAX_STATUS
from queues.decisions.crm.sorting import Found, stays_there
from queues.models import Connection, RemotePerson

SHOWN = 5
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
LOOKS_BACK = (timedelta(days=1), timedelta(days=30), timedelta(days=365))
AHEAD = timedelta(minutes=5)  # their clock may be ahead of ours
MOST_SECONDS = 15.0  # of counting; what is left then is "more"
MOST_COUNTED = 20_000


@dataclass(frozen=True, slots=True)
class SampleRow:
    """`facts`: what it says of the lead, by the lead's own field names. `stays`: it would not come in."""

    record: CrmRecord
    facts: Mapping[str, str]
    is_known: bool
    stays: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """`coming`: so many would come in, `known` of them are here by their e-mail; `staying`: so many would not, because
    they are closed there or left with their owner; `is_cut`: at least so many."""

    rows: tuple[SampleRow, ...]
    coming: int
    known: int
    staying: int
    is_cut: bool


def take_sample(connection: Connection, *, at: datetime, network: Network = OUTSIDE) -> Sample:
    """Raises CrmRefused. Each call is bounded, and so is the counting."""
    client = open_client(connection, network=network)
    newest = _newest(client, connection, at)
    mail = connection.field_map.get("email", "")
    here = _known({record.values.get(mail, "") for record in newest})
    stays = _Staying(connection)
    rows = tuple(
        SampleRow(
            record, facts_of(connection, record), record.values.get(mail, "").lower() in here, stays.there(record)
        )
        for record in newest
    )
    counted, staying, is_cut = _coming(client, connection, mail, stays, at)
    known = _known(set(counted.values()))
    return Sample(rows, len(counted), sum(each.lower() in known for each in counted.values()), len(staying), is_cut)


class _Staying:
    """Which records would not come in, by the rule of a poll."""

    def __init__(self, connection: Connection) -> None:
        left = RemotePerson.objects.filter(connection=connection, how=RemotePerson.How.BY_HAND, user=None)
        self.left = set(left.order_by().values_list("remote_id", flat=True))
        self.closing = connection.closing_map

    def there(self, record: CrmRecord) -> bool:
        found = Found(status=record.status[:MAX_STATUS])
        return stays_there(found, closing=self.closing, is_left=record.owner in self.left)


def facts_of(connection: Connection, record: CrmRecord) -> dict[str, str]:
    return {ours: said for ours, theirs in connection.field_map.items() if (said := record.values.get(theirs, ""))}


def _newest(client: CrmClient, connection: Connection, at: datetime) -> list[CrmRecord]:
    """Of the shortest time in which there are some; all of their first page are as good."""
    fields = set(connection.field_map.values())
    for since in (*(at - back for back in LOOKS_BACK), BEGINNING):
        page = client.changed(since=since, until=at + AHEAD, fields=fields)
        found = [each for each in page.records if not (each.is_gone or each.merged_into or each.converted_to)]
        if found:
            found.sort(key=lambda each: each.changed_at or BEGINNING, reverse=True)
            return found[:SHOWN]
    return []


def _coming(
    client: CrmClient, connection: Connection, mail: str, stays: _Staying, at: datetime
) -> tuple[dict[str, str], set[str], bool]:
    """Ids with their e-mail, ids of those that stay there, and whether counting was given up."""
    counted: dict[str, str] = {}
    staying: set[str] = set()
    since = connection.take_since or BEGINNING
    if not connection.takes_in or since >= at:
        return counted, staying, False
    end, after, fields = time.monotonic() + MOST_SECONDS, "", {mail} if mail else set()
    while True:
        page = client.changed(since=since, until=at + AHEAD, fields=fields, after=after)
        for each in page.records:
            if each.is_gone or each.merged_into or each.converted_to:
                continue
            if stays.there(each):
                staying.add(each.id)
            else:
                counted[each.id] = each.values.get(mail, "")
        after = page.after
        if not after:
            return counted, staying, False
        if time.monotonic() > end or len(counted) + len(staying) >= MOST_COUNTED:
            return counted, staying, True


def _known(emails: set[str]) -> set[str]:
    wanted = [each.lower() for each in emails if each]
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        some = Identity.objects.filter(kind=Identity.Kind.EMAIL, value__in=wanted[start : start + 500])
        found.update(some.order_by().values_list("value", flat=True))
    return found
