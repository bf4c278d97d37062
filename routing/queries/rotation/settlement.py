"""Reads how many leads each member was given in a span, and what a settlement would bring (F10)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from routing.decisions.rotation.ledger import UndoMode
from routing.decisions.rotation.participation import participating
from routing.decisions.rotation.settlement import SETTLED_BY, Settlement, Span, apply_deltas, settlement_of
from routing.decisions.rotation.skipped_turns import missed_so_far
from routing.decisions.rotation.state import RotationState
from routing.decisions.rotation.turns import pick_many
from routing.models import LedgerLine, Rep, Rotation, RotationMember
from routing.queries.rotation.ledger import last_reset, unused_refunds
from routing.queries.rotation.state import load_state, skipped_turn_policy

Kind = LedgerLine.Kind
FEWEST_SHOWN, MOST_SHOWN = 10, 200


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """What one member was given in the span, and gets of the next leads."""

    rep: Rep
    given: int
    gets: int


@dataclass(frozen=True, slots=True)
class SettlementPreview:
    """`leads` is how many next leads were tried, `unassigned` how many of them nobody could have."""

    settlement: Settlement
    rows: list[SettlementRow]
    leads: int
    unassigned: int


def can_be_settled(rotation: Rotation) -> bool:
    """A rotation that shares value, or looks at open leads, brings itself into proportion."""
    return rotation.way in SETTLED_BY


def usual_span(rotation: Rotation) -> Span:
    return Span.MONTH if rotation.resets == Rotation.Resets.NEVER else Span.RESET


def given_in(rotation: Rotation, span: Span, state: RotationState, *, at: datetime) -> dict[int, int]:
    """Leads by member: turns and what counted as one. A lead whose turn was refunded counts until the refund is given,
    because it is owed on top until then."""
    lines = LedgerLine.objects.filter(rotation=rotation, at__lte=at, member__isnull=False)
    if span.length is not None:
        lines = lines.filter(at__gt=at - span.length)
    elif span == Span.RESET and (reset := last_reset(rotation)) is not None:
        lines = lines.filter(pk__gt=reset.pk)
    undone = Q(kind=Kind.UNDONE)
    unused = unused_refunds(rotation, {each.member_id: each.owed for each in state.members})
    counted = lines.values("member").annotate(
        turns=Count("pk", filter=Q(kind=Kind.GIVEN) | Q(kind=Kind.COUNTED, given__gt=0)),
        less=Count("pk", filter=(undone & Q(details__way=UndoMode.WHOLE)) | Q(kind=Kind.COUNTED, given__lt=0)),
        refunds=Count(
            "pk", filter=((undone & Q(details__way=UndoMode.CREDIT)) | Q(kind=Kind.CREDIT)) & ~Q(pk__in=unused)
        ),
    )
    return {
        pk: row["turns"] - row["less"] - row["refunds"]
        for row in counted.order_by("member")
        if (pk := row["member"]) is not None
    }


def preview_settlement(rotation: Rotation, span: Span, *, at: datetime) -> SettlementPreview:
    """Decided by the functions of real turns; nothing is saved."""
    state = load_state(rotation, at=at)
    state, away_for = participating(state, skipped_turn_policy(rotation))
    missed = missed_so_far(state, away_for)
    found = settlement_of(state, given_in(rotation, span, state, at=at), missed)
    leads = min(max(found.leads, FEWEST_SHOWN), MOST_SHOWN)
    picks = pick_many(apply_deltas(state, found.deltas, missed=missed), leads)
    gets = Counter(pick.chosen.member_id for pick in picks if pick.chosen is not None)
    members = RotationMember.objects.filter(rotation=rotation, pk__in=found.given).select_related("rep__user")
    rows = [SettlementRow(each.rep, found.given[each.pk], gets[each.pk]) for each in members.order_by("position", "pk")]
    return SettlementPreview(found, rows, leads, leads - sum(gets.values()))
