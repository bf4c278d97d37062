"""Reads a rotation's ledger for its page: turns outside the plain order, and which of them are not used yet (F6b,
F10)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from routing.decisions.rotation.ledger import UndoMode
from routing.decisions.rotation.skipped_turns import unused_turns
from routing.models import LedgerLine, Rotation, RotationMember

Kind = LedgerLine.Kind
OUTSIDE_THE_ORDER = (Kind.CATCH_UP, Kind.CREDIT, Kind.COUNTED, Kind.RESET, Kind.RAMP, Kind.SETTLED)
ADDS_OWED_TURNS = (Kind.CATCH_UP, Kind.CREDIT, Kind.BACK)  # the kinds that add owed turns
MAX_LATEST = 20


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`left` is how many turns of a catch-up are not used yet; `can_go_back` is for counts that were settled."""

    line: LedgerLine
    left: int = 0
    can_go_back: bool = False


def outside_the_order(rotation: Rotation) -> QuerySet[LedgerLine]:
    """Newest first; a partial index finds them among the plain turns."""
    lines = LedgerLine.objects.filter(rotation=rotation, kind__in=OUTSIDE_THE_ORDER)
    return lines.select_related("rep__user", "by").order_by("-pk")


def ledger_rows(rotation: Rotation) -> list[LedgerRow]:
    """The latest lines, and older catch-ups with turns that are not used yet."""
    owed = dict(RotationMember.objects.filter(rotation=rotation, owed__gt=0).order_by("pk").values_list("pk", "owed"))
    lines = {line.pk: line for line in outside_the_order(rotation)[:MAX_LATEST]}
    if owed:
        given = outside_the_order(rotation).filter(kind=Kind.CATCH_UP, owed__gt=0, member__in=owed)
        lines |= {line.pk: line for line in given[:MAX_LATEST]}
    left = unused_by_line(list(lines.values()), owed)
    settled = next((line for line in lines.values() if line.kind == Kind.SETTLED), None)  # the newest
    goes_back = settled.pk if settled is not None and can_be_taken_back(settled) else None
    found = [LedgerRow(line, left.get(line.pk, 0), line.pk == goes_back) for line in lines.values()]
    latest = sorted(found, key=lambda row: -row.line.pk)
    return latest[:MAX_LATEST] + [row for row in latest[MAX_LATEST:] if row.left]


def unused_by_line(lines: Sequence[LedgerLine], owed: Mapping[int, int]) -> dict[int, int]:
    """How many turns of each catch-up are not used yet, by line; `owed` is by member. One query."""
    candidates = [
        line for line in lines if line.kind == Kind.CATCH_UP and line.owed > 0 and owed.get(line.member, 0) > 0
    ]
    found = dict.fromkeys((line.pk for line in lines if line.kind == Kind.CATCH_UP), 0)
    if not candidates:
        return found
    rows = list(
        LedgerLine.objects.filter(
            rotation=candidates[0].rotation_id,
            rep__in={line.rep_id for line in candidates},
            pk__gt=min(line.pk for line in candidates),
            kind__in=ADDS_OWED_TURNS,
        )
        .exclude(owed=0)
        .order_by("pk")
        .values_list("pk", "member", "owed", "details__takes_back")
    )
    for line in candidates:
        taken = -sum(more for _pk, _member, more, back in rows if back == line.pk)
        later = sum(
            more
            for pk, member, more, back in rows
            if member == line.member and pk > line.pk and (back is None or back > line.pk)
        )
        found[line.pk] = unused_turns(line.owed, taken_back=taken, owed=owed[line.member], later=later)
    return found


def unused_refunds(rotation: Rotation, owed: Mapping[int, int]) -> list[int]:
    """The lines of refunds that are not given yet; `owed` is by member. Older turns are used first (F10), whatever they
    are owed for."""
    left = {pk: turns for pk, turns in owed.items() if turns > 0}
    if not left:
        return []
    is_refund = Q(kind=Kind.CREDIT) | Q(kind=Kind.UNDONE, details__way=UndoMode.CREDIT)
    # steps of ramps owed turns in earlier releases; COUNTED takes a refund back
    adds = is_refund | Q(kind__in=(Kind.CATCH_UP, Kind.BACK, Kind.RAMP, Kind.COUNTED))
    lines = LedgerLine.objects.filter(adds, rotation=rotation, member__in=left).exclude(owed=0).order_by("-pk")
    taken: Counter[int] = Counter()  # by the line whose turns were taken back
    refunds_less: Counter[int] = Counter()  # by member, refunds that were taken back
    found = []
    for pk, kind, whose, turns, back in lines.values_list("pk", "kind", "member", "owed", "details__takes_back"):
        member = whose or 0
        if turns < 0 and back is not None:
            taken[back] -= turns
        elif turns < 0:
            refunds_less[member] -= turns
        else:
            refunded = kind in (Kind.CREDIT, Kind.UNDONE)
            less = min(refunds_less[member], turns) if refunded else 0
            refunds_less[member] -= less
            unused = min(max(turns - taken[pk] - less, 0), left[member])
            left[member] -= unused
            found += [pk] if refunded and unused else []
    return found


def can_be_taken_back(settled: LedgerLine) -> bool:
    """Once, and only while nothing that sets all balances came later."""
    if settled.kind != Kind.SETTLED or "takes_back" in settled.details:
        return False
    later = LedgerLine.objects.filter(rotation=settled.rotation_id, pk__gt=settled.pk)
    starts_over = Q(kind=Kind.EDITED, details__starts_over=True)
    return not later.filter(Q(kind__in=(Kind.RESET, Kind.SETTLED)) | starts_over).exists()


def newest_line_number(rotation: Rotation) -> int:
    """The number of the newest line; 0 when there is none."""
    return LedgerLine.objects.filter(rotation=rotation).order_by("-pk").values_list("pk", flat=True).first() or 0


def last_reset(rotation: Rotation) -> LedgerLine | None:
    return LedgerLine.objects.filter(rotation=rotation, kind=Kind.RESET).order_by("-pk").first()
