"""Arrivals at the same moment: one person is one lead, one call is one answer, one file has one runner (A3, A8)."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from leads.actions.api.calls import TooManyCalls, authenticate_call
from leads.actions.api.keys import make_key
from leads.actions.imports.run import run_import
from leads.actions.web_forms import NotHeldAsSpam, Submission, mark_not_spam, receive_submission
from leads.decisions.web_forms.token import issue_token
from leads.models import Activity, ApiKey, Capture, Lead, Upload
from queues.models import Entry, EntryRule
from tests.factories import MORNING, QueueFactory, make_web_form
from tests.factories.files import HEADER, csv_bytes, lead_rows, make_upload
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def secret() -> str:
    return make_key("Website", per_minute=1000, by=None, at=MORNING)[1]


@pytest.fixture
def queue():
    made = QueueFactory()
    EntryRule.objects.create(name="Everybody", position=1, conditions=[], outcome="queue", queue=made)
    return made


def call(secret: str, body: dict, path: str = "leads", **headers: str):
    response = Client().post(
        f"/api/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"X-API-Key": secret, **headers},
    )
    return response.status_code, response.json()


def test_two_calls_with_one_mail_address_make_one_lead(secret, queue):
    answers = all_at_once([lambda: call(secret, {"email": "dewi@maju.co.id"}) for _call in range(2)])
    assert sorted(status for status, _answer in answers) == [200, 201]
    assert (Lead.objects.count(), Entry.objects.waiting().count()) == (1, 1)
    assert {answer["id"] for _status, answer in answers} == {Lead.objects.get().pk}


def test_ten_batches_that_share_all_their_people_make_each_once(secret, queue):
    people = [{"email": f"dewi{n}@maju.co.id", "phone": f"+62812345678{n:02d}"} for n in range(20)]
    orders = [people if turn % 2 else people[::-1] for turn in range(10)]
    answers = all_at_once([lambda order=order: call(secret, {"leads": order}, "leads/batch") for order in orders])
    assert {status for status, _answer in answers} == {200}
    states = Counter(result["state"] for _status, answer in answers for result in answer["results"])
    assert states == {"made": 20, "joined": 180}
    assert (Lead.objects.count(), Entry.objects.waiting().count()) == (20, 20)
    assert Activity.objects.filter(kind="re_engaged").count() == 180


def test_colleagues_behind_one_number_stay_as_many_leads_as_they_are(secret, queue):
    names = ["Sari Ayu", "Tom Becker", "Ani Wijaya", "Budi Santoso", "Rina Hartono", "Carlos Mendez"]
    people = [
        {"name": name, "email": f"{name.split()[0].lower()}@maju.co.id", "phone": "+622155501234"} for name in names
    ]
    answers = all_at_once([lambda person=person: call(secret, person) for person in people for _call in range(2)])
    assert Counter(status for status, _answer in answers) == {201: 6, 200: 6}
    joined = Capture.objects.order_by("pk").values_list("raw__email", "lead__email")
    assert {sent for sent, _email in joined} == {person["email"] for person in people}
    assert all(sent == email for sent, email in joined)
    assert Lead.objects.count() == 6


def test_one_idempotency_key_at_the_same_moment_makes_one_capture(secret, queue):
    body = {"external_id": "A-1"}
    answers = all_at_once([lambda: call(secret, body, **{"Idempotency-Key": "one"}) for _call in range(6)])
    assert {status for status, _answer in answers} <= {201, 409}
    told = {json.dumps(answer, sort_keys=True) for status, answer in answers if status == 201}
    assert (len(told), Capture.objects.count(), Lead.objects.count()) == (1, 1, 1)


def test_a_key_is_counted_exactly_over_all_threads():
    _row, secret = make_key("Slow", per_minute=5, by=None, at=MORNING)
    results = all_at_once([lambda: authenticate_call(secret, at=MORNING) for _call in range(12)])
    assert Counter(type(result) for result in results) == {ApiKey: 5, TooManyCalls: 7}


def test_one_file_and_four_runners_bring_each_row_in_once(queue):
    upload = make_upload(csv_bytes(HEADER, *lead_rows(600)))
    all_at_once([lambda: run_import(upload.pk, clock=lambda: MORNING, max_time=None) for _runner in range(4)])
    done = Upload.objects.get()
    assert (done.state, done.made, Lead.objects.count(), Capture.objects.count()) == ("done", 600, 600, 600)


def test_two_files_with_the_same_people_at_the_same_moment_make_each_once(queue):
    contents = [csv_bytes(HEADER, *lead_rows(240)), csv_bytes(HEADER, *reversed(lead_rows(240)))]
    uploads = [make_upload(content) for content in contents]
    all_at_once(
        [lambda upload=upload: run_import(upload.pk, clock=lambda: MORNING, max_time=None) for upload in uploads]
    )
    counted = Counter(Capture.objects.values_list("state", flat=True))
    assert (Lead.objects.count(), counted["made"], counted.total()) == (240, 240, 480)
    assert set(Upload.objects.values_list("state", flat=True)) == {"done"}
    assert Entry.objects.waiting().count() == 240


def send(form, nonce: str, email: str) -> int:
    token = issue_token(form.pk, nonce=nonce, at=timezone.now() - timedelta(minutes=1), key=settings.SECRET_KEY)
    typed = {"token": token, "name": "Dewi Lestari", "email": email}
    return Client().post(f"/forms/{form.slug}/", typed).status_code


def test_one_form_sent_ten_times_at_the_same_moment_is_one_lead(queue):
    form = make_web_form()
    answers = all_at_once([lambda: send(form, "once", "dewi@maju.co.id") for _press in range(10)])
    assert answers == [303] * 10
    assert (Capture.objects.count(), Lead.objects.count(), Entry.objects.waiting().count()) == (1, 1, 1)
    assert Activity.objects.filter(kind__in=("captured", "re_engaged")).count() == 1


def test_a_form_takes_no_more_than_it_may_however_many_send_at_once(queue):
    form = make_web_form(per_hour=4)
    answers = all_at_once([lambda n=n: send(form, f"n{n}", f"dewi{n}@maju.co.id") for n in range(10)])
    assert Counter(answers) == {303: 4, 429: 6}
    assert (Capture.objects.count(), Lead.objects.count()) == (4, 4)


def test_spam_is_taken_in_once_however_many_press_at_once(queue):
    row = receive_submission(
        make_web_form(), Submission(raw={"email": "dewi@maju.co.id"}, spam="too_quick"), at=MORNING
    )
    results = all_at_once([lambda: mark_not_spam(row, by=None, at=MORNING) for _press in range(4)])
    assert Counter(type(result) for result in results) == {Capture: 1, NotHeldAsSpam: 3}
    assert (Lead.objects.count(), Activity.objects.filter(kind="captured").count()) == (1, 1)
