"""Read what happened to leads, and keep what Alur wants their records in CRMs to say (I4).

Activities are the outbox. A wish is computed from how the lead stands now, not from the act that made us look, so that
the newest replaces all older ones. Acts on one lead follow one another, because each of them locks it: an act that a
link has seen (`wanted_seq`) is not looked at again, and nothing older than an owner that was accepted from the CRM is
written over it. But acts on different leads become visible in any order. So those of the last 15 seconds are read
again each time, and those of the last five minutes twice a minute.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from config.bulk_update import bulk_update
from leads.models import Activity
from queues.actions.crm.log import Tone, Way
from queues.decisions.crm.wishes import Wanted, Wish, renewed, to_write, wish_of
from queues.models import Connection, CrmLink, CrmLog
from queues.queries.crm.standing import concerned, final_leads, newest_acts, owners_by_user, standings, with_news
from routing.models import Assignment

Kind = Activity.Kind
NEAR = timedelta(seconds=15)
SETTLED = timedelta(minutes=5)
READ_AGAIN = timedelta(seconds=30)
NO_ACT = -1  # a lead without any; 0 is a link that was not looked at
CHUNK = 1_000  # activities, or links, of one transaction
MOST_CHUNKS = 20  # of one connection in one run
LOOKED_AT = 5_000  # links in one statement that has them looked at again
MOVES_OWNER = frozenset(
    {
        Kind.QUEUED,
        Kind.REVIEW,
        Kind.WITHDRAWN,
        Kind.ASSIGNED,
        Kind.RETURNED,
        Kind.RELEASED,
        Kind.CLOSED,
        Kind.NURTURED,
        Kind.RECYCLED,
        Kind.ARCHIVED,
        Kind.PARTNER,
        Kind.MERGED,
        Kind.UNDONE,
    }
)
ACTS = MOVES_OWNER | {Kind.CONTACTED}
UNMATCHED = "unmatched"  # a link's problem: its holder is unknown over there
WISH_FIELDS = (
    "wanted_owner",
    "wanted_status",
    "done_status",
    "wanted_seq",
    "wanted_at",
    "next_at",
    "attempts",
    "problem",
    "problem_words",
    "problem_at",
)


@dataclass(frozen=True, slots=True)
class Place:
    """In the stream of activities. `is_whole`: of a run that began at `out_cursor`."""

    after: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Act:
    """The newest of those on one lead that were read together, and the newest that moves an owner; 0 is none."""

    pk: int
    at: datetime
    owner_pk: int


def read_wishes(*, at: datetime) -> int:
    """How many links have a new wish. One statement when nothing happened, or no connection writes."""
    return sum(_read(pk, at=at) for pk in with_news(at=at, read_again=READ_AGAIN))


def wish_again(connection: Connection, *, users: Iterable[int]) -> int:
    """After a change of who is who: the next run looks at the links of leads that these people hold as at new ones."""
    held = Assignment.objects.open().filter(holder__in=list(users)).values("lead")
    links = CrmLink.objects.filter(Q(lead__in=held) | Q(lead__merged_into__in=held), connection=connection, gone="")
    return CrmLink.objects.filter(pk__in=links.exclude(wanted_seq=0).values("pk")).update(wanted_seq=0)


def wish_all_again(pk: int) -> int:
    """The same for each link of a connection, in small transactions; safe to begin again."""
    count, after = 0, 0
    while True:
        links = CrmLink.objects.filter(connection=pk, gone="", pk__gt=after)
        some = list(links.order_by("pk").values_list("pk", flat=True)[:LOOKED_AT])
        if not some:
            return count
        after = some[-1]
        count += links.filter(pk__lte=after).exclude(wanted_seq=0).update(wanted_seq=0)


def _read(pk: int, *, at: datetime) -> int:
    wished = 0
    for _chunk in range(MOST_CHUNKS):
        found, has_more = _read_new_links(pk, at=at)
        wished += found
        if not has_more:
            break
    place: Place | None = None
    for _chunk in range(MOST_CHUNKS):
        found, place = _read_acts(pk, place, at=at)
        wished += found
        if place is None:
            break
    return wished


def _locked(pk: int) -> Connection | None:
    """None while another process reads, which will do."""
    rows = Connection.objects.select_for_update(skip_locked=True, no_key=True)
    return rows.filter(pk=pk, writes_out=True).first()


@transaction.atomic
def _read_new_links(pk: int, *, at: datetime) -> tuple[int, bool]:
    """How many links have their first wish, and whether there are more to look at."""
    connection = _locked(pk)
    if connection is None:
        return 0, False
    rows = CrmLink.objects.filter(connection=connection, wanted_seq=0).order_by("pk")
    links = list(rows.select_for_update(no_key=True)[:CHUNK])
    if not links:
        return 0, False
    final = final_leads({link.lead_id for link in links})
    newest = newest_acts({*final, *final.values()})
    acts = {}
    for link in links:
        act = max(newest.get(lead, NO_ACT) for lead in (link.lead_id, final[link.lead_id]))
        acts[link.pk] = Act(act, at, 0 if link.owner_seq else act)
    return _renew(connection, links, final, acts, at=at), len(links) == CHUNK


@transaction.atomic
def _read_acts(pk: int, place: Place | None, *, at: datetime) -> tuple[int, Place | None]:
    """How many links have a new wish, and where more is to be read, if there is."""
    connection = _locked(pk)
    if connection is None:
        return 0, None
    place = place or _start(connection, at=at)
    acts = Activity.objects.filter(pk__gt=place.after).order_by("pk").values_list("pk", "lead", "at", "kind")
    found = list(acts[:CHUNK])
    wished = _wish(connection, _newest(found), at=at)
    _advance(connection, [(act, when) for act, _lead, when, _kind in found], is_whole=place.is_whole, at=at)
    return wished, Place(found[-1][0], place.is_whole) if len(found) == CHUNK else None


def _start(connection: Connection, *, at: datetime) -> Place:
    """At first after all that is settled, because each link is new then."""
    if connection.out_cursor == 0:
        settled = Activity.objects.filter(at__lte=at - SETTLED).order_by("-pk").values_list("pk", flat=True).first()
        connection.out_cursor = connection.out_near = settled or 0
    if connection.out_read_at is not None and connection.out_read_at > at - READ_AGAIN:
        return Place(max(connection.out_near, connection.out_cursor), is_whole=False)
    connection.out_read_at = at
    return Place(connection.out_cursor, is_whole=True)


def _advance(connection: Connection, found: list[tuple[int, datetime]], *, is_whole: bool, at: datetime) -> None:
    """What was read near the end of the stream is no proof that what lies before it was: only a run from `out_cursor`
    on moves that."""
    connection.out_near = max([connection.out_near, *(pk for pk, when in found if when <= at - NEAR)])
    if is_whole:
        connection.out_cursor = max([connection.out_cursor, *(pk for pk, when in found if when <= at - SETTLED)])
    values = {name: getattr(connection, name) for name in ("out_cursor", "out_near", "out_read_at")}
    Connection.objects.filter(pk=connection.pk).update(**values)


def _newest(found: list[tuple[int, int, datetime, str]]) -> dict[int, Act]:
    """By lead."""
    acts: dict[int, Act] = {}
    for pk, lead, when, kind in found:
        if kind in ACTS:
            before = acts[lead].owner_pk if lead in acts else 0
            acts[lead] = Act(pk, when, pk if kind in MOVES_OWNER else before)
    return acts


def _wish(connection: Connection, acts: Mapping[int, Act], *, at: datetime) -> int:
    if not acts:
        return 0
    links = list(concerned(connection, acts.keys()).select_for_update(no_key=True))
    if not links:
        return 0
    final = final_leads({link.lead_id for link in links})
    of_link = {}
    for link in links:
        its = [acts[lead] for lead in (link.lead_id, final[link.lead_id]) if lead in acts]
        if its and max(act.pk for act in its) > link.wanted_seq:
            newest = max(its, key=lambda act: act.pk)
            of_link[link.pk] = Act(newest.pk, newest.at, max(act.owner_pk for act in its))
    return _renew(connection, [link for link in links if link.pk in of_link], final, of_link, at=at)


def _renew(
    connection: Connection, links: list[CrmLink], final: Mapping[int, int], acts: Mapping[int, Act], *, at: datetime
) -> int:
    """The links are locked, so what is read of their leads now is as new as the acts, or newer."""
    if not links:
        return 0
    found = standings({final[link.lead_id] for link in links})
    owners = owners_by_user(connection, {each.holder for each in found.values() if each.holder is not None})
    lines: list[CrmLog] = []
    wished = 0
    for link in links:
        lead = final[link.lead_id]
        wish = wish_of(found[lead], owners=owners, statuses=connection.status_map)
        if connection.closing_map.get(link.seen_status) == found[lead].stage:
            wish = replace(wish, status=link.seen_status)  # the CRM says it already, in words of its own
        wished += _keep(link, wish, acts[link.pk], at=at)
        if wish.is_unmatched and link.problem != UNMATCHED and not link.gone:
            link.problem, link.problem_words, link.problem_at = UNMATCHED, "", at
            lines.append(_unmatched(link, lead, found[lead].holder, at=at))
    bulk_update(CrmLink, links, WISH_FIELDS)
    CrmLog.objects.bulk_create(lines)
    return wished


def _keep(link: CrmLink, wish: Wish, act: Act, *, at: datetime) -> bool:
    """Whether the link has a new wish; the caller writes it."""
    link.wanted_seq = act.pk
    before = Wanted(link.wanted_owner, link.wanted_status, link.done_status)
    now = renewed(before, wish, moves_owner=act.owner_pk > link.owner_seq)
    if link.problem == UNMATCHED and not wish.is_unmatched:
        link.problem, link.problem_words, link.problem_at = "", "", None
    if now == before or link.gone:
        return False
    if now.status == link.seen_status and not link.sent_status:
        now = replace(now, done_status=now.status)
    link.wanted_owner, link.wanted_status, link.done_status = now.owner, now.status, now.done_status
    is_so = to_write(now, owner=link.seen_owner, status=link.seen_status) == (None, None)
    if is_so and not link.is_on_its_way:
        link.next_at = None
        return False
    link.wanted_at, link.next_at, link.attempts = act.at, at, 0
    if link.problem != UNMATCHED:
        link.problem, link.problem_words, link.problem_at = "", "", None
    return True


def _unmatched(link: CrmLink, lead: int, holder: int | None, *, at: datetime) -> CrmLog:
    details = {"user": holder, "record": link.remote_id}
    line = {"at": at, "way": Way.OUT, "tone": Tone.BAD, "what": UNMATCHED, "lead_id": lead, "details": details}
    return CrmLog(connection_id=link.connection_id, **line)
