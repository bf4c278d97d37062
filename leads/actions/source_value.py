"""Count what the sources are worth, and let points, scores and places follow (B7)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from leads.actions.scoring import rescore
from leads.decisions.source_value import NOT_COUNTED, WON, ConversionCount, points_by_source, window
from leads.models import Lead, Source

CONVERSION_FIELDS = ["conversions", "conversions_of", "counted_at"]


def update_source_values(*, at: datetime, rest: Callable[[], None] = lambda: None) -> int:
    """Once a day: count, then score and place every waiting lead anew, as rules and tiers may look at the value and
    whatever was cut short before is made good. Returns how many scores changed."""
    count_conversions(at=at)
    return rescore(Lead.objects.all(), by=None, at=at, rest=rest)


def apply_source_value(*, by, at: datetime) -> int:
    """A source's points follow its value from now on, or no longer: points and waiting leads do so at once."""
    moved = count_conversions(at=at, by=by)
    return rescore(Lead.objects.filter(source__in=moved), by=by, at=at)


@transaction.atomic
def count_conversions(*, at: datetime, by=None) -> list[int]:
    """The value of every source, by one query for all, and the points of those that follow it; returns whose points
    moved. Nobody who brings leads waits for this: counting is done before the rows are locked, and lightly."""
    counts = _counts(at)
    points = points_by_source(counts)
    sources = list(Source.objects.select_for_update(no_key=True).order_by("pk"))
    for source in sources:
        counted = counts.get(source.pk, ConversionCount())
        source.conversions, source.conversions_of, source.counted_at = counted.won, counted.of, at
    Source.objects.bulk_update(sources, CONVERSION_FIELDS)
    moved = [each for each in sources if each.points_follow and points.get(each.pk, each.points) != each.points]
    for source in moved:  # one by one, so that the change log tells it
        source.points, source._history_user, source._history_date = points[source.pk], by, at
        source.save(update_fields=["points"])
    return [source.pk for source in moved]


def _counts(at: datetime) -> dict[int, ConversionCount]:
    begins, ends = window(at)
    rows = (
        Lead.objects.filter(captured_at__gte=begins, captured_at__lt=ends)
        .exclude(stage__in=NOT_COUNTED)
        .values("source")
        .annotate(won=Count("pk", filter=Q(stage__in=WON)), of=Count("pk"))
        .order_by("source")
    )
    return {row["source"]: ConversionCount(row["won"], row["of"]) for row in rows}
