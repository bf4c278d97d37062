"""Lock rotations, in one order for all actions that need several."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from routing.models import Rotation


def lock_rotations(queue_ids: Collection[int]) -> None:
    """Lock the rotations of these queues and of their fast lanes in one order, before writing anything of the queues.
    SQLite has no row locks: there a transaction locks the whole file from its first statement."""
    if not connection.features.has_select_for_update:
        return
    own = Q(queues__in=queue_ids, queues__dispatch__in=("push", "hybrid"))
    lane = Q(fast_lanes__queue__in=queue_ids, fast_lanes__ended_at__isnull=True)
    found = Rotation.objects.filter(own | lane | Q(segments__queue__in=queue_ids)).order_by().values("pk")
    list(Rotation.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk").only("pk"))


def lock_rotation(rotation: Rotation) -> None:
    if connection.features.has_select_for_update:
        Rotation.objects.select_for_update(no_key=True).only("pk").get(pk=rotation.pk)
