"""Reads the rotations for which leads wait while nobody can be given one (F6, F11c)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from queues.models import Entry, Queue, Segment
from routing.decisions.stuck_rotation import why_stuck
from routing.models import Rotation
from routing.queries.audience import ops_ids
from routing.queries.availability.status import availability_of
from routing.queries.rotation.state import load_state


@dataclass(frozen=True, slots=True)
class Stuck:
    """`queues` are those whose leads wait for the rotation."""

    rotation: Rotation
    why: str
    queues: tuple[int, ...]


def stuck_rotations(*, at: datetime) -> list[Stuck]:
    """Three queries, and those of the members for each rotation for which leads wait."""
    waited_for = _queues_by_rotation()
    rotations = Rotation.objects.filter(pk__in=waited_for).select_related("fallback__user").order_by("pk")
    found = [Stuck(each, _why(each, at=at), tuple(waited_for[each.pk])) for each in rotations]
    return [each for each in found if each.why]


def people_to_tell(stuck: Stuck) -> set[int]:
    """Sales ops, and the managers of the teams whose leads wait and of the members' teams."""
    members = Q(
        managed_teams__reps__memberships__rotation=stuck.rotation, managed_teams__reps__memberships__left_at=None
    )
    teams = Q(managed_teams__queues__in=stuck.queues) | members
    managers = get_user_model().objects.filter(teams, is_active=True).order_by("pk")
    return {*ops_ids(), *managers.values_list("pk", flat=True).distinct()}


def _queues_by_rotation() -> dict[int, list[int]]:
    """For which rotations leads wait, and in which queues. Leads that wait for an owner wait for nobody else."""
    waiting = Entry.objects.waiting().filter(owner__isnull=True)
    queues = Queue.objects.active().exclude(dispatch=Queue.Dispatch.PULL)
    own = queues.filter(Exists(waiting.filter(queue=OuterRef("pk"), rotation__isnull=True)), rotation__isnull=False)
    chosen = Segment.objects.filter(queue__in=queues.order_by().values("pk")).filter(
        Exists(waiting.filter(queue=OuterRef("queue"), rotation=OuterRef("rotation")))
    )
    found: dict[int, list[int]] = defaultdict(list)
    for rotation, queue in own.order_by("pk").values_list("rotation", "pk"):
        found[rotation].append(queue)
    for rotation, queue in chosen.order_by("pk").values_list("rotation", "queue"):
        found[rotation].append(queue)
    return found


def without_fallback(rotations: Collection[Rotation], *, at: datetime) -> set[int]:
    """Those whose fallback person should have the leads that no member can have, and is away or switched off."""
    waits = {each.pk: each.fallback for each in rotations if each.when_nobody == Rotation.WhenNobody.FALLBACK}
    there = availability_of([person for person in waits.values() if person is not None], at=at)
    return {pk for pk, person in waits.items() if person is None or not there[person.pk].is_available}


def _why(rotation: Rotation, *, at: datetime) -> str:
    has_fallback = rotation.when_nobody == Rotation.WhenNobody.FALLBACK
    return why_stuck(
        [member.skip_reason for member in load_state(rotation, at=at).members],
        is_active=rotation.is_active,
        gives_anyway=rotation.when_nobody == Rotation.WhenNobody.ANYWAY,
        fallback_is_there=not without_fallback([rotation], at=at) if has_fallback else None,
    )
