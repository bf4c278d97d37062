"""Many leads at once for a queue that pushes: only what its rotation leaves counts against the limit (D5)."""

import pytest
import time_machine

from leads.actions.intake.capture import capture_leads
from leads.models import Capture, Lead
from queues import tasks
from queues.models import Entry, EntryRule, IntakeState, PartnerLead, PartnerPool, Queue, ReviewItem
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
LIMIT = 5


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING, tick=False) as traveller:
        make_ops()
        yield traveller


def pushing(dispatch: str = "push", **rotation) -> Queue:
    """Full above 5; it gives leads to two people in turn."""
    turns = make_rotation(make_rep(), make_rep(), **rotation)
    queue = QueueFactory(dispatch=dispatch, rotation=turns, when_full="park", depth_limit=LIMIT, depth_lift=4)
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def come(count: int, first: int = 0) -> None:
    raws = [{"email": f"a@n{n}.co.id", "score": 50} for n in range(first, first + count)]
    capture_leads(raws, channel=Capture.Channel.API, at=MORNING)


def where() -> tuple[int, int, int]:
    """How many are held, wait, and are parked."""
    parked = ReviewItem.objects.filter(parked_for__isnull=False, closed_at__isnull=True)
    return Assignment.objects.open().count(), Entry.objects.waiting().count(), parked.count()


def told() -> list[str]:
    return list(Notification.objects.filter(kind__startswith="intake").values_list("kind", flat=True))


@pytest.mark.parametrize("dispatch", ["push", "hybrid"])
def test_a_rotation_that_takes_all_leaves_nothing_parked_and_nobody_is_told(dispatch):
    pushing(dispatch)
    come(40)
    assert (where(), told()) == ((40, 0, 0), [])
    assert IntakeState.objects.get().full_since is None
    assert list(Assignment.objects.order_by("pk").values_list("lead", flat=True)) == sorted(
        Assignment.objects.values_list("lead", flat=True)
    )


def test_what_the_rotation_leaves_counts(clock):
    pushing(cap_day=4)
    come(40)
    assert (where(), told()) == ((8, 6, 26), ["intake_paused"])
    tasks.watch_intakes()
    assert where() == (8, 6, 26)


@pytest.mark.parametrize("dispatch", ["push", "hybrid"])
def test_only_what_the_rotation_leaves_goes_to_a_partner(dispatch):
    queue = pushing(dispatch, cap_day=4)
    pool = PartnerPool.objects.create(name="Mitra", is_active=True)
    Queue.objects.update(when_full="partner", overflow_pool=pool)
    come(40)
    sent = PartnerLead.objects.filter(pool=pool, queue=queue).order_by("pk").values_list("lead", flat=True)
    assert (where(), len(sent), told()) == ((8, 6, 0), 26, ["intake_paused"])
    assert Lead.objects.filter(stage="partner").count() == 26
    assert min(sent) > max(Entry.objects.values_list("lead", flat=True))  # the first to come stay
    come(2, first=40)
    assert (where(), PartnerLead.objects.count()) == ((8, 6, 0), 28)


def test_it_is_not_full_when_the_rest_fits():
    pushing(cap_day=4)
    come(13)
    assert (where(), told()) == ((8, 5, 0), [])


def test_who_was_parked_before_is_not_overtaken(clock):
    queue = pushing(is_active=False)
    come(8)
    assert where() == (0, 6, 2)
    queue.rotation.is_active = True
    queue.rotation.save()
    come(3, first=8)
    assert where()[2] == 5
    tasks.watch_intakes()
    tasks.serve_waiting()
    tasks.watch_intakes()
    assert where() == (11, 0, 0)
    entered = Entry.objects.order_by("pk").values_list("lead", flat=True)
    assert list(entered) == sorted(entered)


def test_a_queue_that_people_pull_from_is_measured_as_before():
    pushing()
    Queue.objects.update(dispatch="pull", rotation=None)
    come(8)
    assert (where(), told()) == ((0, 6, 2), ["intake_paused"])
