"""Each hour: what was deleted over there, and whether records that leads here follow are still there (I4)."""

from collections.abc import Sequence
from functools import partial

from config.reach.crm.errors import CrmRefused, Reason
from config.reach.crm.records import CrmRecord
from queues.actions.crm.reader import Reader
from queues.decisions.crm.windows import HOURLY, LAG, OVERLAP, is_due
from queues.models import CrmLink
from queues.queries.crm.records import open_links

AT_ONCE = 50  # ids of one call; each that is not found may cost HubSpot one more
MOST_LOOKED_UP = 1_000  # an hour
Gone = CrmLink.Gone


def look_each_hour(reader: Reader) -> bool:
    """Whether it is done; a slice that ends before goes on in the next one, at its page. Each slice reads one at
    least, also where a CRM is so slow that its time is over."""
    connection = reader.connection
    looked_at = connection.looked_at
    if looked_at is None or not is_due(looked_at, HOURLY, reader.clock()):
        return True
    if connection.removed_until is None:
        reader.keep(removed_until=reader.clock() - LAG, removed_after="")
    if not _read_removed(reader):
        return False
    until = connection.removed_until or reader.clock()
    reader.keep(looked_at=until + LAG, removed_until=None)
    _look_up(reader)
    return True


def _read_removed(reader: Reader) -> bool:
    """Page by page; however many were deleted, only one page is held. One that the CRM no longer knows begins the list
    again, once in a slice."""
    connection = reader.connection
    assert connection.looked_at is not None and connection.removed_until is not None
    since, until = connection.looked_at - OVERLAP, connection.removed_until
    ask, has_begun_again = partial(reader.client.removed, since=since, until=until), False
    while True:
        after = connection.removed_after
        try:
            page = reader.call(partial(ask, after=after))
        except CrmRefused as refusal:
            if not after or has_begun_again or refusal.reason not in (Reason.GONE, Reason.WRONG, Reason.WINDOW):
                raise
            has_begun_again = True
            reader.keep(removed_after="")
            continue
        reader.take(page.records, is_whole=True)
        is_last = not page.after or page.after == after
        reader.keep(removed_after="" if is_last else page.after)
        if is_last or reader.is_over:
            return is_last


def _look_up(reader: Reader) -> None:
    """Some records of open leads by their ids, round and round, because no CRM lists all that is gone: Dynamics only
    where it audits leads, HubSpot nothing that was erased, Salesforce nothing that is purged. What is there again, or
    changed unseen, is met as well."""
    connection = reader.connection
    for _call in range(MOST_LOOKED_UP // AT_ONCE):
        rest = open_links(connection).filter(gone__in=(Gone.HERE, Gone.DELETED), pk__gt=connection.checked_to)
        links = list(rest.order_by("pk").values_list("pk", "remote_id")[:AT_ONCE])
        if links:
            _meet(reader, [remote_id for _pk, remote_id in links])
        if len(links) < AT_ONCE:
            reader.keep(checked_to=0)
            return
        reader.keep(checked_to=links[-1][0])
        if reader.is_over:
            return


def _meet(reader: Reader, ids: Sequence[str]) -> None:
    """Ids with which the CRM can do nothing are passed over: they would be in the way each hour."""
    try:
        found = reader.call(partial(reader.client.read, ids, fields=reader.fields))
    except CrmRefused as refusal:
        if refusal.reason not in (Reason.GONE, Reason.WRONG):
            raise
        return
    there = {record.id for record in found}
    reader.take([*found, *(CrmRecord(each, is_gone=True) for each in ids if each not in there)], is_whole=True)
