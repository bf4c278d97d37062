"""Tell sales ops of webhooks that fail, on the first day, and of those that were switched off (I3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from leads.actions.webhooks.endpoints import mark_failing_told, mark_off_told
from leads.models import Endpoint
from leads.queries.webhooks import failing_untold, off_untold
from routing.actions.notifications import notify
from routing.models import Notification
from routing.queries.audience import ops_ids

AFTER = timedelta(hours=1)  # a receiver that is started again is no news
Kind = Notification.Kind


@transaction.atomic
def tell_webhooks(*, at: datetime) -> int:
    """Once for each failure and each end. By a task of its own, because webhooks know nothing of messages."""
    failing, off = list(failing_untold(at - AFTER)), list(off_untold())
    people = ops_ids() if failing or off else []
    for endpoint in failing:
        since = endpoint.failing_since or at
        details = {"endpoint": endpoint.pk, "name": endpoint.name, "since": since.isoformat()}
        _tell(people, Kind.HOOK_FAILING, f"hook-failing-{endpoint.pk}-{since:%Y%m%d%H%M%S}", details, at=at)
    for endpoint in off:
        ended = endpoint.off_at or at
        details = {"endpoint": endpoint.pk, "name": endpoint.name, "why": endpoint.off_reason}
        details |= {"is_removed": endpoint.removed_at is not None}
        _tell(people, Kind.HOOK_OFF, f"hook-off-{endpoint.pk}-{ended:%Y%m%d%H%M%S}", details, at=at)
    mark_failing_told(_ids(failing), at=at)
    mark_off_told(_ids(off), at=at)
    return len(failing) + len(off)


def _ids(rows: Sequence[Endpoint]) -> list[int]:
    return [row.pk for row in rows]


def _tell(people: Sequence[int], kind: str, key: str, details: dict[str, object], *, at: datetime) -> None:
    notify(people, kind=kind, key=key, at=at, details=details)
