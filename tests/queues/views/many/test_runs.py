"""One act on all leads of the review desk that match: progress, result, stop and undo, through the doors (A9)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config.models import BackgroundJob
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.entries.placement import send_to_review
from queues.actions.review.decisions import nurture
from queues.models import CleanupRun, CleanupStep, Entry, ReviewItem
from tests.factories import (
    MORNING,
    make_lead,
    make_ops,
    make_rep,
)
from tests.queues.views.many.acts import confirm, left_of, preview, rows_of_runs, says, stages, work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
MINUTE = timedelta(minutes=1)


@pytest.mark.usefixtures("both_ways")
def test_a_run_takes_all_that_match_and_no_other(client, as_ops, sixty, smb):
    answer = confirm(client, preview(client, "approve", queue=smb.pk))
    assert (answer.status_code, answer.url) == (302, "/review/?reason=no_rule")
    assert says(answer) == ["Under way for 60 leads. You can leave this page."]
    assert stages() == {"review": 62}
    work(chunks=1)
    row = client.get("/review/runs/", headers={"HX-Request": "true"}).context["runs"][0]
    assert (row.says, row.percent, row.is_open, row.can_stop) == ("Into a queue: 50 of 60 leads.", 83, True, True)
    work()
    assert stages() == {"waiting": 60, "review": 2}
    assert rows_of_runs(client) == ["60 leads went into SMB."]
    closed = {item.closed_how: item.closed_by for item in ReviewItem.objects.filter(closed_at__isnull=False)}
    assert closed == {"approved": as_ops}


def test_a_worker_that_dies_and_one_that_runs_twice_do_nothing_twice(client, as_ops, sixty, smb):
    confirm(client, preview(client, "approve", queue=smb.pk))
    work(chunks=1)
    job = BackgroundJob.objects.get()
    BackgroundJob.objects.filter(pk=job.pk).update(cursor=0, done=0)  # it died before its progress was stored
    work()
    assert (Entry.objects.waiting().count(), CleanupStep.objects.count()) == (60, 60)
    assert rows_of_runs(client) == ["60 leads went into SMB."]


@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize(
    ("act", "more", "stage", "text"),
    [
        ("nurture", {}, "nurture", "60 leads went to nurture."),
        ("reject", {"why": "student"}, "rejected", "60 leads were rejected."),
    ],
)
def test_each_act_for_many_is_undone_as_a_whole(client, as_ops, sixty, time_machine, act, more, stage, text):
    confirm(client, preview(client, act, **more))
    work()
    assert (stages(), rows_of_runs(client)) == ({stage: 60, "review": 2}, [text])
    time_machine.move_to(MORNING + timedelta(days=2))  # one lead has five minutes
    run = CleanupRun.objects.get()
    client.post(f"/review/runs/{run.pk}/undo/")
    work()
    assert stages() == {"review": 62}
    assert list(ReviewItem.objects.filter(closed_at__isnull=True, reasons=["no_rule"]).order_by("pk")) == sixty
    assert rows_of_runs(client) == [f"{text} {as_ops.first_name} {as_ops.last_name} undid it for 60 leads."]
    assert client.post(f"/review/runs/{run.pk}/undo/").status_code == 302
    assert stages() == {"review": 62}


@pytest.mark.usefixtures("both_ways")
def test_undo_brings_back_all_that_no_rep_took(client, as_ops, sixty, smb):
    confirm(client, preview(client, "approve", queue=smb.pk))
    work()
    rep = make_rep(smb.team) if smb.team else make_rep()
    held = [take_next(smb, by=rep, at=MORNING).lead_id for _number in range(3)]
    run = CleanupRun.objects.get()
    client.post(f"/review/runs/{run.pk}/undo/")
    work()
    assert stages() == {"held": 3, "review": 59}
    assert rows_of_runs(client)[0].endswith("undid it for 57 leads. 3 had moved on and stay.")
    file = left_of(client, run)
    assert [int(row["Lead"]) for row in file] == sorted(held)
    assert {row["Why it was left"] for row in file} == {"It had moved on when this was undone."}


def test_the_set_is_fixed_when_the_person_confirms(client, as_ops, sixty, smb):
    """What comes later is left alone, and what others decided about is counted."""
    ayu = make_ops(first_name="Ayu", last_name="W")
    page = preview(client, "nurture")
    nurture(sixty[0], by=ayu, at=MORNING)
    late = make_lead(company_name="Late")
    send_to_review([(late, ["no_rule"], None)], at=MORNING)
    confirm(client, page)
    nurture(sixty[7], by=ayu, at=MORNING)
    work()
    assert Lead.objects.get(pk=late.pk).stage == "review"
    assert rows_of_runs(client) == ["58 leads went to nurture. 2 had been decided by others."]
    run = CleanupRun.objects.get()
    assert left_of(client, run) == [
        {
            "Lead": str(sixty[7].lead_id),
            "Company": "Toko 7",
            "Name": sixty[7].lead.full_name,
            "Why it was left": "Ayu W decided about Toko 7 at 10:42: Nurture.",
        }
    ]


def test_a_second_click_is_the_same_run(client, as_ops, sixty, smb):
    page = preview(client, "nurture")
    confirm(client, page)
    confirm(client, page)
    assert (CleanupRun.objects.count(), BackgroundJob.objects.count()) == (1, 1)
    work()
    answer = confirm(client, page)
    assert (CleanupRun.objects.count(), says(answer)[-1]) == (1, "60 leads went to nurture.")


def test_a_page_of_yesterday_whose_leads_are_gone_asks_again(client, as_ops, sixty, smb):
    page = preview(client, "nurture")
    confirm(client, page)
    work()
    answer = confirm(client, page, token=str(uuid4()))
    assert answer.status_code == 422  # the reason itself is gone
    assert CleanupRun.objects.count() == 1


def test_a_run_can_be_stopped(client, as_ops, sixty, smb):
    confirm(client, preview(client, "nurture"))
    work(chunks=1)
    run = CleanupRun.objects.get()
    answer = client.post(f"/review/runs/{run.pk}/stop/")
    assert says(answer)[-1] == "It stops. What is done can be undone; the other leads are left alone."
    client.post(f"/review/runs/{run.pk}/stop/")
    work()
    assert stages() == {"nurture": 50, "review": 12}
    name = f"{as_ops.first_name} {as_ops.last_name}"
    assert rows_of_runs(client) == [f"50 leads went to nurture. {name} stopped it; 10 more leads were left alone."]
    client.post(f"/review/runs/{run.pk}/undo/")
    assert stages() == {"review": 62}


def test_what_has_ended_cannot_be_stopped(client, as_ops, sixty, smb):
    confirm(client, preview(client, "nurture"))
    work()
    answer = client.post(f"/review/runs/{CleanupRun.objects.get().pk}/stop/")
    assert says(answer)[-1] == "It has ended already. The list shows what was done."
    assert CleanupRun.objects.get().stopped_at is None
