"""A draft holds from its minute on, even if the worker has not come to it: the decision asks what holds (F11b)."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from queues.actions.dispatch.serve import serve
from queues.models import Queue
from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.editing import edit_rotation
from routing.actions.rotation.turns import RotationIsOff, TurnRequest, take_turns
from routing.actions.rotation.versions import (
    DraftIsClosed,
    MinuteIsTaken,
    discard,
    publish_due,
    publish_due_of,
    publish_planned,
    save_draft,
    schedule,
)
from routing.models import Assignment, Notification, Rotation, RotationDraft, RotationVersion
from routing.queries.rotation.versions import snapshot_of
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DUE = MORNING + 10 * MINUTE


@pytest.fixture
def queue() -> Queue:
    rotation = make_rotation(make_rep(last_name="Adi"), make_rep(last_name="Budi"))
    return QueueFactory(dispatch="push", rotation=rotation)


def draft_of(rotation: Rotation, **fields) -> RotationDraft:
    wanted = snapshot_of(rotation)
    return save_draft(rotation, wanted | {"fields": wanted["fields"] | fields}, sent=[], by=None, at=MORNING)


def planned(rotation: Rotation, *, publish_at: datetime = DUE, paused: int | None = None, **fields) -> RotationDraft:
    wanted = snapshot_of(rotation)
    wanted["fields"] |= fields
    if paused is not None:
        wanted["members"][paused]["is_paused"] = True
    draft = save_draft(rotation, wanted, sent=[], by=make_ops(), at=MORNING)
    return schedule(draft, publish_at=publish_at, by=draft.by, reason="New week", at=MORNING)


def given(queue: Queue, *, at: datetime) -> list[tuple[str, int]]:
    """Who got a lead that arrives at this moment, and by which version."""
    make_entry(queue, since=at)
    serve(queue, at=at)
    return [(each.holder.last_name, each.receipt["version"]) for each in Assignment.objects.filter(assigned_at=at)]


def test_a_lead_before_the_sweep_is_decided_by_the_version_that_holds(queue: Queue):
    planned(queue.rotation, paused=0)
    assert given(queue, at=DUE - timedelta(seconds=1)) == [("Adi", 1)]
    assert given(queue, at=DUE) == [("Budi", 2)]
    assert given(queue, at=DUE + timedelta(seconds=5)) == [("Budi", 2)]
    version, draft = RotationVersion.objects.get(number=2), RotationDraft.objects.get()
    assert (version.at, version.draft, version.reason, draft.state) == (DUE, draft, "New week", "published")
    assert (publish_due(at=DUE + MINUTE), Notification.objects.filter(kind="draft_published").count()) == (0, 1)
    assert audit_rotation(queue.rotation, at=DUE + MINUTE).faults == []


def test_days_without_a_worker_are_recorded_at_the_planned_times_in_their_order(queue: Queue):
    later = planned(queue.rotation, publish_at=DUE + DAY, owed_limit=9)
    sooner = planned(queue.rotation, paused=0)
    assert given(queue, at=DUE + 3 * DAY) == [("Budi", 3)]
    rows = RotationVersion.objects.filter(number__gt=1).order_by("number").values_list("draft", "at")
    assert list(rows) == [(sooner.pk, DUE), (later.pk, DUE + DAY)]
    assert list(RotationDraft.objects.order_by("pk").values_list("ended_at", flat=True)) == [DUE + DAY, DUE]


def test_a_long_queue_asks_which_version_holds_before_it_asks_who_is_free(queue: Queue):
    """Both are paused until the draft holds, and twelve leads wait."""
    queue.rotation.members.update(is_paused=True)
    wanted = snapshot_of(queue.rotation)
    for member in wanted["members"]:
        member["is_paused"] = False
    draft = save_draft(queue.rotation, wanted, sent=[], by=make_ops(), at=MORNING)
    schedule(draft, publish_at=DUE, by=draft.by, reason="All are here", at=MORNING)
    for _lead in range(12):
        make_entry(queue, since=MORNING)
    assert (len(serve(queue, at=DUE - MINUTE)), len(serve(queue, at=DUE))) == (0, 12)


def test_the_sweep_records_the_planned_time_too(queue: Queue):
    planned(queue.rotation, owed_limit=9)
    assert publish_due(at=DUE + 7 * MINUTE) == 1
    assert RotationVersion.objects.get(number=2).at == DUE


def test_versions_stay_in_the_order_of_time_when_somebody_saved_in_between(queue: Queue):
    planned(queue.rotation, owed_limit=9)
    edit_rotation(queue.rotation, fields={"cap_day": 50}, by=None, at=DUE + MINUTE)
    publish_due(at=DUE + 2 * MINUTE)
    assert list(RotationVersion.objects.order_by("number").values_list("at", flat=True))[1:] == [DUE + MINUTE] * 2


def test_a_draft_that_switches_the_rotation_off_holds_the_lead(queue: Queue):
    planned(queue.rotation, is_active=False)
    with pytest.raises(RotationIsOff):
        take_turns(queue.rotation, [TurnRequest(make_lead())], at=DUE)
    assert given(queue, at=DUE) == []
    assert publish_due(at=DUE + MINUTE) == 1


def test_a_draft_that_no_longer_fits_holds_up_no_lead_and_tells_its_author_once(queue: Queue):
    planned(queue.rotation, owed_limit=9)
    edit_rotation(queue.rotation, fields={"owed_limit": 7}, by=None, at=MORNING)
    assert [given(queue, at=DUE + number * MINUTE) for number in range(2)] == [[("Adi", 2)], [("Budi", 2)]]
    assert list(Notification.objects.filter(kind="draft_refused").values_list("key", flat=True)) == [
        f"draft_refused-{RotationDraft.objects.get().pk}-{DUE:%Y%m%d%H%M}"
    ]


def test_a_draft_that_breaks_holds_up_no_lead(queue: Queue):
    broken = planned(queue.rotation, owed_limit=9)
    broken.snapshot["fields"]["owed_limit"] = "many"
    broken.save()
    assert given(queue, at=DUE) == [("Adi", 1)]
    assert RotationDraft.objects.get().state == "open"


def test_another_rotation_publishes_nothing_of_this_one(queue: Queue):
    planned(queue.rotation, owed_limit=9)
    other = make_rotation(make_rep(), name="Other")
    with nothing_changes():
        assert publish_due_of(other, at=DUE) == 0


def test_without_a_due_draft_it_costs_one_statement(queue: Queue, django_assert_num_queries):
    planned(queue.rotation, owed_limit=9)
    with django_assert_num_queries(1):
        publish_due_of(queue.rotation, at=DUE - MINUTE)


@pytest.mark.parametrize(
    ("seconds", "is_refused"), [(-61, False), (-60, False), (-1, False), (0, True), (59, True), (60, False)]
)
def test_two_drafts_for_one_minute_are_refused(queue: Queue, seconds: int, is_refused: bool):
    planned(queue.rotation, owed_limit=9)
    second = draft_of(queue.rotation, owed_limit=8)
    then = DUE.replace(second=0) + timedelta(seconds=seconds)
    if is_refused:
        with nothing_changes(), pytest.raises(MinuteIsTaken):
            schedule(second, publish_at=then, by=None, at=MORNING)
    else:
        assert schedule(second, publish_at=then, by=None, at=MORNING).publish_at == then


def test_a_minute_is_free_again_and_no_matter_of_other_rotations(queue: Queue):
    first = planned(queue.rotation, owed_limit=9)
    assert schedule(first, publish_at=DUE, by=None, at=MORNING).publish_at == DUE  # planned again for the same minute
    other = make_rotation(make_rep(), name="Other")
    assert planned(other, owed_limit=9).publish_at == DUE
    discard(first, by=None, at=MORNING)
    assert planned(queue.rotation, owed_limit=8).publish_at == DUE
    with pytest.raises(DraftIsClosed):
        schedule(first, publish_at=DUE, by=None, at=MORNING)
    assert publish_planned(first, at=DUE) is False


def test_the_form_says_that_the_minute_is_taken(client, as_ops, queue: Queue, morning, page_text):
    planned(queue.rotation, owed_limit=9)
    second = draft_of(queue.rotation, owed_limit=8)
    place = reverse("admin:routing_rotation_versions", args=[queue.rotation_id])
    sent = {"act": "plan", "draft": second.pk, "publish_at": "2026-11-16T10:52", "reason": "New week"}
    with nothing_changes():
        answer = client.post(place, sent)
    words = "Another draft of this rotation is planned for this minute. Choose another time."
    assert (answer.status_code, answer.context["form"].errors["publish_at"]) == (422, [words])
    assert words in page_text(answer)
    client.post(place, sent | {"publish_at": "2026-11-16T10:53"})
    assert RotationDraft.objects.get(pk=second.pk).publish_at == DUE + MINUTE
