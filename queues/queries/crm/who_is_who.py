"""People of the connected CRMs, and who they are here: those of whom nobody has said it first (I4)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q

from queues.models import Connection, CrmLink, RemotePerson
from routing.models import Rep

How = RemotePerson.How
MOST = 5000  # people of all CRMs together on these pages
ALL, UNMATCHED, MATCHED = WHICH = ("", "unmatched", "matched")


@dataclass(frozen=True, slots=True)
class Row:
    """One person; over several CRMs where they are one person here. `leads`: records there that have this owner."""

    people: tuple[RemotePerson, ...]
    leads: int = 0

    @property
    def person(self) -> RemotePerson:
        return self.people[0]

    @property
    def is_matched(self) -> bool:
        return self.person.how != How.NOT_YET


@dataclass(frozen=True, slots=True)
class WhoIsWho:
    rows: tuple[Row, ...]
    unmatched: int
    matched: int

    @property
    def all(self) -> int:
        return self.unmatched + self.matched


def who_is_who(*, connection: Connection | None = None, which: str = ALL) -> WhoIsWho:
    """Who is active there, without groups that own no lead here."""
    kept = RemotePerson.objects.exclude(connection__state=Connection.State.REMOVING)
    people = kept.filter(is_active=True).select_related("connection", "user")
    if connection is not None:
        people = people.filter(connection=connection)
    found = list(people.order_by("name", "pk")[:MOST])
    owned = _owned(found)
    shown = [each for each in found if not each.is_group or owned[each.connection_id, each.remote_id]]
    open_ones = [Row((each,), owned[each.connection_id, each.remote_id]) for each in shown if each.how == How.NOT_YET]
    open_ones.sort(key=lambda row: (-row.leads, row.person.is_group))
    known = _by_user([each for each in shown if each.how != How.NOT_YET])
    rows = {ALL: [*open_ones, *known], UNMATCHED: open_ones, MATCHED: known}[which]
    return WhoIsWho(tuple(rows), len(open_ones), len(known))


def choosable_users() -> list[User]:
    """Who takes leads here, by name."""
    reps = Rep.objects.filter(user__is_active=True).select_related("user")
    return [rep.user for rep in reps.order_by("user__first_name", "user__last_name", "pk")]


def _owned(people: Sequence[RemotePerson]) -> dict[tuple[int, str], int]:
    """How many leads here have an owner there whom nobody has matched."""
    wanted = [each for each in people if each.how == How.NOT_YET]
    found: dict[tuple[int, str], int] = defaultdict(int)
    if wanted:
        asked = Q(connection__in={each.connection_id for each in wanted}, seen_owner__in={e.remote_id for e in wanted})
        counts = CrmLink.objects.filter(asked, gone="").order_by().values_list("connection", "seen_owner")
        found.update({(pk, owner): n for pk, owner, n in counts.annotate(n=Count("pk"))})
    return found


def _by_user(people: Sequence[RemotePerson]) -> list[Row]:
    together: dict[object, list[RemotePerson]] = {}
    for each in people:
        together.setdefault(each.user_id or ("left", each.pk), []).append(each)
    return [Row(tuple(several)) for several in together.values()]
