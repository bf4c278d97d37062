"""The page on which a whole import is undone (A9)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from config.models import BackgroundJob
from leads.actions.imports import run
from leads.models import Lead, Upload
from queues.models import EntryRule
from tests.factories import QueueFactory, make_lead, make_rep
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def done():
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=QueueFactory(name="Hot"))
    make_lead(email="dewi1@maju1.co.id")
    upload = make_upload(csv_bytes(HEADER, *lead_rows(3)))
    return run.run_import(upload.pk, clock=timezone.now, max_time=None)


def test_the_result_leads_to_it_for_a_day(client, as_ops, done):
    address = f'href="/imports/{done.pk}/undo"'
    assert address in client.get(f"/imports/{done.pk}/").content.decode()
    Upload.objects.update(finished_at=timezone.now() - timedelta(hours=24))
    assert address not in client.get(f"/imports/{done.pk}/").content.decode()
    assert "cannot be undone" in client.get(f"/imports/{done.pk}/undo").content.decode()


def test_it_says_beforehand_what_goes_and_afterwards_what_went(client, as_ops, done, page_text):
    asked = page_text(client.get(f"/imports/{done.pk}/undo"))
    assert "2 leads go; none stays." in asked
    assert "1 row joined a lead that was here before." in asked
    answer = client.post(f"/imports/{done.pk}/undo/start")
    assert answer["Location"] == f"/imports/{done.pk}/undo"
    text = page_text(client.get(f"/imports/{done.pk}/undo"))
    assert "2 leads went. 1 row was taken back from a lead that was here before." in text
    assert "by Bima Prasetyo" in text
    assert "This import is undone." in page_text(client.get(f"/imports/{done.pk}/"))
    assert Lead.objects.count() == 1


def test_a_second_press_says_so(client, as_ops, done, page_text):
    client.post(f"/imports/{done.pk}/undo/start")
    text = page_text(client.post(f"/imports/{done.pk}/undo/start", follow=True))
    assert "The import is being undone already, or it is too late." in text


def test_the_rows_as_a_file(client, as_ops, done):
    client.post(f"/imports/{done.pk}/undo/start")
    file = client.get(f"/imports/{done.pk}/undone.csv")
    rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["2", "taken back"], ["3", "undone"], ["4", "undone"]]
    assert rows[2][3:5] == ["L-2", "Dewi2"]


def test_a_rep_can_neither_see_nor_press_it(client, done):
    client.force_login(make_rep())
    assert client.get(f"/imports/{done.pk}/undo").status_code == 403
    assert client.post(f"/imports/{done.pk}/undo/start").status_code == 403
    assert Lead.objects.count() == 3


def test_progress_while_a_job_works(htmx, as_ops, done, page_text):

    Upload.objects.update(state="undoing", undo_at=timezone.now())
    BackgroundJob.objects.create(
        kind="undo_import", subject=str(done.pk), total=300, done=100, created_at=timezone.now(), is_large=True
    )
    part = htmx.get(f"/imports/{done.pk}/undo")
    assert 'aria-valuenow="33"' in part.content.decode()
    BackgroundJob.objects.update(state="failed", finished_at=timezone.now())
    assert "It stopped half-way with an error." in page_text(htmx.get(f"/imports/{done.pk}/undo"))
