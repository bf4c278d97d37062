"""Count how many leads of each source converted, and update points, scores and places (B7)."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, Q

from config.bulk_update import bulk_update
from config.history_author import set_history_author
from config.models import BackgroundJob
from leads.actions.scoring import rescore, rescore_in_background
from leads.decisions.source_value import NOT_COUNTED, WON, ConversionCount, points_by_source, window
from leads.models import Lead, Source

CONVERSION_FIELDS = ["conversions", "conversions_of", "counted_at"]


def update_source_values(*, at: datetime, pause: Callable[[], None] = lambda: None) -> int:
    """Count, then rescore and re-place all waiting leads: rules and tiers may use a source's conversion, and an
    earlier run may have been interrupted. Runs once a day. Returns how many scores changed."""
    count_conversions(at=at)
    return rescore(Lead.objects.all(), by=None, at=at, pause=pause)


@transaction.atomic
def apply_source_value(*, by: User | None, at: datetime) -> list[BackgroundJob]:
    """A source's points follow its value from now on, or no longer: points and waiting leads do so at once."""
    moved = Source.objects.filter(pk__in=count_conversions(at=at, by=by)).order_by("pk")
    return [rescore_in_background({"source": each.pk}, name=each.name, by=by, at=at) for each in moved]


@transaction.atomic
def count_conversions(*, at: datetime, by: User | None = None) -> list[int]:
    """Store the conversions of all sources, and the points of those that follow them. Returns the sources whose points
    changed. One query counts for all, before any row is locked, so that incoming leads do not wait."""
    counts = _counts(at)
    points = points_by_source(counts)
    sources = list(Source.objects.select_for_update(no_key=True).order_by("pk"))
    for source in sources:
        counted = counts.get(source.pk, ConversionCount())
        source.conversions, source.conversions_of, source.counted_at = counted.won, counted.total, at
    bulk_update(Source, sources, CONVERSION_FIELDS)
    moved = [each for each in sources if each.points_follow and points.get(each.pk, each.points) != each.points]
    for source in moved:  # one by one, for the change log
        source.points = points[source.pk]
        set_history_author(source, by, at=at)
        source.save(update_fields=["points"])
    return [source.pk for source in moved]


def _counts(at: datetime) -> dict[int, ConversionCount]:
    begins, ends = window(at)
    rows = (
        Lead.objects.filter(captured_at__gte=begins, captured_at__lt=ends)
        .exclude(stage__in=NOT_COUNTED)
        .values("source")
        .annotate(won=Count("pk", filter=Q(stage__in=WON)), total=Count("pk"))
        .order_by("source")
    )
    return {row["source"]: ConversionCount(row["won"], row["total"]) for row in rows}
