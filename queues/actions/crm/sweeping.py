"""Somebody has said who a person of a CRM is: their leads over there follow, without a change there (I4).

Records that were left with them come in, by their ids. Where the CRM's owner wins, leads that came in while nobody
knew their owner go to that person now, as far as nothing else was wanted since.
"""

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from config.reach.crm.records import CrmRecord
from queues.actions.crm.meeting import meet, meeting_link
from queues.actions.crm.reader import Reader
from queues.actions.crm.taking import MET
from queues.models import Connection, CrmLeft, CrmLink, RemotePerson
from queues.queries.crm.records import open_links

AT_ONCE = 50
SURE = timedelta(minutes=10)  # an undone match is mostly followed by another, which says whose the leads are


def sweep_people(reader: Reader) -> bool:
    """Whether all are done; a slice that ends before goes on in the next one, where it was, and does one step at
    least."""
    is_sure = Q(user__isnull=False) | Q(matched_at__lte=reader.clock() - SURE)
    waiting = RemotePerson.objects.filter(is_sure, connection=reader.connection, swept_to__isnull=False)
    if waiting.exists():
        _pass_over_idle(reader.connection)
    return all(_take_left(reader, person) and _hand_over(reader, person) for person in waiting.order_by("pk"))


def _pass_over_idle(connection: Connection) -> None:
    """Most of them have nothing over there that Alur has seen: thousands may be matched by e-mail at once."""
    of_person = {"connection": connection, "owner": OuterRef("remote_id")}
    owned = CrmLink.objects.filter(connection=connection, seen_owner=OuterRef("remote_id"))
    matched = RemotePerson.objects.filter(connection=connection, user__isnull=False, swept_to=0)
    idle = matched.filter(~Exists(CrmLeft.objects.filter(**of_person)), ~Exists(owned))
    idle.update(swept_to=None)


def _take_left(reader: Reader, person: RemotePerson) -> bool:
    """They are forgotten after they were taken, so that a killed process takes the rest."""
    left = CrmLeft.objects.filter(connection=reader.connection, owner=person.remote_id)
    while rows := list(left.order_by("pk").values_list("pk", "remote_id")[:AT_ONCE]):
        ids = [remote_id for _pk, remote_id in rows]
        reader.take(reader.call(partial(reader.client.read, ids, fields=reader.fields)), is_whole=True)
        left.filter(pk__in=[pk for pk, _remote_id in rows]).delete()  # not those that are left with another by now
        if reader.is_over:
            return False
    return True


def _hand_over(reader: Reader, person: RemotePerson) -> bool:
    """As if the owner had come to each of them now: nobody knew then who that is."""
    owned = open_links(reader.connection).filter(seen_owner=person.remote_id, gone="")
    unwanted = Q(wanted_owner="") | Q(wanted_owner=person.remote_id)
    takes_over = person.user_id is not None and reader.connection.owner_policy == Connection.Policy.CRM
    while takes_over:
        rest = owned.filter(unwanted, pk__gt=person.swept_to).order_by("pk")
        links = list(rest.values_list("pk", flat=True)[:AT_ONCE])
        if not links:
            break
        reader.hold()
        for pk in links:
            reader.counts[MET] += _meet_again(pk, person.remote_id, reader)
        _keep(person, links[-1])
        if reader.is_over:
            return False
    _keep(person, None)
    return True


@transaction.atomic
def _meet_again(pk: int, owner: str, reader: Reader) -> int:
    link = meeting_link(pk)
    if link is None or link.gone or link.seen_owner != owner or link.wanted_owner not in ("", owner):
        return 0
    record = CrmRecord(link.remote_id, owner=owner, status=link.seen_status, changed_at=link.seen_at)
    link.seen_owner = ""
    return bool(meet(link, record, at=reader.clock()).codes)


def _keep(person: RemotePerson, swept_to: int | None) -> None:
    """Unless somebody has said something else since."""
    RemotePerson.objects.filter(pk=person.pk, user=person.user_id, swept_to=person.swept_to).update(swept_to=swept_to)
    person.swept_to = swept_to
