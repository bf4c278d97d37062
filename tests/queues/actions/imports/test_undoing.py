"""A whole import is undone: what nobody touched goes, everything else stays true (A9)."""

from datetime import timedelta

import pytest
from django.db import connection

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.corrections import correct_lead
from leads.actions.imports import run
from leads.actions.imports.uploads import WrongState, resume_import
from leads.models import Activity, Capture, Identity, Lead, Upload
from queues.actions.claims.take import take_next
from queues.actions.entries.counts import recount
from queues.actions.imports import undoing
from queues.actions.imports.undoing import CannotUndoImport, start_undo
from queues.models import Entry, EntryRule, FigureState, ReviewItem, StaleDay, Tally
from queues.queries.counts import depth_by_queue
from queues.queries.import_undo import Touch, preview_undo
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_lead, make_ops, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
LATER = MORNING + timedelta(hours=1)


def imported(content: bytes, *, at=MORNING) -> Upload:
    return run.run_import(make_upload(content, by=make_ops()).pk, clock=lambda: at, max_time=None)


@pytest.fixture
def queue():
    queue = QueueFactory(name="Hot", team=TeamFactory())
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def test_leads_that_nobody_touched_go_with_all_that_is_about_them(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(5)))
    other = make_lead(email="somebody@else.co.id")
    ops = make_ops()
    undone = start_undo(done, by=ops, at=LATER)
    assert (undone.state, undone.undo_by, undone.undo_at) == ("undone", ops, LATER)
    assert undone.undo_counts == {"gone": 5, "taken_back": 0, "stays": {}}
    assert list(Lead.objects.values_list("pk", flat=True)) == [other.pk]
    assert (Entry.objects.count(), ReviewItem.objects.count()) == (0, 0)
    assert Activity.objects.exclude(lead=other).count() == 0
    assert depth_by_queue([queue]) == {queue.pk: 0}
    kept = list(Tally.objects.filter(queue=queue).values_list("waiting", "aged_first", "aged_second"))
    recount(queue)
    assert sum(waiting for waiting, *_aged in kept) == 0
    assert set(Capture.objects.values_list("state", "lead")) == {("undone", None)}


def test_the_same_file_can_come_again(queue):
    content = csv_bytes(HEADER, *lead_rows(3))
    start_undo(imported(content), by=make_ops(), at=LATER)
    again = imported(content, at=LATER)
    assert (again.made, again.unchanged, Lead.objects.count()) == (3, 0, 3)


def test_what_somebody_touched_stays_and_is_said_before(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(6)))
    rep = make_rep(queue.team)
    taken = take_next(queue, by=rep, at=MORNING + timedelta(minutes=5))
    leads = list(Lead.objects.exclude(pk=taken.lead_id).order_by("pk"))
    correct_lead(leads[0], {"city": "Solo"}, by=make_ops(), at=MORNING + timedelta(minutes=6))
    imported(csv_bytes(HEADER, [*_row_of(leads[1])[:4], "Other", "Fair"]), at=MORNING + timedelta(minutes=7))
    preview = preview_undo(done)
    assert (preview.goes, dict(preview.stays)) == (3, {Touch.CLAIMED: 1, Touch.EDITED: 1, Touch.CAME_BACK: 1})
    undone = start_undo(done, by=make_ops(), at=LATER)
    assert undone.undo_counts["gone"] == 3
    assert undone.undo_counts["stays"] == {"claimed": 1, "edited": 1, "came_back": 1}
    kept = {taken.lead_id, leads[0].pk, leads[1].pk}
    assert set(Lead.objects.values_list("pk", flat=True)) == kept
    assert (Assignment.objects.get().lead_id, depth_by_queue([queue])[queue.pk]) == (taken.lead_id, 2)
    assert Capture.objects.filter(upload=done, state="made").count() == 3


def _row_of(lead: Lead) -> list[str]:
    return [lead.external_id, lead.first_name, lead.last_name, lead.email, lead.company_name]


def test_clocks_that_ran_out_are_no_touch(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(1)))
    Activity.objects.create(lead=Lead.objects.get(), kind="breached", at=LATER)
    assert start_undo(done, by=make_ops(), at=LATER).undo_counts["gone"] == 1


def test_a_row_that_joined_a_lead_is_taken_back_as_far_as_it_is_still_its_own(queue):
    here = make_lead(email="dewi1@maju1.co.id", first_name="", last_name="", company_name="", city="Solo", score=20)
    touched = make_lead(email="dewi2@maju2.co.id", first_name="", last_name="", company_name="")
    done = imported(csv_bytes([*HEADER, "Score"], *[[*row, "70"] for row in lead_rows(3)]))
    assert (done.made, done.merged) == (1, 2)
    correct_lead(Lead.objects.get(pk=touched.pk), {"first_name": "Dewi Ayu"}, by=make_ops(), at=LATER)
    undone = start_undo(done, by=make_ops(), at=LATER)
    assert undone.undo_counts == {"gone": 1, "taken_back": 2, "stays": {}}
    here.refresh_from_db()
    touched.refresh_from_db()
    assert (here.first_name, here.last_name, here.external_id, here.city, here.score) == ("", "", "", "Solo", 20)
    assert (touched.first_name, touched.last_name) == ("Dewi Ayu", "")
    assert here.reengaged_at is None
    kinds = Identity.objects.filter(lead=here).order_by("kind").values_list("kind", flat=True)
    assert list(kinds) == ["email", "phone"]  # not the id of the file
    line = Activity.objects.filter(lead=here).order_by("-pk").first()
    assert (line.kind, line.details["import"]) == ("undone", done.pk)
    assert set(Capture.objects.filter(upload=done).values_list("state", flat=True)) == {"undone"}


def test_other_columns_of_a_row_are_taken_back_too(queue):
    here = make_lead(email="dewi1@maju1.co.id", extra={"Budget": "5"})
    header = [*HEADER, "Budget", "Fax"]
    done = imported(csv_bytes(header, [*lead_rows(1)[0], "9", "021 555"]))
    here.refresh_from_db()
    assert here.extra == {"Budget": "5", "Fax": "021 555"}
    start_undo(done, by=make_ops(), at=LATER)
    here.refresh_from_db()
    assert here.extra == {"Budget": "5"}


def test_a_lead_that_the_file_brought_back_keeps_its_place(queue):
    make_lead(email="dewi1@maju1.co.id", stage="nurture")
    done = imported(csv_bytes(HEADER, *lead_rows(1)))
    undone = start_undo(done, by=make_ops(), at=LATER)
    assert undone.undo_counts == {"gone": 0, "taken_back": 0, "stays": {"opened": 1}}
    assert Lead.objects.get().stage == "waiting"


def test_kept_counts_of_earlier_days_are_made_again(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(2)), at=MORNING)
    Lead.objects.update(created_at=MORNING - timedelta(days=1))
    FigureState.objects.update_or_create(pk=1, defaults={"zone": "UTC"})
    start_undo(done, by=make_ops(), at=MORNING + timedelta(hours=2))
    assert (MORNING - timedelta(days=1)).date() in set(StaleDay.objects.values_list("day", flat=True))


def test_only_within_a_day_and_once(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(1)))
    with pytest.raises(CannotUndoImport):
        start_undo(done, by=make_ops(), at=MORNING + timedelta(hours=24))
    start_undo(done, by=make_ops(), at=LATER)
    with pytest.raises(CannotUndoImport):
        start_undo(done, by=make_ops(), at=LATER)
    with pytest.raises(WrongState):
        resume_import(done)


def test_a_large_import_is_undone_by_a_job_that_may_die_and_run_twice(queue, monkeypatch):
    done = imported(csv_bytes(HEADER, *lead_rows(250)))
    begun = start_undo(done, by=make_ops(), at=LATER)
    assert (begun.state, Lead.objects.count()) == ("undoing", 250)
    with pytest.raises(CannotUndoImport):
        start_undo(done, by=make_ops(), at=LATER)
    job = BackgroundJob.objects.get(kind="undo_import")
    run_job(job.pk, clock=lambda: LATER, limit=timedelta(0))
    assert Lead.objects.count() == 150
    real, calls = undoing._take_away, []

    def dies_once(*args, **kwargs):
        calls.append(1)
        found = real(*args, **kwargs)
        if len(calls) == 1:
            raise RuntimeError("killed")
        return found

    monkeypatch.setattr(undoing, "_take_away", dies_once)
    run_job(job.pk, clock=lambda: LATER)
    assert (Lead.objects.count(), depth_by_queue([queue])[queue.pk]) == (150, 150)
    run_job(job.pk, clock=lambda: LATER)
    run_job(job.pk, clock=lambda: LATER)
    done.refresh_from_db()
    assert (done.state, done.undo_counts["gone"], Lead.objects.count()) == ("undone", 250, 0)
    assert depth_by_queue([queue])[queue.pk] == 0


def test_an_import_that_was_stopped_half_way_can_be_undone(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(2)))
    Upload.objects.filter(pk=done.pk).update(state="cancelled")
    assert start_undo(done, by=make_ops(), at=LATER).undo_counts["gone"] == 2


def test_other_marks_of_resemblance_are_lifted(queue):
    done = imported(csv_bytes(HEADER, *lead_rows(1)))
    other = make_lead(resembles=Lead.objects.get(), resembles_percent=90)
    start_undo(done, by=make_ops(), at=LATER)
    other.refresh_from_db()
    assert other.resembles_id is None
    connection.check_constraints()
