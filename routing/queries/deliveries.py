"""Reads the log of deliveries, for sales ops (I1)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from routing.models import Delivery

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; "" and None for all."""

    state: str = ""
    kind: str = ""
    person: str = ""
    before: int | None = None


def deliveries(filters: Filters) -> QuerySet[Delivery]:
    """The newest first. A page goes on from the last row of the one before, however long the log is."""
    rows = Delivery.objects.select_related("notification", "channel__user", "merged_into").order_by("-pk")
    if filters.state in Delivery.State.values:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(notification__kind=filters.kind)
    for word in filters.person.split():
        user = "channel__user__"
        name = Q(**{f"{user}first_name__icontains": word}) | Q(**{f"{user}last_name__icontains": word})
        rows = rows.filter(name | Q(**{f"{user}username__icontains": word}) | Q(**{f"{user}email__icontains": word}))
    return rows if filters.before is None else rows.filter(pk__lt=filters.before)
