"""A review desk with more than one page of leads for one reason."""

from collections.abc import Iterator
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


@pytest.fixture(autouse=True)
def none_is_done_one_by_one(caplog, request) -> Iterator[None]:
    """Many are decided, and undone, in one transaction, unless a test asks for the way in which failures are met."""
    yield
    if "one_by_one" not in request.fixturenames:
        assert [record.message for record in caplog.records if "one by one" in record.message] == []


@pytest.fixture
def one_by_one(monkeypatch) -> None:
    """As after a failure: the same results, lead by lead."""

    def fail(*_arguments, **_more) -> None:
        raise RuntimeError("lead by lead")

    monkeypatch.setattr("queues.actions.cleanup.runs.decide_together", fail)
    monkeypatch.setattr("queues.actions.cleanup.runs.undo_together", fail)


@pytest.fixture(params=["together", "one_by_one"])
def both_ways(request) -> None:
    if request.param == "one_by_one":
        request.getfixturevalue("one_by_one")
