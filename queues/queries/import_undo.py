"""Whether a whole import can be undone, and which of its leads somebody has touched (A9)."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from config.models import BackgroundJob
from leads.models import Activity, Capture, Lead, Merge, Upload
from leads.queries.imports import is_young_enough
from queues.models import CleanupStep, PartnerLead
from routing.models import Assignment, Turn

UNDO_IMPORT = "undo_import"  # the kind of its background job
MAX_LOOKED_AT = 20_000  # leads, before somebody decides
CHUNK_SIZE = 500
Kind = Activity.Kind
BY_ITSELF = (Kind.CAPTURED, Kind.SCORED)  # also when a person caused it
BY_ALUR = (  # unless a person did it
    Kind.QUEUED,
    Kind.REVIEW,
    Kind.NURTURED,
    Kind.CLOSED,
    Kind.WITHDRAWN,
    Kind.RECYCLED,
    Kind.ARCHIVED,
    Kind.BREACHED,
    Kind.ESCALATED,
    Kind.MOVED,
)


class Touch(StrEnum):
    """What somebody did with a lead, so that it stays; the first of these counts. Stored in Upload.undo_counts."""

    CLAIMED = "claimed"
    CONTACTED = "contacted"
    EDITED = "edited"
    MERGED = "merged"
    CAME_BACK = "came_back"
    PARTNER = "partner"
    HANDLED = "handled"


KINDS = {Kind.ASSIGNED: Touch.CLAIMED, Kind.CONTACTED: Touch.CONTACTED, Kind.CORRECTED: Touch.EDITED}
KINDS |= {Kind.MERGED: Touch.MERGED, Kind.APART: Touch.MERGED, Kind.RE_ENGAGED: Touch.CAME_BACK}
KINDS |= {Kind.PARTNER: Touch.PARTNER}


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What an undo would do now. `joined` rows joined leads that were here before; with `is_complete` false only the
    first leads were looked at."""

    goes: int
    stays: Counter[Touch] = field(default_factory=Counter)
    joined: int = 0
    is_complete: bool = True


def can_undo(upload: Upload, *, at: datetime) -> bool:
    """An import that has ended within 24 hours; or one whose undoing stopped half-way."""
    if upload.state == Upload.State.UNDOING:
        return undo_job(upload, is_open=True) is None
    return is_young_enough(upload, at=at)


def undo_job(upload: Upload, *, is_open: bool = False) -> BackgroundJob | None:
    jobs = BackgroundJob.objects.filter(kind=UNDO_IMPORT, subject=str(upload.pk)).order_by("-pk")
    return (jobs.filter(finished_at__isnull=True) if is_open else jobs).first()


def preview_undo(upload: Upload) -> UndoPreview:
    """Looks at the first leads only, if there are very many."""
    made = Capture.objects.filter(upload=upload, state=Capture.State.MADE, lead__isnull=False).order_by("pk")
    ids = list(made.values_list("lead", flat=True)[: MAX_LOOKED_AT + 1])
    looked_at = ids[:MAX_LOOKED_AT]
    stays: Counter[Touch] = Counter()
    for start in range(0, len(looked_at), CHUNK_SIZE):
        stays.update(touches(upload, looked_at[start : start + CHUNK_SIZE]).values())
    joined = rows_that_joined(upload).count()
    return UndoPreview(len(looked_at) - stays.total(), stays, joined, is_complete=len(ids) <= MAX_LOOKED_AT)


def rows_that_joined(upload: Upload) -> QuerySet[Capture]:
    """Rows that joined a lead that this import did not make."""
    joined = Capture.objects.filter(upload=upload, state=Capture.State.MERGED, lead__isnull=False)
    own = Capture.objects.filter(upload=upload, state=Capture.State.MADE, lead__isnull=False)
    return joined.exclude(lead__in=own.values("lead"))


def touches(upload: Upload, lead_ids: Iterable[int]) -> dict[int, Touch]:
    """Those of these leads that somebody touched, and how. What Alur does by itself, such as a clock that runs out or
    a row of the same file, is no touch."""
    ids = list(lead_ids)
    found: dict[int, set[Touch]] = {}
    for lead_id in [*_of(Assignment, ids), *_of(Turn, ids)]:
        found.setdefault(lead_id, set()).add(Touch.CLAIMED)
    for lead_id in _of(PartnerLead, ids):
        found.setdefault(lead_id, set()).add(Touch.PARTNER)
    for lead_id in _of(CleanupStep, ids):
        found.setdefault(lead_id, set()).add(Touch.HANDLED)
    merges = Merge.objects.filter(Q(kept__in=ids) | Q(absorbed__in=ids)).order_by("pk")
    for pair in merges.values_list("kept", "absorbed"):
        for lead_id in pair:
            found.setdefault(lead_id, set()).add(Touch.MERGED)
    for lead_id, kind in _by_people(upload, ids):
        found.setdefault(lead_id, set()).add(KINDS.get(Kind(kind), Touch.HANDLED))
    held = Lead.objects.filter(pk__in=ids, stage=Lead.Stage.HELD).order_by("pk").values_list("pk", flat=True)
    for lead_id in held:
        found.setdefault(lead_id, set()).add(Touch.CLAIMED)
    order = list(Touch)
    return {lead_id: min(some, key=order.index) for lead_id, some in found.items() if lead_id in set(ids)}


def _of(
    model: type[Assignment] | type[Turn] | type[PartnerLead] | type[CleanupStep], ids: Collection[int]
) -> list[int]:
    return list(model._default_manager.filter(lead__in=ids).order_by("pk").values_list("lead", flat=True))


def _by_people(upload: Upload, ids: Collection[int]) -> list[tuple[int, str]]:
    rows = Activity.objects.filter(lead__in=ids).exclude(kind__in=BY_ITSELF)
    rows = rows.exclude(kind__in=BY_ALUR, by__isnull=True)
    rows = rows.exclude(kind=Kind.RE_ENGAGED, details__upload=upload.pk)
    return list(rows.order_by("pk").values_list("lead", "kind"))
