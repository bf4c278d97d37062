"""What public forms send: stored first, once for each token, bounded, and no spam is lost (A1c, A8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.intake.capture import resolve_left_over
from leads.actions.web_forms import (
    FormIsFull,
    NotHeldAsSpam,
    Submission,
    forget_senders,
    mark_not_spam,
    new_slug,
    receive_submission,
)
from leads.models import Activity, Capture, Lead
from leads.queries.web_forms import CaptureCounts, capture_counts, held_as_spam
from queues.models import Entry, EntryRule, ReviewItem
from tests.factories import MORNING, QueueFactory, make_lead, make_ops, make_web_form

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sent(number: int = 1, **more) -> Submission:
    values = {"nonce": f"token-{number}", "sender": "me", "raw": {"email": f"dewi{number}@maju.co.id"}}
    return Submission(**values | more)


def fill(form, count: int, *, first: int = 1, at=MORNING, **more) -> None:
    for number in range(first, first + count):
        receive_submission(form, sent(number, **more), at=at)


def test_what_is_sent_becomes_a_lead_where_the_rules_say():
    queue = QueueFactory()
    by_form = [{"field": "channel", "operator": "is", "value": "form"}]
    EntryRule.objects.create(name="Forms", position=1, conditions=by_form, outcome="queue", queue=queue)
    form = make_web_form()
    row = receive_submission(form, sent(raw={"email": "Dewi@Maju.co.id", "phone": "0812 3456 7890"}), at=MORNING)
    lead = Lead.objects.get()
    assert (row.state, row.lead, row.web_form, row.channel) == ("made", lead, form, "form")
    assert (lead.email, lead.phone, Entry.objects.waiting().get().queue) == (
        "dewi@maju.co.id",
        "+6281234567890",
        queue,
    )


def test_a_known_person_joins_the_known_lead():
    lead = make_lead(email="dewi1@maju.co.id")
    row = receive_submission(make_web_form(), sent(), at=MORNING)
    assert (row.state, row.lead_id, Lead.objects.count()) == ("merged", lead.pk, 1)


def test_a_token_is_good_for_one_lead_only():
    form = make_web_form()
    first = receive_submission(form, sent(), at=MORNING)
    again = receive_submission(form, sent(raw={"email": "other@maju.co.id"}), at=MORNING + MINUTE)
    assert (again.pk, Capture.objects.count(), Lead.objects.count()) == (first.pk, 1, 1)
    receive_submission(make_web_form(), sent(), at=MORNING)  # of another form it is another token
    assert Capture.objects.count() == 2


def test_a_sender_over_the_limit_of_an_hour_learns_how_long_to_wait():
    form = make_web_form(per_hour=2)
    receive_submission(form, sent(1), at=MORNING)
    receive_submission(form, sent(2), at=MORNING + 50 * MINUTE)
    with pytest.raises(FormIsFull) as full:
        receive_submission(form, sent(3), at=MORNING + 55 * MINUTE)
    assert (full.value.wait, Capture.objects.count()) == (301, 2)
    receive_submission(form, sent(4, sender="somebody else"), at=MORNING + 55 * MINUTE)
    receive_submission(make_web_form(), sent(5), at=MORNING + 55 * MINUTE)
    receive_submission(form, sent(6), at=MORNING + HOUR)
    with pytest.raises(FormIsFull):
        receive_submission(form, sent(7), at=MORNING + HOUR)


def test_who_is_not_known_is_counted_with_all_only():
    form = make_web_form(per_hour=1)
    fill(form, 3, sender="")
    assert Lead.objects.count() == 3


def test_a_flood_from_many_senders_stops_and_its_spam_leaves_room_for_the_rest():
    form = make_web_form(per_hour_in_all=2)
    for number in range(2):
        receive_submission(form, sent(number, sender=f"robot {number}", spam="trap"), at=MORNING)
    with pytest.raises(FormIsFull):
        receive_submission(form, sent(2, sender="robot 2", spam="trap"), at=MORNING)
    receive_submission(form, sent(3, sender="a person"), at=MORNING)
    receive_submission(form, sent(4, sender="another"), at=MORNING)
    with pytest.raises(FormIsFull):
        receive_submission(form, sent(5, sender="a third"), at=MORNING)
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("why", ["trap", "too_quick"])
def test_spam_is_kept_with_the_reason_and_makes_no_lead(why):
    row = receive_submission(make_web_form(), sent(spam=why), at=MORNING)
    row.refresh_from_db()
    assert (row.state, row.lead, row.raw) == ("refused", None, {"email": "dewi1@maju.co.id"})
    assert (row.problems, row.is_held_as_spam) == ([{"field": "", "code": why, "value": ""}], True)
    assert resolve_left_over(at=MORNING + HOUR) == 0


def test_what_is_not_spam_becomes_a_lead_once():
    ops, later = make_ops(), MORNING + 2 * HOUR
    row = receive_submission(make_web_form(), sent(spam="too_quick"), at=MORNING)
    taken = mark_not_spam(row, by=ops, at=later)
    lead = Lead.objects.get()
    assert (taken.state, taken.lead, lead.captured_at, ReviewItem.objects.get().lead) == ("made", lead, MORNING, lead)
    captured = lead.activities.get(kind=Activity.Kind.CAPTURED)
    assert (captured.by, captured.at) == (ops, later)
    with pytest.raises(NotHeldAsSpam):
        mark_not_spam(row, by=ops, at=later)
    assert Activity.objects.filter(kind__in=("captured", "re_engaged")).count() == 1


def test_what_was_taken_in_without_anybody_in_it_waits_on_the_desk():
    row = receive_submission(make_web_form(), sent(raw={"message": "cheap watches"}, spam="trap"), at=MORNING)
    taken = mark_not_spam(row, by=make_ops(), at=MORNING)
    assert (taken.state, taken.lead.message, taken.lead.stage) == ("made", "cheap watches", "review")


def test_an_empty_submission_stays_refused_and_is_not_offered_again():
    row = receive_submission(make_web_form(), sent(raw={}, spam="trap"), at=MORNING)
    taken = mark_not_spam(row, by=make_ops(), at=MORNING)
    assert (taken.state, taken.lead, taken.is_held_as_spam) == ("refused", None, False)


def test_what_another_channel_refused_is_not_held_as_spam():
    row = Capture.objects.create(channel="api", received_at=MORNING, raw={}, fingerprint="x", state="refused")
    with pytest.raises(NotHeldAsSpam):
        mark_not_spam(row, by=make_ops(), at=MORNING)


def test_the_sweep_resolves_a_stored_submission_and_the_token_stays_used():
    form = make_web_form()
    row = Capture.objects.create(
        channel="form", received_at=MORNING, raw=sent().raw, fingerprint="x", web_form=form, idempotency_key="token-1"
    )
    assert (receive_submission(form, sent(), at=MORNING + MINUTE).pk, Lead.objects.count()) == (row.pk, 0)
    assert (resolve_left_over(at=MORNING + HOUR), Lead.objects.get().email) == (1, "dewi1@maju.co.id")


def test_senders_are_forgotten_after_a_day():
    form = make_web_form()
    receive_submission(form, sent(1), at=MORNING)
    receive_submission(form, sent(2), at=MORNING + 2 * HOUR)
    assert forget_senders(at=MORNING + 25 * HOUR) == 1
    assert list(Capture.objects.order_by("pk").values_list("sender", flat=True)) == ["", "me"]


def test_captures_are_counted_for_all_forms_at_once():
    quiet, busy, known = make_web_form(), make_web_form(), make_lead(email="known@maju.co.id")
    receive_submission(busy, sent(0), at=MORNING - timedelta(days=30))
    fill(busy, 2)
    receive_submission(busy, sent(3, raw={"email": known.email}), at=MORNING)
    receive_submission(busy, sent(4, spam="trap"), at=MORNING)
    with CaptureQueriesContext(connection) as asked:
        found = capture_counts([quiet, busy], at=MORNING)
    assert found == {quiet.pk: CaptureCounts(), busy.pk: CaptureCounts(received=4, made=2, joined=1, refused=1)}
    assert len(asked) == 1


def test_the_newest_spam_stands_first_and_the_list_is_bounded(monkeypatch):
    monkeypatch.setattr("leads.queries.web_forms.MAX_HELD_SHOWN", 2)
    form = make_web_form()
    fill(form, 3, spam="trap")
    receive_submission(form, sent(4), at=MORNING)
    assert [row.idempotency_key for row in held_as_spam(form)] == ["token-3", "token-2"]


def test_an_address_can_be_read_and_not_guessed():
    first, second = new_slug("Talk to sales!"), new_slug("Talk to sales!")
    assert first.startswith("talk-to-sales-") and len(first) == len("talk-to-sales-") + 16
    assert first != second
    assert new_slug("販売").startswith("form-")
