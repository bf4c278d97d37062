"""The newest nightly audit of each rotation, summed up (F6b)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from dashboards.queries.system_status import BAD, OFF, OK, WARN
from routing.models import Audit, LedgerLine, Rotation

LATE = timedelta(hours=26)  # it runs every day


@dataclass(frozen=True, slots=True)
class Audits:
    """`ran_at` is the time of the newest audit, None without any; `turns` is the sum over all rotations; `unread`
    counts rotations that took turns and have no audit yet."""

    ran_at: datetime | None
    rotations: int
    turns: int
    differing: list[Audit]
    unread: int
    level: str


def unread_rotations() -> QuerySet[Rotation]:
    """Those that took turns and have no audit yet."""
    has_ledger = Exists(LedgerLine.objects.filter(rotation=OuterRef("pk")))
    return Rotation.objects.filter(has_ledger, ~Exists(Audit.objects.filter(rotation=OuterRef("pk"))))


def audits(*, at: datetime, unread: int | None = None) -> Audits:
    """Two queries for any number of rotations and nights; one for those who have counted unread_rotations()."""
    newest = Audit.objects.filter(rotation=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    ids = Rotation.objects.annotate(newest=Subquery(newest)).filter(newest__isnull=False).order_by().values("newest")
    rows = list(Audit.objects.filter(pk__in=ids).select_related("rotation").order_by("rotation__name", "pk"))
    differing = [row for row in rows if row.faults]
    ran_at = max((row.at for row in rows), default=None)
    return Audits(
        ran_at=ran_at,
        rotations=len(rows),
        turns=sum(row.turns for row in rows),
        differing=differing,
        unread=unread_rotations().count() if unread is None else unread,
        level=_level(ran_at, is_wrong=bool(differing), at=at),
    )


def _level(ran_at: datetime | None, *, is_wrong: bool, at: datetime) -> str:
    if ran_at is None:
        return OFF
    if is_wrong:
        return BAD
    return WARN if at - ran_at > LATE else OK
