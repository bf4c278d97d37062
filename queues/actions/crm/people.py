"""Who is who: people of a CRM are found by e-mail once, then chosen by a person, never guessed (I4)."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Lower

from config.bulk_update import bulk_update
from config.live import announce
from config.reach.crm.records import CrmPerson
from queues.actions.crm.states import ConnectionIsGone, locked
from queues.actions.crm.wishes import wish_again
from queues.models import Connection, RemotePerson
from queues.queries.crm.connections import usable
from routing.models import Rep

How = RemotePerson.How


class AlreadySomebody(Exception):
    """This user is another person there already; `person` is that one."""

    def __init__(self, person: RemotePerson) -> None:
        super().__init__(person.pk)
        self.person = person


class SaidOtherwise(Exception):
    """Somebody has said since who this is; `person` as it is now."""

    def __init__(self, person: RemotePerson) -> None:
        super().__init__(person.pk)
        self.person = person


@transaction.atomic
def keep_people(connection: Connection, found: Iterable[CrmPerson], *, at: datetime) -> int:
    """Those who are there now. New ones whose e-mail is that of exactly one rep here are matched; whom a person has
    chosen stays as chosen. Returns how many were matched. Who is gone over there stays listed as inactive.
    Raises ConnectionIsGone."""
    locked(connection)
    known = {person.remote_id: person for person in connection.people.all()}
    users = _users_by_email()
    taken = {person.user_id for person in known.values() if person.user_id}
    matched, seen, new_users = 0, set[str](), list[int]()
    new: list[RemotePerson] = []
    changed: list[RemotePerson] = []
    for each in found:
        if each.id in seen:
            continue
        seen.add(each.id)
        person = known.get(each.id) or RemotePerson(connection=connection, remote_id=each.id[:80])
        told = (each.name[:200], each.email[:254], each.is_active, each.is_group)
        was = (person.name, person.email, person.is_active, person.is_group)
        person.name, person.email, person.is_active, person.is_group = told
        user = users.get(each.email.strip().lower()) if each.email and not each.is_group else None
        is_open = person.how == How.NOT_YET and person.matched_at is None
        if is_open and user is not None and user.pk not in taken:
            person.user, person.how, person.matched_at, person.swept_to = user, How.EMAIL, at, 0
            taken.add(user.pk)
            new_users.append(user.pk)
            matched += 1
        elif person.pk is not None and told == was:
            continue
        (new if person.pk is None else changed).append(person)
    RemotePerson.objects.bulk_create(new, batch_size=500)
    fields = ["name", "email", "is_active", "is_group", "user", "how", "matched_at", "swept_to"]
    bulk_update(RemotePerson, changed, fields)
    connection.people.filter(is_active=True).exclude(remote_id__in=seen).update(is_active=False)
    Connection.objects.filter(pk=connection.pk).update(people_at=at)
    connection.people_at = at
    if new_users:
        wish_again(connection, users=new_users)
    announce("connections")
    return matched


@transaction.atomic
def match_person(person: RemotePerson, user: User | None, *, by: User, at: datetime, was_open: bool = False) -> None:
    """Their leads over there are looked at again by the next poll. None: those are left with them. Raises
    AlreadySomebody. `was_open`: a page asked who that is; raises SaidOtherwise if it was said since."""
    row = _locked(person)
    if was_open and row.how != How.NOT_YET:
        if row.user_id == (user and user.pk):
            return
        raise SaidOtherwise(row)
    if user is not None:
        other = RemotePerson.objects.filter(connection=row.connection_id, user=user).exclude(pk=row.pk).first()
        if other is not None:
            raise AlreadySomebody(other)
    _say(row, user, How.BY_HAND, by=by, at=at)


@transaction.atomic
def forget_match(person: RemotePerson, *, by: User, at: datetime, was: str | None = None) -> None:
    """Nobody has said who this is; the e-mail does not match by itself again, because somebody did not want it. Leads
    that were left with them come in. `was`: the id of the user that the page showed, "" of none; raises SaidOtherwise
    if it is another by now."""
    row = _locked(person)
    if was is not None and row.how != How.NOT_YET and was != str(row.user_id or ""):
        raise SaidOtherwise(row)
    _say(row, None, How.NOT_YET, by=by, at=at)


def _locked(person: RemotePerson) -> RemotePerson:
    """Under the lock of its connection. Raises ConnectionIsGone."""
    locked(Connection(pk=person.connection_id))
    row = RemotePerson.objects.select_related("user", "matched_by").filter(pk=person.pk).first()
    if row is None:
        raise ConnectionIsGone
    return row


def _say(row: RemotePerson, user: User | None, how: How, *, by: User, at: datetime) -> None:
    """What the two people hold is looked at again, because its owner can or can no longer be written."""
    concerned = {pk for pk in (row.user_id, user.pk if user is not None else None) if pk is not None}
    row.user, row.how, row.matched_at, row.matched_by = user, how, at, by
    is_left = how == How.BY_HAND and user is None
    row.swept_to = None if is_left else 0
    row.save(update_fields=["user", "how", "matched_at", "matched_by", "swept_to"])
    if user is not None:
        usable(at).filter(pk=row.connection_id, next_poll_at__gt=at).update(next_poll_at=at)
    if concerned:
        wish_again(row.connection, users=concerned)


def _users_by_email() -> dict[str, User]:
    """Active reps whose e-mail nobody else here has."""
    users: dict[str, User | None] = {}
    reps = Rep.objects.filter(user__is_active=True).exclude(user__email="").select_related("user")
    for rep in reps.annotate(mail=Lower("user__email")).order_by("pk"):
        users[rep.mail] = None if rep.mail in users else rep.user
    return {mail: user for mail, user in users.items() if user is not None}
