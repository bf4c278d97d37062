"""The claim rate of queues within the last 24 hours, as boards, alarms and the goal of reports count it (D5, E8)."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from django.db.models import Count, Q

from queues.decisions.health import claim_rate
from queues.models import Entry
from queues.queries.figures.moves import DAY, IS_WITHIN_DAY, LASTED_A_DAY


def claim_rates(queue_ids: Sequence[int], *, at: datetime) -> dict[int, Fraction | None]:
    """Of the stays that were decided within 24 hours, claimed within 24 hours of entering or 24 hours old, the share of
    the first. One query: whatever was decided entered within two days."""
    rows = Entry.objects.filter(queue__in=queue_ids, entered_at__gt=at - 2 * DAY, entered_at__lte=at)
    within = Count("pk", filter=IS_WITHIN_DAY & Q(left_at__gt=at - DAY, left_at__lte=at))
    turned = Count("pk", filter=LASTED_A_DAY & Q(entered_at__lte=at - DAY))
    counted = rows.values("queue").annotate(n_within=within, n_turned=turned).order_by("queue")
    found = {row["queue"]: claim_rate(row["n_within"], row["n_within"] + row["n_turned"]) for row in counted}
    return {pk: found.get(pk) for pk in queue_ids}
