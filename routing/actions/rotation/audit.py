"""Audit rotations: replay the ledger from its start, compare owners and balances, and keep the result (F6b)."""

import logging
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from config.live import announce
from routing.actions.alerts import tell_audit_failed
from routing.decisions.rotation.ledger import Event, Fault, Replay
from routing.models import Assignment, Audit, LedgerLine, Roster, Rotation
from routing.queries.rotation.state import line_of

log = logging.getLogger(__name__)
MOST_FAULTS = 20  # are kept; more would say nothing new
UNREADABLE = "unreadable"
KEPT_AUDITS = 400  # of one rotation: more than a year of nights


def audit_all(*, at: datetime) -> int:
    """Every rotation that has a ledger; returns how many do not agree, of which sales ops are told. One that cannot be
    read counts as one."""
    bad = 0
    for rotation in Rotation.objects.filter(ledger__isnull=False).distinct().order_by("pk"):
        try:
            faults = audit(rotation, at=at).faults
        except Exception:
            log.exception("the ledger of rotation %s could not be replayed", rotation.pk)
            faults = [{"turn": 0, "what": UNREADABLE, "was": "", "should": ""}]
            Audit.objects.create(rotation=rotation, at=at, turns=0, faults=faults)
        if faults:
            is_unreadable = faults[0]["what"] == UNREADABLE
            tell_audit_failed(rotation, faults=len(faults), is_unreadable=is_unreadable, at=at)
            bad += 1
    announce("people")
    return bad


@transaction.atomic
def audit(rotation: Rotation, *, at: datetime) -> Audit:
    """Under the rotation's lock, so that no turn falls between the lines that are read and the state compared."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    replay = Replay().play(_events(locked)).compare(line_of(locked, at=at))
    faults = [*replay.faults, *_lost(locked)]
    found = Audit.objects.create(
        rotation=locked,
        at=at,
        turns=replay.turns,
        faults=[
            {"turn": fault.turn, "what": fault.what, "was": str(fault.was), "should": str(fault.should)}
            for fault in faults[:MOST_FAULTS]
        ],
    )
    old = Audit.objects.filter(rotation=locked).order_by("-pk").values_list("pk", flat=True)[KEPT_AUDITS:]
    Audit.objects.filter(pk__in=list(old)).delete()
    return found


def _events(rotation: Rotation) -> Iterator[Event]:
    rosters: dict[int, Roster] = {}
    tz = ZoneInfo(rotation.time_zone)
    lines = LedgerLine.objects.filter(rotation=rotation).select_related("turn").order_by("pk")
    for line in lines.iterator(chunk_size=2000):
        turn = line.turn
        roster = None
        if line.kind == LedgerLine.Kind.GIVEN and turn.roster_id:
            if turn.roster_id not in rosters:
                rosters = {turn.roster_id: Roster.objects.get(pk=turn.roster_id)}  # they come in order
            roster = rosters[turn.roster_id]
        yield Event(
            kind=line.kind,
            member=line.member,
            rep=turn.rep_id if roster else line.rep_id,
            owed=line.owed,
            due=line.due,
            size=turn.size if turn is not None else line.given,
            turn=turn.number if turn is not None else 0,
            way=line.details.get("way", ""),
            day=line.at.astimezone(tz).date().isoformat(),
            state=line.details,
            roster=roster.members if roster else (),
            rules=roster.rules if roster else {},
            barred={int(pk): reason for pk, reason in turn.barred.items()} if roster else {},
        )


def _lost(rotation: Rotation) -> list[Fault]:
    """Every turn has its assignment, and that has the turn's owner: the ledger sums to the assignments."""
    turns = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.GIVEN)
    given = turns.count()
    owned = Assignment.objects.filter(turn__in=turns.values("turn")).count()
    faults = [] if given == owned else [Fault(0, "assignments", owned, given)]
    others = Assignment.objects.filter(turn__rotation=rotation).exclude(holder=F("turn__rep__user"))
    rows = others.order_by("pk").values_list("turn__number", "holder", "turn__rep__user")[:MOST_FAULTS]
    return faults + [Fault(number, "holder", holder, user) for number, holder, user in rows]
