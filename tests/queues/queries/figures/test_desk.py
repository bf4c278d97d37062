"""Why the review desk set leads aside (A6, E4)."""

from datetime import timedelta

import pytest
from django.db import connection

from queues.actions.review.decisions import approve, nurture, reject, undo_decision
from queues.models import ReviewItem
from queues.queries.figures.desk import DeskReason, desk_reasons, set_aside
from tests.factories import MORNING, QueueFactory, SourceFactory, make_lead, make_ops

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def on_desk(source) -> ReviewItem:
    lead = make_lead(source=source, stage="review", at=MORNING)
    return ReviewItem.objects.create(lead=lead, opened_at=MORNING, reasons=["no_rule"])


def test_rejections_and_nurture_count_by_source_and_reason():
    ops = make_ops()
    cold, warm = SourceFactory(slug="cold", name="Cold list"), SourceFactory(slug="warm", name="Referral")
    for source, reason in ((cold, "invalid"), (cold, "invalid"), (cold, "student"), (warm, "invalid")):
        reject(on_desk(source), by=ops, at=MORNING + MINUTE, reason=reason)
    nurture(on_desk(warm), by=ops, at=MORNING + MINUTE)
    approve(on_desk(warm), queue=QueueFactory(), by=ops, at=MORNING + MINUTE)
    undo_decision(_rejected(on_desk(cold), ops), by=ops, at=MORNING + 2 * MINUTE)
    reject(on_desk(cold), by=ops, at=MORNING + DAY, reason="invalid")
    found = desk_reasons(MORNING, MORNING + DAY)
    assert found == [
        DeskReason(cold.pk, "rejected", "invalid", 2),
        DeskReason(cold.pk, "rejected", "student", 1),
        DeskReason(warm.pk, "nurtured", "", 1),
        DeskReason(warm.pk, "rejected", "invalid", 1),
    ]
    assert sum(row.count for row in found) == set_aside(MORNING, MORNING + DAY).count()
    assert desk_reasons(MORNING, MORNING + DAY, sources=[warm.pk]) == found[2:]
    assert desk_reasons(MORNING, MORNING + DAY, sources=[]) == []


def _rejected(item: ReviewItem, ops) -> ReviewItem:
    return reject(item, by=ops, at=MORNING + MINUTE, reason="invalid")


def test_an_index_finds_them_beside_all_other_decisions():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "queues_reviews_set_aside" in set_aside(MORNING, MORNING + DAY).order_by().explain()
