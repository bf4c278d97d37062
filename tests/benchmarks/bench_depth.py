"""What depth costs: take next and the first page at 100,000 waiting against 1,000 (at most 1.5 and 1.3 times)."""

import pytest
from django.utils import timezone

from queues.actions.claims.take import take_next
from queues.queries.waiting import entries_at, first_positions
from tests.benchmarks.measure import interleaved, report
from tests.benchmarks.rows import fill
from tests.factories import QueueFactory, make_rep

DEPTHS = (1_000, 100_000)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ["hybrid", "priority"])
def test_depth(order):
    at = timezone.now()
    rep = make_rep()
    queues = {depth: QueueFactory(order=order, name=f"Q{depth} {order}", slug=f"q{depth}{order}") for depth in DEPTHS}
    for depth, queue in queues.items():
        fill(queue, depth, at=at)

    pages = interleaved(
        {str(d): lambda q=q: entries_at(first_positions(q, at=at, limit=25)) for d, q in queues.items()},
        rounds=10,
        times=10,
    )
    claims = interleaved(
        {str(d): lambda q=q: take_next(q, by=rep, at=at) for d, q in queues.items()}, rounds=15, times=10
    )

    for title, took, bar in (("first page", pages, "at most 1.3"), ("take next", claims, "at most 1.5")):
        small, large = (took[str(depth)] for depth in DEPTHS)
        report(f"{title} ({order}), ms", {"1k": small, "100k": large, "ratio": large / small}, bar=bar)
