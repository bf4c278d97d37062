"""Write what a rotation decided: rosters, ledger lines, and what changed on its members (F6b)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha1
from json import dumps, loads
from zoneinfo import ZoneInfo

from routing.decisions.availability.caps import given, keys_at
from routing.decisions.rotation.participation import noticed
from routing.decisions.rotation.state import Candidate, Line
from routing.models import LedgerLine, Roster, Rotation, RotationMember
from routing.queries.rotation.state import Seen, skipped_of

WRITTEN = ["balance", "base", "owed", "takes_part", "away_for", "counts", "paid_on", "paid", "turns_given"]


@dataclass
class Book:
    """A rotation under its lock, with what is to be written when the turns are decided."""

    rotation: Rotation
    line: Line
    users: Mapping[int, int]
    at: datetime
    away_for: dict[int, str]
    counts: dict[int, str]  # JSON, as most of it is never looked at
    lines: list[LedgerLine] = field(default_factory=list)
    touched: dict[int, dict[str, object]] = field(default_factory=dict)
    rosters: list[Roster] = field(default_factory=list)
    newest: Roster | None = None

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.rotation.time_zone)

    def member(self, pk: int) -> Candidate:
        return next(each for each in self.line.members if each.member_id == pk)

    def note(self, kind: str, member: Candidate | None = None, **values: object) -> LedgerLine:
        """One more line; ids are given in this order."""
        row = LedgerLine(
            rotation=self.rotation,
            at=self.at,
            kind=kind,
            rep_id=member.rep_id if member else None,
            member=member.member_id if member else None,
            virtual=self.line.virtual,
            **values,
        )
        self.lines.append(row)
        return row

    def count(self, member: Candidate, *, is_owed: bool, turns: int = 1) -> None:
        """The caps' counters, and how many owed turns were made good today."""
        keys = keys_at(self.at, self.tz)
        self.counts[member.member_id] = dumps(given(loads(self.counts.get(member.member_id) or "{}"), keys, turns))
        self.touched.setdefault(member.member_id, {})["turns"] = (
            self.touched.get(member.member_id, {}).get("turns", 0) + turns
        )
        if is_owed:
            paid = self.touched[member.member_id].get("paid", 0) + 1
            self.touched[member.member_id]["paid"] = paid


def opened(rotation: Rotation, seen: Seen, *, at: datetime) -> Book:
    """The book of a rotation whose row is locked; the first time its ledger begins with what stands there."""
    book = Book(rotation, seen.line, seen.users, at, dict(seen.away_for), dict(seen.counts))
    book.newest = Roster.objects.filter(rotation=rotation).defer("members", "rules").order_by("-pk").first()
    if not LedgerLine.objects.filter(rotation=rotation).exists():
        book.note(LedgerLine.Kind.OPENING, details=state_of(seen.line))
    return book


def state_of(line: Line) -> dict:
    """Everything a replay must know at a beginning."""
    return {
        "pointer": line.pointer,
        "in_block": line.in_block,
        "virtual": line.virtual,
        "rest": line.rest,
        "members": {
            str(each.member_id): [each.balance, each.base, each.owed, each.takes_part, each.weight]
            for each in line.members
        },
    }


def take_part(book: Book) -> None:
    """Who came back takes part again, with what is owed for the turns that were skipped; who is away no longer (F5)."""
    book.line, moves = noticed(book.line, book.away_for, skipped_of(book.rotation))
    for move in moves:
        kind = LedgerLine.Kind.BACK if move.is_back else LedgerLine.Kind.AWAY
        book.note(kind, move.before, due=move.due, owed=move.owed, details={"reason": move.reason})
        book.away_for[move.before.member_id] = move.away_for
        book.touched.setdefault(move.before.member_id, {})


def roster_for(book: Book) -> Roster:
    """The roster of the coming turn: the newest one while nothing on it has changed."""
    rows = [[each.member_id, each.rep_id, each.position, each.weight, each.skip_reason] for each in book.line.members]
    rules = {"way": str(book.line.way), "a_day": skipped_of(book.rotation).most_a_day, "tz": book.rotation.time_zone}
    digest = sha1(repr((book.rotation.version, rules, rows)).encode(), usedforsecurity=False).hexdigest()
    if book.newest is None or book.newest.digest != digest:
        book.newest = Roster.objects.create(
            rotation=book.rotation,
            version=book.rotation.version,
            at=book.at,
            digest=digest,
            rules=rules,
            members=rows,
        )
    return book.newest


def close(book: Book) -> None:
    """Write rotation, members and lines."""
    rotation, line = book.rotation, book.line
    # an update, because save() would write a version into the history of changes, and a turn is no change
    Rotation.objects.filter(pk=rotation.pk).update(
        pointer=line.pointer,
        in_block=line.in_block,
        virtual=line.virtual,
        rest=line.rest,
        turns_taken=rotation.turns_taken,
        reset_on=rotation.reset_on,
    )
    rotation.pointer, rotation.in_block, rotation.virtual, rotation.rest = (
        line.pointer,
        line.in_block,
        line.virtual,
        line.rest,
    )
    write_members(book)
    LedgerLine.objects.bulk_create(book.lines)
    book.lines = []


def write_members(book: Book) -> None:
    """Only those of whom anything changed; a row for each, however many members there are."""
    if not book.touched:
        return
    today = book.at.astimezone(book.tz).date()
    rows = list(RotationMember.objects.filter(pk__in=book.touched).order_by("pk"))
    known = {each.member_id: each for each in book.line.members}
    for row in rows:
        each, did = known[row.pk], book.touched[row.pk]
        row.balance, row.base, row.owed, row.takes_part = each.balance, each.base, each.owed, each.takes_part
        row.away_for, row.counts = book.away_for.get(row.pk, ""), loads(book.counts.get(row.pk) or "{}")
        row.turns_given = max(row.turns_given + did.get("turns", 0), 0)
        if did.get("paid"):
            row.paid, row.paid_on = (row.paid if row.paid_on == today else 0) + did["paid"], today
    RotationMember.objects.bulk_update(rows, WRITTEN)
    book.touched = {}


def touch(book: Book, members: Sequence[int]) -> None:
    for pk in members:
        book.touched.setdefault(pk, {})
