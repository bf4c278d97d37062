"""Bring the counts of a rotation into proportion over the next leads, and take it back, each with who and why (F10)."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from routing.actions.rotation.credits import AlreadyGiven, NothingLeft, lock_and_open
from routing.actions.rotation.ledger import LedgerSession, close_session, mark_changed, record_participation
from routing.decisions.rotation.settlement import Span, apply_deltas, reversed_deltas, settlement_of
from routing.decisions.rotation.skipped_turns import missed_so_far
from routing.models import LedgerLine, Rotation
from routing.queries.rotation.ledger import can_be_taken_back
from routing.queries.rotation.settlement import can_be_settled, given_in


class CannotBeSettled(Exception):
    """The rotation does not share turns by weight."""


class NothingToSettle(Exception):
    """The counts are in proportion already, or nobody takes turns."""


@transaction.atomic
def settle_counts(
    rotation: Rotation, *, span: Span, why: str, by: User | None, at: datetime, known: int | None = None
) -> LedgerLine:
    """`known` is the number of the newest ledger line that the page showed; None for a caller without a page. Raises
    CannotBeSettled, NothingToSettle, and AlreadyGiven for a second click."""
    session = lock_and_open(rotation.pk, at=at)
    if not can_be_settled(session.rotation):
        raise CannotBeSettled
    lines = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.SETTLED, by=by)
    if known is not None and lines.filter(pk__gt=known, details__span=span).exists():
        raise AlreadyGiven
    record_participation(session)
    missed = missed_so_far(session.state, session.away_for)
    found = settlement_of(session.state, given_in(session.rotation, span, session.state, at=at), missed)
    if found.is_level:
        raise NothingToSettle
    return _write(session, found.deltas, {"why": why, "span": span, "leads": found.leads}, by=by)


@transaction.atomic
def take_back_settlement(line: LedgerLine, *, why: str, by: User | None, at: datetime) -> LedgerLine:
    """The balances go on as if the counts had not been settled. Raises NothingLeft when it was taken back already, or
    all balances started again since."""
    session = lock_and_open(line.rotation_id, at=at)
    if not can_be_taken_back(line):
        raise NothingLeft
    record_participation(session)
    deltas = {int(pk): delta for pk, delta in line.details["deltas"].items()}
    back, shared = reversed_deltas(session.state, deltas)
    return _write(session, back, {"why": why, "takes_back": line.pk}, by=by, shared=shared)


def _write(
    session: LedgerSession, deltas: Mapping[int, int], details: dict[str, object], *, by: User | None, shared: int = 0
) -> LedgerLine:
    missed = missed_so_far(session.state, session.away_for)
    session.state = apply_deltas(session.state, deltas, shared=shared, missed=missed)
    details |= {"missed": {str(pk): units for pk, units in missed.items()}} if missed else {}
    details |= {"deltas": {str(pk): delta for pk, delta in deltas.items()}, "shared": shared}
    mark_changed(session, list(deltas))
    line = session.note(LedgerLine.Kind.SETTLED, details=details, by=by)
    close_session(session)
    announce("people", *(f"holder-{user}" for pk, user in session.state.users.items() if pk in deltas))
    return line
