"""Alert people to what needs attention: unfair shares, failed audits, broken calendars (H1, F6b, I2)."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from routing.actions.notifications import notify
from routing.decisions.calendars.absence import BEYOND_LIMITS
from routing.models import CalendarFeed, Notification, Rotation
from routing.queries.alerts import (
    UnfairShare,
    manager_ids_of_teams,
    rotations_with_recent_turns,
    unfair_shares,
)
from routing.queries.audience import ops_ids

log = logging.getLogger(__name__)
BROKEN_FOR = timedelta(hours=1)  # one failed fetch is not worth an alert, unless its reason cannot pass
Kind = Notification.Kind


def alert_unfair_shares(*, at: datetime) -> int:
    """Alert the managers of a rep's teams and sales ops to a rep who is more than half off, or got no lead for a day
    although leads came: once a day for each rep and rotation, however often this runs (H1). Returns the number of
    cases."""
    cases = 0
    for rotation in rotations_with_recent_turns(at=at):
        try:
            found = unfair_shares(rotation, at=at)
        except Exception:  # one rotation that fails must not block the alerts of the others
            log.exception("the shares of rotation %s could not be compared", rotation.pk)
            continue
        for case in found:
            _alert(case, rotation, at=at)
        cases += len(found)
    return cases


@transaction.atomic
def _alert(case: UnfairShare, rotation: Rotation, *, at: datetime) -> None:
    notify(
        {*manager_ids_of_teams(case.rep), *ops_ids()},
        kind=Kind.UNFAIR,
        key=f"unfair-{rotation.pk}-{case.rep.pk}-{_day(rotation, at)}",
        at=at,
        details={
            "rotation": rotation.pk,
            "place": rotation.name,
            "name": str(case.rep),
            "why": list(case.why),
            "given": case.given,
            "due": case.due,
        },
    )


@transaction.atomic
def alert_failed_audit(rotation: Rotation, *, faults: int, is_unreadable: bool, at: datetime) -> None:
    """Alert sales ops to a ledger with faults, once a night for each rotation (F6b)."""
    notify(
        ops_ids(),
        kind=Kind.AUDIT_FAILED,
        key=f"audit-{rotation.pk}-{_day(rotation, at)}",
        at=at,
        details={
            "rotation": rotation.pk,
            "place": rotation.name,
            "faults": faults,
            "is_unreadable": is_unreadable,
        },
    )


@transaction.atomic
def alert_broken_feed(feed: CalendarFeed, *, problem: str, since: datetime, at: datetime) -> bool:
    """Alert the rep to a calendar that could not be read for an hour, or is beyond the limits, once for each time it
    broke (I2)."""
    if at - since < BROKEN_FOR and problem not in BEYOND_LIMITS:
        return False
    notify(
        [feed.rep.user_id],
        kind=Kind.FEED_BROKEN,
        key=f"feed-{feed.pk}-{since.isoformat()}",
        at=at,
        details={"rep": feed.rep_id, "problem": problem, "since": since.isoformat()},
    )
    return True


def _day(rotation: Rotation, at: datetime) -> str:
    return at.astimezone(ZoneInfo(rotation.time_zone)).date().isoformat()
