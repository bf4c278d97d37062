"""A merge on the review desk: where both leads stand, who is notified, and everything back as it was (A3, A6)."""

from datetime import timedelta

import pytest

from leads.actions.merging import MergeRefused
from leads.models import Lead, Merge
from queues.actions.claims.take import take_next
from queues.actions.clocks.escalations import escalate
from queues.actions.entries.counts import recount
from queues.actions.entries.placement import place_leads
from queues.actions.review.decisions import AlreadyDecided, approve, nurture
from queues.actions.review.merging import merge_on_desk, undo_merge
from queues.models import Entry, EntryRule, Escalation, ReviewItem
from queues.queries.counts import queue_counts
from queues.queries.waiting import first_positions
from routing.models import Assignment, Notification
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LATER = MORNING + HOUR
LONG_AGO = MORNING - 9 * HOUR


@pytest.fixture
def queue():
    """Possible duplicates go to the desk, everybody else waits here."""
    made = QueueFactory(hot_score=80)
    alike = [{"field": "possible_duplicate", "operator": "at_least", "value": 80}]
    EntryRule.objects.create(name="Possible duplicate", position=1, outcome="review", conditions=alike)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=made)
    return made


@pytest.fixture
def ops(queue):
    return make_ops()


def twin_of(known: Lead, *, at=LONG_AGO, **fields) -> ReviewItem:
    """A lead on the desk that resembles this one."""
    lead = make_lead(at=at, resembles=known, resembles_percent=92, **fields)
    place_leads([lead], at=at)
    return ReviewItem.objects.get(lead=lead)


def merged(item: ReviewItem, other: Lead, *, keeps_other=True, at=MORNING, by=None, **picks: str) -> Merge:
    return merge_on_desk(item, other=other, keeps_other=keeps_other, picks=picks, by=by, at=at)


def world() -> list[list[dict]]:
    """Everything about where leads stand, but for what only tells of it."""
    kinds = (Lead, Entry, ReviewItem, Escalation, Assignment)
    return [list(kind.objects.order_by("pk").values()) for kind in kinds]


def stage(lead: Lead) -> str:
    return Lead.objects.get(pk=lead.pk).stage


def test_the_item_closes_as_merged(ops):
    item = twin_of(make_lead())
    merged(item, item.lead.resembles, by=ops)
    item.refresh_from_db()
    assert (item.closed_how, item.closed_by, item.closed_at, stage(item.lead)) == ("merged", ops, MORNING, "merged")


def test_a_held_lead_gets_it_and_only_its_holder_hears(queue, ops):
    known = make_entry(queue, since=LONG_AGO).lead
    rep = make_rep()
    make_rep()
    take_next(queue, by=rep, at=LONG_AGO)
    item = twin_of(known)
    merged(item, known)
    assert (stage(known), Assignment.objects.get().holder, Entry.objects.waiting().count()) == ("held", rep, 0)
    told = Notification.objects.filter(at=MORNING).values_list("user", "kind", "lead")
    assert list(told) == [(rep.pk, "re_engaged", known.pk)]


def test_a_waiting_lead_keeps_its_age_and_its_place_follows_the_score(queue, ops):
    ahead = make_entry(queue, since=MORNING - 3 * HOUR, score=50)
    behind = make_entry(queue, since=MORNING - HOUR, score=50)
    item = twin_of(behind.lead, score=95)
    merged(item, behind.lead)
    behind.refresh_from_db()
    line = [position.entry.id for position in first_positions(queue, at=MORNING, limit=5)]
    assert (line, behind.since_at) == ([behind.pk, ahead.pk], MORNING - HOUR)


@pytest.mark.parametrize("before", ["nurture", "recycled", "archived", "lost", "disqualified", "rejected"])
def test_a_lead_that_was_put_aside_goes_before_the_rules(queue, ops, before):
    known = make_lead(stage=before, closed_reason="no_need")
    item = twin_of(known)
    merged(item, known)
    entry = Entry.objects.waiting().get()
    assert (entry.lead, entry.since_at, stage(known)) == (known, MORNING, "waiting")


def test_back_from_nurture_by_a_merge_is_back_from_nurture(queue, ops):
    other = QueueFactory()
    back = [{"field": "from_nurture", "operator": "is_true"}]
    EntryRule.objects.create(name="Back", position=0, outcome="queue", queue=other, conditions=back)
    known = make_lead(stage="nurture")
    merged(twin_of(known), known)
    assert Entry.objects.waiting().get().queue == other


def test_a_lead_on_the_desk_stays_there_with_its_age(ops):
    known = make_lead(at=LONG_AGO)
    ReviewItem.objects.create(lead=known, opened_at=LONG_AGO - HOUR, reasons=["no_rule"])
    Lead.objects.filter(pk=known.pk).update(stage="review")
    merged(twin_of(known), known)
    left = ReviewItem.objects.get(closed_at=None)
    assert (left.lead, left.opened_at, left.reasons) == (known, LONG_AGO - HOUR, ["no_rule"])


def test_the_other_way_round_the_lead_of_the_desk_takes_the_place_and_the_age(queue, ops):
    known = make_entry(queue, since=MORNING - 30 * HOUR)
    escalate(known.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING - HOUR)
    item = twin_of(known.lead)
    merged(item, known.lead, keeps_other=False, by=ops)
    entry = Entry.objects.waiting().get()
    assert (entry.lead, entry.since_at, entry.entered_at, entry.band) == (item.lead, known.since_at, MORNING, 1)
    assert (stage(known.lead), stage(item.lead)) == ("merged", "waiting")
    assert (queue_counts(queue, at=MORNING).waiting, queue_counts(queue, at=MORNING).aged_first) == (1, 1)
    assert Lead.objects.get(pk=item.lead_id).resembles is None
    assert set(ReviewItem.objects.values_list("closed_how", flat=True)) == {"merged"}
    assert Escalation.objects.get().closed_how == "closed"


def test_the_other_way_round_what_else_needs_a_human_stays_on_the_desk(queue, ops):
    low = [{"field": "score", "operator": "less_than", "value": 40}]
    EntryRule.objects.create(name="Low", position=1, outcome="review", conditions=low)
    known = make_lead(stage="nurture", score=5)
    item = twin_of(known, score=20)
    merged(item, known, keeps_other=False)
    left = ReviewItem.objects.get(closed_at=None)
    assert (left.lead, left.reasons, left.opened_at) == (item.lead, ["Low"], item.opened_at)


def test_the_other_way_round_a_push_queue_is_served_at_once(ops, queue):
    rep = make_rep()
    push = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    EntryRule.objects.filter(name="Everybody").update(queue=push)
    known = make_lead(stage="archived")
    item = twin_of(known)
    merged(item, known, keeps_other=False)
    assert Assignment.objects.get().lead == item.lead


def test_a_held_lead_is_never_absorbed(queue, ops):
    known = make_entry(queue).lead
    take_next(queue, by=make_rep(), at=LONG_AGO)
    item, before = twin_of(known), world
    kept = before()
    with pytest.raises(MergeRefused) as refused:
        merged(item, known, keeps_other=False)
    assert (refused.value.code, world()) == ("held", kept)


@pytest.mark.parametrize("act", ["nurture", "approve", "merge"])
def test_who_is_too_late_changes_nothing(queue, ops, act):
    known = make_lead()
    item = twin_of(known)
    acts = {
        "nurture": lambda: nurture(item, by=ops, at=MORNING),
        "approve": lambda: approve(item, queue=queue, by=ops, at=MORNING),
        "merge": lambda: merged(item, known, keeps_other=False, by=ops),
    }
    acts[act]()
    before = world()
    with pytest.raises(AlreadyDecided) as late:
        merged(item, known, at=LATER)
    assert (late.value.item.closed_by, world()) == (ops, before)


def test_a_lead_whose_other_was_merged_meanwhile_stays_on_the_desk(ops):
    known, last = make_lead(), make_lead()
    item = twin_of(known)
    merged(twin_of(last), last)
    merge = merge_on_desk(twin_of(last), other=known, keeps_other=False, picks={}, by=ops, at=MORNING)
    with pytest.raises(MergeRefused) as refused:
        merged(item, known, at=LATER)
    item.refresh_from_db()
    assert (refused.value.code, refused.value.lead.merged_into, item.closed_at) == ("kept_merged", merge.kept, None)


@pytest.mark.parametrize("keeps_other", [True, False])
@pytest.mark.parametrize("before", ["waiting", "nurture", "archived", "review", "lost"])
def test_taken_back_everything_stands_as_before(queue, ops, before, keeps_other):
    if before == "waiting":
        known = make_entry(queue, since=MORNING - 90 * HOUR, at=LONG_AGO).lead
        escalate(known, queue=queue, kind="age", broke_at=LONG_AGO, at=LONG_AGO)
    else:
        known = make_lead(stage=before, closed_reason="" if before == "review" else "stale")
    if before == "review":
        ReviewItem.objects.create(lead=known, opened_at=LONG_AGO, reasons=["no_rule"])
    item = twin_of(known)
    stood = world()
    merge = merged(item, known, keeps_other=keeps_other, by=ops)
    assert world() != stood
    undone = undo_merge(merge, by=ops, at=LATER + 50 * HOUR)
    assert world() == stood
    assert undone.moved_on is False
    assert undone.item == (item if keeps_other else ReviewItem.objects.filter(lead=known).first())
    waiting = queue_counts(queue, at=MORNING)
    recount(queue)
    assert queue_counts(queue, at=MORNING) == waiting


def test_taken_back_a_lead_that_somebody_took_since_stays_with_them(queue, ops):
    known = make_lead(stage="nurture")
    item = twin_of(known)
    merge = merged(item, known)
    rep = make_rep()
    take_next(queue, by=rep, at=LATER)
    undone = undo_merge(merge, by=ops, at=LATER)
    item.refresh_from_db()
    assert (undone.moved_on, stage(known), Assignment.objects.open().get().holder) == (True, "held", rep)
    assert (undone.item, item.closed_at, stage(item.lead)) == (item, None, "review")


def test_taken_back_into_a_queue_that_is_off_the_rules_decide(queue, ops):
    known = make_entry(queue, since=LONG_AGO).lead
    item = twin_of(known)
    merge = merged(item, known, keeps_other=False)
    other = QueueFactory()
    EntryRule.objects.filter(name="Everybody").update(queue=other)
    queue.is_active = False
    queue.save()
    undo_merge(merge, by=ops, at=LATER)
    assert Entry.objects.waiting().get(lead=known).queue == other
