"""A review desk with more than one page of leads for one reason."""

from datetime import timedelta

import pytest

from queues.actions.entries.placement import send_to_review
from queues.models import Queue, ReviewItem
from tests.factories import (
    MORNING,
    QueueFactory,
    make_lead,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def smb() -> Queue:
    return QueueFactory(name="SMB", depth_limit=100)


@pytest.fixture
def sixty(smb) -> list[ReviewItem]:
    """More than one page, for one reason; two more are there for another one."""
    leads = [make_lead(company_name=f"Toko {number}", at=MORNING - MINUTE) for number in range(60)]
    others = [make_lead(company_name=f"Other {number}", at=MORNING - MINUTE) for number in range(2)]
    send_to_review([(lead, ["no_rule"], None) for lead in leads], at=MORNING - MINUTE)
    send_to_review([(lead, ["queue_off"], None) for lead in others], at=MORNING - MINUTE)
    return list(ReviewItem.objects.filter(lead__in=leads).order_by("pk"))
