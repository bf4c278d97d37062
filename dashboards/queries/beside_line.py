"""What stands beside the line of one queue: its intake, pauses, fast lanes, loans and rotations (D5, D8, F11c)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.counts import counts
from dashboards.queries.deadline_moves import last_move, moves_of
from queues.models import DeadlineMove, FastLane, IntakeState, Loan, Queue, Segment
from queues.queries.fast_lanes import lanes_of
from queues.queries.intake import intake_by_queue, parked_by_queue
from queues.queries.loans import running_loans
from queues.queries.overflow import overflow_rows
from queues.queries.segments import segments_of
from queues.queries.source_pauses import PausedSource, paused_sources_of
from routing.models import AbsenceWarning, Rotation
from routing.queries.coming_absences import PUSHES, used_rotations


@dataclass(frozen=True, slots=True)
class BesideLine:
    """`lane` is the fast lane that is open, `move` the newest move of deadlines by an edit; `rotations` are those of
    used_rotations(), and `has_absences` says that messages about coming absences were sent to people."""

    state: IntakeState | None
    parked: int
    pauses: list[PausedSource]
    loans: list[Loan]
    lane: FastLane | None
    past_lanes: list[FastLane]
    move: DeadlineMove | None
    segments: list[Segment]
    rotations: list[Rotation]
    has_absences: bool


def beside_line(queue: Queue, *, at: datetime) -> BesideLine:
    """One query finds what there is, which usually is little; then one for each kind that there is."""
    used = used_rotations([queue.pk]).order_by().values("pk")
    there = counts(
        **overflow_rows([queue], at=at) | {"lanes": FastLane.objects.filter(queue=queue)[:1]},
        moves=moves_of(queue)[:1],
        segments=Segment.objects.filter(queue=queue)[:1],
        absences=AbsenceWarning.objects.filter(rotation__in=used, ends_at__gt=at)[:1],
    )
    segments = segments_of(queue) if there["segments"] else []
    lane, past = lanes_of(queue) if there["lanes"] else (None, [])
    return BesideLine(
        state=intake_by_queue([queue]).get(queue.pk) if there["states"] else None,
        parked=parked_by_queue([queue]).get(queue.pk, 0) if there["parked"] else 0,
        pauses=paused_sources_of([queue]) if there["pauses"] else [],
        loans=running_loans([queue], at=at) if there["loans"] else [],
        lane=lane,
        past_lanes=past,
        move=last_move(queue) if there["moves"] else None,
        segments=segments,
        rotations=_used(queue, segments),
        has_absences=bool(there["absences"]),
    )


def _used(queue: Queue, segments: Sequence[Segment]) -> list[Rotation]:
    if not queue.is_active or queue.dispatch not in PUSHES:
        return []
    named = [queue.rotation, *(segment.rotation for segment in segments if segment.is_active)]
    found = {each.pk: each for each in named if each is not None and each.is_active}
    return sorted(found.values(), key=lambda each: (each.name, each.pk))
