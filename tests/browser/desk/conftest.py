"""Pages of a rep in a real browser, and a queue that waits."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from queues.models import Queue
from tests.factories import QueueFactory, make_entry


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(minutes=20)


@pytest.fixture
def queue(at: datetime) -> Queue:
    """Three leads wait: the first two may be picked, and looked at."""
    queue = QueueFactory(name="MQL", slug="mql", picks_within=2, is_reserving=True)
    for number, company in enumerate(("Kopi Senja", "Bumi Hijau", "Pelita Medika")):
        make_entry(queue, since=at + timedelta(minutes=number), company_name=company, industry="Retail", city="Solo")
    return queue
