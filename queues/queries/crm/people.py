"""Who is who between Alur and a CRM (I4)."""

from collections.abc import Collection

from queues.models import Connection, CrmLeft, CrmLink, RemotePerson
from routing.models import Rep


def people_by_id(connection: Connection, remote_ids: Collection[str]) -> dict[str, RemotePerson]:
    """People over there whom Alur has heard of, by their ids there."""
    wanted = {each for each in remote_ids if each}
    if not wanted:
        return {}
    rows = RemotePerson.objects.filter(connection=connection, remote_id__in=wanted).select_related("user")
    return {row.remote_id: row for row in rows.order_by("pk")}


def owners_of(links: Collection[CrmLink]) -> dict[tuple[int, str], RemotePerson]:
    """Who owns these records over there, as last read: by connection, and id there."""
    named = [link for link in links if link.seen_owner]
    if not named:
        return {}
    rows = RemotePerson.objects.filter(
        connection__in={link.connection_id for link in named}, remote_id__in={link.seen_owner for link in named}
    )
    return {(row.connection_id, row.remote_id): row for row in rows.order_by("pk")}


def person_of_user(connection: Connection, user_id: int | None) -> RemotePerson | None:
    """Who somebody here is over there; None for who has left there, as such a person can own nothing."""
    if user_id is None:
        return None
    rows = RemotePerson.objects.filter(connection=connection, user=user_id, is_active=True, is_group=False)
    return rows.order_by("pk").first()


def left_with(person: RemotePerson) -> int:
    """How many records did not come in because they are left with this person."""
    return CrmLeft.objects.filter(connection=person.connection_id, owner=person.remote_id).count()


def who_can_hold(user_ids: Collection[int]) -> set[int]:
    """Those of these users who can be given leads: active, and a rep. Away and full ones too, as somebody has chosen
    them by name."""
    if not user_ids:
        return set()
    reps = Rep.objects.filter(user__in=user_ids, user__is_active=True).order_by("pk")
    return set(reps.values_list("user", flat=True))
