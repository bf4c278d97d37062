"""Reads how many leads people hold."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from routing.models import Assignment


def open_leads_by_user(user_ids: Iterable[int]) -> Counter[int]:
    """Open leads by user id."""
    rows = (
        Assignment.objects.open()
        .filter(holder__in=list(user_ids))
        .values("holder")
        .annotate(n=Count("pk"))
        .order_by("holder")
    )
    return Counter({row["holder"]: row["n"] for row in rows})
