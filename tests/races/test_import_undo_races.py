"""An import is undone in the hands of two workers, beside claims; two people start it, ask and count at once (A9)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.jobs.run import run_job
from config.models import BackgroundJob
from leads.actions.imports import run
from leads.actions.imports.source_choices import SourceChoice
from leads.actions.imports.uploads import WrongState, start_import
from leads.models import Forecast, Lead, Source, Upload
from queues.actions.claims.take import take_next
from queues.actions.imports.asking import ask_forecast
from queues.actions.imports.undoing import CannotUndoImport, start_undo
from queues.models import Entry, EntryRule
from queues.queries.counts import depth_by_queue
from routing.models import Assignment
from tests.factories import QueueFactory, TeamFactory, make_ops, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def queue():
    queue = QueueFactory(team=TeamFactory(), order="fifo")
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    return queue


def imported(rows: int) -> Upload:
    upload = make_upload(csv_bytes(HEADER, *lead_rows(rows)), by=make_ops())
    return run.run_import(upload.pk, clock=timezone.now, max_time=None)


def test_claims_beside_an_undo_keep_their_leads_and_the_others_go(queue):
    done = imported(240)
    start_undo(done, by=make_ops(), at=timezone.now())
    job = BackgroundJob.objects.get(kind="undo_import")
    reps = [make_rep(queue.team) for _number in range(4)]
    claims = [lambda rep=rep: take_next(queue, by=rep, at=timezone.now()) for rep in reps]
    results = all_at_once([lambda: run_job(job.pk, clock=timezone.now)] * 2 + claims)
    taken = [each for each in results if isinstance(each, Assignment)]
    done.refresh_from_db()
    assert (done.state, done.undo_counts["gone"]) == ("undone", 240 - len(taken))
    assert set(Lead.objects.values_list("pk", flat=True)) == {each.lead_id for each in taken}
    assert done.undo_counts["stays"] == ({"claimed": len(taken)} if taken else {})
    assert (Entry.objects.waiting().count(), depth_by_queue([queue])[queue.pk]) == (0, 0)


def test_two_people_who_press_undo_do_it_once(queue):
    done = imported(20)
    people = [make_ops() for _number in range(3)]
    results = all_at_once([lambda by=by: start_undo(done, by=by, at=timezone.now()) for by in people])
    assert sum(isinstance(each, CannotUndoImport) for each in results) == 2
    done.refresh_from_db()
    assert (done.state, done.undo_counts["gone"], BackgroundJob.objects.count()) == ("undone", 20, 1)


def test_two_people_who_start_one_file_import_it_once(queue):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)), is_ready=False)
    mapping = {0: "external_id", 3: "email", 5: "source"}
    sources = {"radio": SourceChoice("Radio", make="mql")}
    results = all_at_once([lambda: start_import(upload, mapping=mapping, defaults={}, sources=sources)] * 3)
    assert sum(isinstance(each, WrongState) for each in results) == 2
    assert Source.objects.get(slug="radio").lead_type == "mql"


def test_two_people_who_ask_the_same_share_one_forecast(queue):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(5)), is_ready=False)
    mapping = {"0": "external_id", "3": "email", "5": "source"}
    choices = {"mapping": mapping, "defaults": {}, "reading": {}, "sources": {}}
    people = [make_ops() for _number in range(3)]
    at = timezone.now() + timedelta(seconds=1)
    results = all_at_once([lambda by=by: ask_forecast(upload, choices, by=by, at=at) for by in people])
    assert [each for each in results if isinstance(each, Exception)] == []
    found = Forecast.objects.get()
    assert (found.state, found.counts["made"]) == ("done", 5)
