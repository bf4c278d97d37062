"""Many leads of the review desk that queues and rules place: limits, rotations, parked leads and pairs (A9, D5)."""

from datetime import timedelta

import pytest

from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.intake.admitting import watch_intakes
from queues.models import CleanupRun, CleanupStep, Entry, EntryRule, ReviewItem
from tests.factories import (
    MORNING,
    QueueFactory,
    make_entry,
    make_rep,
    make_rotation,
)
from tests.queues.views.many.acts import confirm, preview, rows_of_runs, stages, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning", "both_ways")]
MINUTE = timedelta(minutes=1)


def test_parked_leads_stay_unless_they_were_chosen(client, as_ops, sixty, smb):
    parked = ReviewItem.objects.filter(reasons=["queue_off"]).order_by("pk").first()
    ReviewItem.objects.filter(pk=parked.pk).update(parked_for=smb, parked_why="full", reasons=["queue_full"])
    page = preview(client, "nurture", "")
    assert "61 leads go to nurture." in page.context["preview"].will
    assert "1 more is parked. It stays and enters its queue by itself." in page.context["preview"].will
    confirm(client, page, "")
    work()
    assert stages() == {"nurture": 61, "review": 1}
    confirm(client, preview(client, "nurture", "reason=queue_full"), "reason=queue_full")
    assert stages() == {"nurture": 62}


def test_what_a_full_queue_has_no_room_for_is_parked_for_it(client, as_ops, sixty, time_machine):
    small = QueueFactory(name="Small", depth_limit=20, depth_lift=15, when_full="park")
    for _number in range(5):
        make_entry(small)
    page = preview(client, "approve", queue=small.pk)
    assert page.context["preview"].will[:3] == [
        "16 leads go into Small.",
        "Small is full then: its limit is 20 leads.",
        "44 leads stay on the desk, parked for Small, and enter by themselves when there is room,"
        " the longest here first.",
    ]
    assert page.context["preview"].is_over
    confirm(client, page)
    work()
    text = "16 leads went into Small. 44 wait on the desk, parked for Small, and enter by themselves."
    assert rows_of_runs(client) == [text]
    entered = set(Entry.objects.waiting().filter(queue=small).values_list("lead", flat=True))
    assert {item.lead_id for item in sixty[:16]} <= entered
    assert ReviewItem.objects.filter(parked_for=small, parked_why="full", reasons=["queue_full"]).count() == 44
    time_machine.move_to(MORNING + MINUTE)
    client.post(f"/review/runs/{CleanupRun.objects.get().pk}/undo/")
    work()
    assert stages() == {"waiting": 5, "review": 62}
    restored = ReviewItem.objects.filter(closed_at__isnull=True, reasons=["no_rule"], parked_for=None, parked_why="")
    assert list(restored.order_by("pk")) == sixty


def test_parked_leads_of_a_run_enter_when_there_is_room(client, as_ops, sixty, time_machine):
    small = QueueFactory(name="Small", depth_limit=20, depth_lift=15, when_full="park")
    confirm(client, preview(client, "approve", queue=small.pk))
    work()
    rep = make_rep(small.team) if small.team else make_rep()
    for _number in range(10):
        take_next(small, by=rep, at=MORNING)
    assert watch_intakes(at=MORNING + MINUTE) == 9
    assert Entry.objects.waiting().filter(queue=small).count() == 20


def test_the_person_may_put_all_in_above_the_limit(client, as_ops, sixty):
    small = QueueFactory(name="Small", depth_limit=20, depth_lift=15, when_full="park")
    confirm(client, preview(client, "approve", queue=small.pk), over_limit="1")
    work()
    assert Entry.objects.waiting().filter(queue=small).count() == 60


def test_a_push_queue_is_served_once_for_many(client, as_ops, sixty):
    reps = [make_rep() for _rep in range(3)]
    push = QueueFactory(name="Push", dispatch="push", rotation=make_rotation(*reps))
    page = preview(client, "approve", queue=push.pk)
    assert page.context["preview"].stays == [
        "The rotation gives leads to reps at once and notifies them; what a rep has stays with the rep."
    ]
    confirm(client, page)
    work()
    assert stages() == {"held": 60, "review": 2}


def test_rules_are_applied_again_to_all(client, as_ops, sixty, smb):
    Lead.objects.filter(pk__in=[item.lead_id for item in sixty[:20]]).update(score=70)
    Lead.objects.filter(pk__in=[item.lead_id for item in sixty[20:]]).update(score=10)
    hot = [{"field": "score", "operator": "at_least", "value": 60}]
    EntryRule.objects.create(name="Hot", position=1, outcome="queue", queue=smb, conditions=hot)
    page = preview(client, "ask")
    assert page.context["preview"].will[:4] == [
        "By the rules of now:",
        "20 go into SMB.",
        "40 stay on the desk.",
        "What a full queue has no room for is parked for it.",
    ]
    confirm(client, page)
    work()
    assert rows_of_runs(client) == ["20 leads left the desk by the rules. 40 stay on the desk by the rules."]
    assert stages() == {"waiting": 20, "review": 42}
    client.post(f"/review/runs/{CleanupRun.objects.get().pk}/undo/")
    work()
    assert stages() == {"review": 62}
    assert list(ReviewItem.objects.filter(closed_at__isnull=True, reasons=["no_rule"]).order_by("pk")) == sixty


def test_keeping_both_leaves_those_that_resemble_no_lead(client, as_ops, sixty, smb):
    twin = make_entry(smb).lead
    Lead.objects.filter(pk__in=[item.lead_id for item in sixty[:4]]).update(resembles=twin, resembles_percent=90)
    page = preview(client, "keep")
    assert page.context["preview"].will[1] == "56 resemble no other lead and stay on the desk."
    confirm(client, page)
    work()
    run = CleanupRun.objects.get()
    assert (run.done, CleanupStep.objects.filter(refused="alone").count()) == (4, 56)
    assert Lead.objects.filter(resembles__isnull=False).count() == 0
    client.post(f"/review/runs/{run.pk}/undo/")
    work()
    assert Lead.objects.filter(resembles=twin, resembles_percent=90).count() == 4
