"""Audit rotations: replay the ledger from its start, compare owners and balances, and save the result (F6b)."""

import logging
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from config.live import announce
from routing.actions.alerts import alert_failed_audit
from routing.decisions.rotation.ledger import AuditFault, LedgerAudit, LedgerEvent, LedgerKind
from routing.models import Assignment, Audit, LedgerLine, Roster, Rotation
from routing.queries.rotation.state import load_state

log = logging.getLogger(__name__)
MAX_FAULTS = 20  # saved; more would say nothing new
UNREADABLE = "unreadable"
MAX_AUDITS = 400  # saved of one rotation: more than a year of nights


def audit_rotations(*, at: datetime) -> int:
    """Audit every rotation that has a ledger. Returns how many have faults or cannot be read; sales ops get an alert
    for each."""
    failed = 0
    for rotation in Rotation.objects.filter(ledger__isnull=False).distinct().order_by("pk"):
        try:
            faults = audit_rotation(rotation, at=at).faults
        except Exception:
            log.exception("the ledger of rotation %s could not be replayed", rotation.pk)
            faults = [{"turn": 0, "what": UNREADABLE, "was": "", "should": ""}]
            Audit.objects.create(rotation=rotation, at=at, turns=0, faults=faults)
        if faults:
            is_unreadable = faults[0]["what"] == UNREADABLE
            alert_failed_audit(rotation, faults=len(faults), is_unreadable=is_unreadable, at=at)
            failed += 1
    announce("people")
    return failed


@transaction.atomic
def audit_rotation(rotation: Rotation, *, at: datetime) -> Audit:
    """Under the rotation's lock, so that no turn comes between reading the ledger and comparing the state."""
    locked = Rotation.objects.select_for_update(no_key=True).get(pk=rotation.pk)
    result = LedgerAudit().replay(_events(locked)).compare(load_state(locked, at=at, as_stored=True))
    faults = [*result.faults, *_assignment_faults(locked)]
    saved = Audit.objects.create(
        rotation=locked,
        at=at,
        turns=result.turns,
        faults=[
            {"turn": fault.turn, "what": fault.what, "was": str(fault.actual), "should": str(fault.expected)}
            for fault in faults[:MAX_FAULTS]
        ],
    )
    old = Audit.objects.filter(rotation=locked).order_by("-pk").values_list("pk", flat=True)[MAX_AUDITS:]
    Audit.objects.filter(pk__in=list(old)).delete()
    return saved


def _events(rotation: Rotation) -> Iterator[LedgerEvent]:
    """From the newest opening: a release that decides turns in another way writes one, with the state as it was."""
    rosters: dict[int, Roster] = {}
    tz = ZoneInfo(rotation.time_zone)
    lines = LedgerLine.objects.filter(rotation=rotation).select_related("turn").order_by("pk")
    opening = lines.filter(kind=LedgerLine.Kind.OPENING).values_list("pk", flat=True).last()
    lines = lines.filter(pk__gte=opening or 0)
    for line in lines.iterator(chunk_size=2000):
        turn = line.turn
        roster = None
        if line.kind == LedgerLine.Kind.GIVEN and turn is not None and turn.roster_id:
            if turn.roster_id not in rosters:
                rosters = {turn.roster_id: Roster.objects.get(pk=turn.roster_id)}  # they come in order
            roster = rosters[turn.roster_id]
            tz = ZoneInfo(roster.rules.get("tz") or rotation.time_zone)  # a day stays the day of its own time zone
        yield LedgerEvent(
            kind=LedgerKind(line.kind),
            member=line.member,
            rep=turn.rep_id if turn is not None and roster else line.rep_id,
            owed=line.owed,
            due=line.due,
            size=turn.size if turn is not None else line.given,
            turn=turn.number if turn is not None else 0,
            undo_mode=line.details.get("way", ""),
            day=line.at.astimezone(tz).date().isoformat(),
            state=line.details,
            roster=roster.members if roster else (),
            rooms=turn.before.get("rooms", ()) if turn is not None and roster else (),
            rules=roster.rules if roster else {},
            barred=roster.barred_from(turn) if turn is not None and roster else {},
            need=turn.need if turn is not None and roster else "",
            skills=roster.skills if roster else None,
        )


def _assignment_faults(rotation: Rotation) -> list[AuditFault]:
    """Turns without an assignment, and assignments with another holder than their turn."""
    turns = LedgerLine.objects.filter(rotation=rotation, kind=LedgerLine.Kind.GIVEN)
    given = turns.count()
    owned = Assignment.objects.filter(turn__in=turns.values("turn")).count()
    faults = [] if given == owned else [AuditFault(0, "assignments", owned, given)]
    others = Assignment.objects.filter(turn__rotation=rotation).exclude(holder=F("turn__rep__user"))
    rows = others.order_by("pk").values_list("turn__number", "holder", "turn__rep__user")[:MAX_FAULTS]
    return faults + [AuditFault(number, "holder", holder, user) for number, holder, user in rows]
