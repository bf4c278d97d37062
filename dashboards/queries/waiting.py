"""Waiting leads as a rep may see them: places and reasons, never the person (C1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from dashboards.queries.preview import LeadPreview, lead_preview
from dashboards.queries.time_left import waits_left
from leads.decisions.own_fields.reading import Value
from leads.models import Lead
from queues.decisions.health import depth_level
from queues.decisions.ordering import Position, QueueCounts
from queues.decisions.urgency import urgency
from queues.models import Entry, Queue
from queues.queries.counts import counts_by_queue
from queues.queries.guards import full_queues, reserved_entries
from queues.queries.limits import TypeLimits, type_limits
from queues.queries.rules import tier_names
from queues.queries.waiting import entries_at, first_positions
from routing.decisions.availability.work_time import TimeLeft

FIRST_ROWS = 5  # rows of each queue on the desk
PAGE_SIZE = 25
MAX_PAGE = 40  # place 1,000: reading further down is slow, and no rep picks there
TEXTS = ("company", "industry", "city", "title", "source", "lead_type", "account_tier", "reason", "tier_name")
BLIND: dict[str, Any] = {
    **dict.fromkeys(TEXTS, ""),
    "size": None,
    "score": 0,
    "own": {},
}  # all that a blind queue shows


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a page may show of a lead before the claim; it has no contact details."""

    entry_id: int
    lead_id: int  # for managers' links; a rep may not open the lead before the claim
    number: int
    of: int
    company: str
    industry: str
    city: str
    size: int | None
    title: str
    source: str
    lead_type: str
    account_tier: str
    score: int
    since_at: datetime
    due_at: datetime
    limit: timedelta  # how long it may wait, by what its queue counts (D1, D3)
    reason: str
    tier_name: str
    queue: Queue
    can_pick: bool
    viewer: str = ""  # the first name of the rep who has the preview open
    viewed_until: datetime | None = None
    is_mine: bool = False  # the reader has the preview open
    closer: LeadPreview | None = None
    is_recycled: bool = False  # it came back from nurture or the pool (L9)
    left: TimeLeft | None = None  # what its clock still counts, if it pauses before it is due
    own: Mapping[str, Value] = field(default_factory=dict)  # own fields; pages show those that are open (A9)

    @property
    def is_kept(self) -> bool:
        """Whether another rep has reserved it by a preview."""
        return bool(self.viewer) and not self.is_mine


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One queue with some of its rows; `depth` counts all waiting leads, `head` is what Take next would give.

    A blind queue shows a rep no rows, and only that there is a head. `to_contact` is how many leads the rep must
    contact before this queue gives another one (C4c). `entries` are the rows as they were read, for managers only.
    """

    queue: Queue
    depth: int
    level: str
    rows: list[Preview] = field(default_factory=list)
    head: Preview | None = None
    to_contact: int = 0
    entries: list[Entry] = field(default_factory=list, repr=False)

    @property
    def over(self) -> int:
        """The threshold that the depth has passed."""
        queue = self.queue
        return {"yellow": queue.depth_yellow, "red": queue.depth_red, "critical": queue.depth_critical}.get(
            self.level, 0
        )


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list of one queue."""

    number: int
    last: int
    start: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def following(self) -> int | None:
        return self.number + 1 if self.number < self.last else None


def first_rows_of_each(
    queues: Sequence[Queue], *, user, at: datetime, each: int = FIRST_ROWS, limits: TypeLimits | None = None
) -> list[QueueLine]:
    """The first rows of every queue: five queries for each queue that is not empty, and two for all rows. `limits` are
    type_limits() of these queues, for those who show them as well."""
    return _lines(queues, counts_by_queue(queues, at=at), limits, user=user, at=at, limit=each)


def page_of_queue(
    queue: Queue, *, user, at: datetime, number: int, limits: TypeLimits | None = None, known: QueueCounts | None = None
) -> tuple[QueueLine, Page]:
    """One page of a queue; a number beyond the end shows the last page. For a rep who may not see all of the queue, the
    last page is known only when it is reached. `limits` as for first_rows_of_each(), and `known` how many wait."""
    counts = counts_by_queue([queue], at=at) if known is None else {queue.pk: known}
    last = _pages(counts[queue.pk].waiting)
    number = min(max(number, 1), last)
    line = _page(queue, counts, limits, user=user, at=at, number=number)
    if number > 1 and not line.rows and not queue.is_blind:
        most = MAX_PAGE * PAGE_SIZE
        mine = first_positions(queue, at=at, limit=most, counts=counts[queue.pk], for_rep=user)
        number = last = _pages(len(mine))
        line = _page(queue, counts, limits, user=user, at=at, number=number)
    if user is not None and line.rows and len(line.rows) < PAGE_SIZE:
        last = number
    return line, Page(number=number, last=last, start=(number - 1) * PAGE_SIZE)


def _pages(places: int) -> int:
    return min(max(-(-places // PAGE_SIZE), 1), MAX_PAGE)


def _page(
    queue: Queue, counts: dict[int, QueueCounts], limits: TypeLimits | None, *, user, at: datetime, number: int
) -> QueueLine:
    return _lines([queue], counts, limits, user=user, at=at, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE)[0]


def depths(queues: Sequence[Queue], *, at: datetime) -> list[QueueLine]:
    """Only how many wait."""
    counts = counts_by_queue(queues, at=at)
    return [_line(queue, counts[queue.pk]) for queue in queues]


def next_lead(lines: Sequence[QueueLine], *, at: datetime) -> Preview | None:
    """What Take next gives from these queues: the most urgent head (queues.decisions.urgency)."""
    heads = [line.head for line in lines if line.head is not None and not line.to_contact]
    return min(heads, key=lambda head: urgency(head.due_at, head.queue.position, head.queue.pk, at=at), default=None)


def version_of(lines: Sequence[QueueLine], *, at: datetime) -> str:
    """Changes when a row changes, and every minute, because waiting times are shown in minutes."""
    shown = [
        (
            line.queue.pk, line.depth, line.to_contact, line.head and (line.head.entry_id, line.head.score),
            [(row.entry_id, row.score, row.viewer, row.viewed_until) for row in line.rows],
        )
        for line in lines
    ]  # fmt: skip
    return version(shown, at=at)


def version(shown: object, *, at: datetime) -> str:
    """A short hash of what is shown, the same in all processes."""
    return f"{crc32(repr(shown).encode()):x}-{int(at.timestamp()) // 60}"


def _lines(
    queues: Sequence[Queue],
    counts: dict[int, QueueCounts],
    limits: TypeLimits | None,
    *,
    user,
    at: datetime,
    limit: int,
    offset: int = 0,
) -> list[QueueLine]:
    full = full_queues(queues, user) if user is not None else {}
    places = {
        queue.pk: _places(queue, counts[queue.pk], user=user, at=at, limit=limit, offset=offset)
        for queue in queues
        if counts[queue.pk].waiting
    }
    entries = {entry.pk: entry for entry in entries_at([place for each in places.values() for place in each])}
    tiers, limits = tier_names(*queues), limits or type_limits([queue.pk for queue in queues])
    lefts = _times_left(queues, entries.values(), at=at)
    found = []
    for queue in queues:
        rows = [
            _preview(
                entries[place.entry.id],
                queue,
                counts[queue.pk].waiting,
                tiers,
                user,
                limit=limits.wait(queue, entries[place.entry.id].lead.lead_type).time,
                left=lefts.get(place.entry.id),
                at=at,
                can_pick=offset + step < queue.picks_within,
            )
            for step, place in enumerate(places.get(queue.pk, ()))
            if place.entry.id in entries
        ]
        rows = [replace(row, closer=lead_preview(entries[row.entry_id])) if row.is_mine else row for row in rows]
        line = replace(_line(queue, counts[queue.pk]), to_contact=full.get(queue.pk, 0))
        if user is None:
            line = replace(line, entries=[entry for entry in entries.values() if entry.queue_id == queue.pk])
        found.append(_as_seen(line, rows, user=user, limit=limit))
    return found


def _times_left(queues: Sequence[Queue], entries: Iterable[Entry], *, at: datetime) -> dict[int, TimeLeft | None]:
    by_id, shown = {queue.pk: queue for queue in queues}, list(entries)
    lefts = waits_left([(by_id[entry.queue_id], entry.wait_due_at) for entry in shown], at=at)
    return {entry.pk: left for entry, left in zip(shown, lefts, strict=True)}


def _places(queue: Queue, counts: QueueCounts, *, user, at: datetime, limit: int, offset: int) -> list[Position]:
    """`limit` places, and as many more as other reps have reserved, so that the first free one is among them."""
    kept = reserved_entries(queue, user, at=at) if user is not None and not offset else ()
    return first_positions(queue, at=at, limit=limit + len(kept), offset=offset, counts=counts, for_rep=user)


def _as_seen(line: QueueLine, rows: list[Preview], *, user, limit: int) -> QueueLine:
    head = next((row for row in rows if not row.is_kept), None)
    if user is not None and line.queue.is_blind:
        return replace(line, head=head and replace(head, **BLIND))
    return replace(line, rows=rows[:limit], head=head)


def _line(queue: Queue, counts: QueueCounts) -> QueueLine:
    level = depth_level(counts.waiting, queue.depth_yellow, queue.depth_red, queue.depth_critical)
    return QueueLine(queue=queue, depth=counts.waiting, level=level)


def _preview(
    entry: Entry,
    queue: Queue,
    depth: int,
    tiers: dict[int, str],
    user,
    *,
    limit: timedelta,
    left: TimeLeft | None,
    at: datetime,
    can_pick: bool,
) -> Preview:
    lead = entry.lead
    is_viewed = queue.is_reserving and entry.reserved_until is not None and entry.reserved_until > at
    return Preview(
        entry_id=entry.pk,
        lead_id=entry.lead_id,
        number=entry.position.number,
        of=depth,
        company=shown_company(lead),
        industry=lead.industry,
        city=lead.city,
        size=lead.company_size,
        title=lead.title,
        source=lead.source.name,
        lead_type=lead.get_lead_type_display(),
        account_tier=lead.account.get_tier_display() if lead.account_id else "",
        score=lead.score,
        since_at=entry.since_at,
        due_at=entry.wait_due_at,
        limit=limit,
        left=left,
        reason=entry.position.reason,
        tier_name=tiers.get(entry.tier, ""),
        queue=queue,
        can_pick=can_pick,
        viewer=entry.viewer_name if is_viewed else "",
        viewed_until=entry.reserved_until if is_viewed else None,
        is_mine=is_viewed and user is not None and entry.reserved_by_id == user.pk,
        is_recycled=entry.is_recycled,
        own=lead.own,
    )


def shown_company(lead: Lead) -> str:
    """The company, or what stands for it; a label that names the person or has contact details is not shown (C1)."""
    label = lead.label.casefold()
    contact = (lead.full_name, lead.email, lead.phone)
    is_contact = "@" in label or any(each and each.casefold() in label for each in contact)
    return f"#{lead.pk}" if is_contact else lead.label
