"""One rotation for each segment of a queue: territories, bands of scores, sizes (G2, G3, F7)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import escalate, reassign_escalated
from queues.actions.clocks.waits import expire_waits
from queues.actions.dispatch.assign_next import assign_next
from queues.actions.dispatch.serve import serve, serve_waiting
from queues.actions.entries.reordering import reorder_leads
from queues.actions.queue_settings import apply_segments
from queues.models import Entry, Segment
from queues.presenters.routing_trail import trail_sentences
from routing.actions.assignment import return_lead
from routing.models import Assignment, LedgerLine, RotationMember, Turn
from tests.effort import examples
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    make_entry,
    make_manager,
    make_rep,
    make_rotation,
)

HOUR = timedelta(hours=1)
BANDS = (
    ("Senior AEs", [("score", "more_than", 80)]),
    ("Standard AEs", [("score", "between", [50, 80])]),
    ("SDRs", [("score", "less_than", 50)]),
)


def segment(queue, name, *conditions, rotation, position=1, **fields):
    rows = [dict(zip(("field", "operator", "value"), row, strict=False)) for row in conditions]
    return Segment.objects.create(
        queue=queue, name=name, position=position, conditions=rows, rotation=rotation, **fields
    )


def world(**fields):
    """A queue with three bands, each with a rotation of two reps; its own rotation is a fourth."""
    own = make_rotation(make_rep(), name="Everybody else")
    queue = QueueFactory(**({"dispatch": "push", "rotation": own} | fields))
    for place, (name, conditions) in enumerate(BANDS, start=1):
        segment(queue, name, *conditions, rotation=make_rotation(make_rep(), make_rep(), name=name), position=place)
    return queue


def arrive(queue, **lead):
    entry = make_entry(queue, **lead)
    serve(queue, at=MORNING)
    entry.refresh_from_db()
    return entry


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "Senior AEs"), (81, "Senior AEs"), (80, "Standard AEs"), (50, "Standard AEs"), (49, "SDRs"), (0, "SDRs")],
)
def test_bands_have_the_edges_of_the_ruling(score, band):
    given = arrive(world(), score=score).assignment
    assert (given.turn.rotation.name, given.receipt["rotation"]) == (band, band)


@pytest.mark.django_db
def test_the_receipt_tells_every_segment_that_was_asked_and_whose_turn_it_was():
    trail = arrive(world(), score=60).assignment.receipt["trail"]
    assert trail == [
        {"step": "segment", "name": "Senior AEs", "matched": False, "failed_on": "score more_than 80"},
        {"step": "segment", "name": "Standard AEs", "matched": True},
        {"step": "rotation", "name": "Standard AEs"},
    ]


@pytest.mark.django_db
def test_where_no_segment_holds_it_is_the_queues_own_turn():
    queue = world()
    Segment.objects.filter(name="SDRs").update(is_active=False)
    given = arrive(queue, score=10).assignment
    assert (given.turn.rotation, given.receipt["trail"][-1]) == (
        queue.rotation,
        {"step": "rotation", "name": "Everybody else"},
    )


@pytest.mark.django_db
def test_territory_first_then_the_bands():
    queue = world()
    jakarta = make_rotation(make_rep(), name="Jakarta")
    segment(queue, "Jakarta", ("city", "is", "Jakarta"), rotation=jakarta, position=0)
    assert arrive(queue, score=90, city="Jakarta").assignment.turn.rotation == jakarta
    assert arrive(queue, score=90, city="Bogor").assignment.turn.rotation.name == "Senior AEs"


@pytest.mark.django_db
def test_the_account_owner_comes_before_every_segment_and_an_owner_who_is_gone_after_none():
    queue, owner = world(owner_match="domain"), make_rep()
    AccountFactory(domain="maju.co.id", owner=owner)
    AccountFactory(domain="nila.co.id", owner=make_rep(is_active=False))
    assert arrive(queue, score=90, company_domain="maju.co.id").assignment.holder == owner
    mine = arrive(queue, score=90, company_domain="maju.co.id").assignment
    (told,) = trail_sentences(mine.receipt["trail"], sees_reasons=True)
    assert told.endswith(f"Its owner is {owner.get_full_name()}.")
    given = arrive(queue, score=90, company_domain="nila.co.id").assignment
    assert [step["step"] for step in given.receipt["trail"]] == ["owner", "segment", "rotation"]


@pytest.mark.django_db
def test_a_segment_that_cannot_be_read_takes_no_lead():
    queue = world()
    Segment.objects.filter(name="Senior AEs").update(conditions=[{"field": "shoe_size"}])
    assert arrive(queue, score=90).assignment.turn.rotation == queue.rotation


@pytest.mark.django_db
def test_a_rotation_without_anybody_holds_up_no_other():
    """Sixty leads wait for absent seniors; one for the others is given at once."""
    queue = world()
    RotationMember.objects.filter(rotation__name="Senior AEs").update(is_paused=True)
    for _lead in range(60):
        make_entry(queue, score=90)
    plain = make_entry(queue, since=MORNING + HOUR, score=60)
    assert [each.lead_id for each in serve(queue, at=MORNING + HOUR)] == [plain.lead_id]
    RotationMember.objects.filter(rotation__name="Senior AEs").update(is_paused=False)
    assert serve_waiting(at=MORNING + HOUR) == 60
    assert set(Turn.objects.filter(lead__score=90).values_list("rotation__name", flat=True)) == {"Senior AEs"}


@pytest.mark.django_db
def test_a_lead_whose_score_changes_while_it_waits_stands_for_the_other_rotation():
    queue = world()
    RotationMember.objects.filter(rotation__name="SDRs").update(is_paused=True)
    entry = arrive(queue, score=40)
    assert entry.rotation.name == "SDRs"
    entry.lead.score = 90
    entry.lead.save(update_fields=["score"])
    reorder_leads([entry.lead], at=MORNING)
    serve(queue, at=MORNING)
    assert Assignment.objects.get().turn.rotation.name == "Senior AEs"


@pytest.mark.django_db
def test_leads_that_wait_follow_when_the_segments_change(django_capture_on_commit_callbacks):
    queue = world()
    RotationMember.objects.filter(rotation__name="SDRs").update(is_paused=True)
    entry = arrive(queue, score=40)
    Segment.objects.filter(name="SDRs").delete()
    with django_capture_on_commit_callbacks(execute=True):
        apply_segments(queue, by=None, at=MORNING)
    entry.refresh_from_db()
    assert (entry.assignment.turn.rotation, entry.rotation) == (queue.rotation, None)


@pytest.mark.django_db
def test_in_a_queue_of_take_next_no_segment_is_asked():
    queue = world()
    queue.dispatch = "pull"
    queue.save(update_fields=["dispatch"])
    entry = arrive(queue, score=90)
    assert (entry.rotation, entry.steps, entry.left_at) == (None, [], None)


@pytest.mark.django_db
def test_every_other_way_out_goes_through_the_rotation_of_the_segment():
    """Assign next, the wait that ran out, the third missed contact, a return: never through the queue's own."""
    queue = world(on_wait_breach="assign", wait_minutes=60)
    boss = make_manager()
    make_entry(queue, score=90)
    assert assign_next(queue, by=boss, at=MORNING).turn.rotation.name == "Senior AEs"
    make_entry(queue, score=60)
    assert expire_waits(at=MORNING + 2 * HOUR) == 1
    assert Assignment.objects.latest("pk").turn.rotation.name == "Standard AEs"
    held = arrive(queue, score=10).assignment
    return_lead(held, reason="not_my_type", note="", by=held.holder, at=MORNING + HOUR)
    serve_waiting(at=MORNING + HOUR)
    again = Assignment.objects.latest("pk")
    assert (again.turn.rotation.name, again.holder == held.holder) == ("SDRs", False)
    Assignment.objects.exclude(pk=again.pk).update(contact_due_at=None, first_contact_at=MORNING)
    Assignment.objects.filter(pk=again.pk).update(how="rotation")
    escalate_overdue(at=MORNING + 8 * HOUR)
    moved = Assignment.objects.latest("pk")
    names = set(Turn.objects.filter(lead=moved.lead).values_list("rotation__name", flat=True))
    assert names == {"SDRs"}


@pytest.mark.django_db
def test_by_hand_counts_in_the_rotation_of_the_segment():
    queue = world()
    senior = Segment.objects.get(name="Senior AEs").rotation
    senior.counts_by_hand = True
    senior.save(update_fields=["counts_by_hand"])
    member = senior.members.first()
    entry = make_entry(queue, score=90)
    case = escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING)
    reassign_escalated(case, to=member.rep, by=make_manager(), at=MORNING)
    assert LedgerLine.objects.get(kind="counted").rotation == senior


class TestAnyScores(TestCase):
    @given(st.lists(st.integers(0, 100), max_size=20))
    @settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_each_band_is_shared_evenly_and_nobody_gets_another_bands_lead(self, scores):
        queue = world()
        for score in scores:
            make_entry(queue, score=score)
        serve_waiting(at=MORNING)
        assert Entry.objects.waiting().count() == 0
        for name, low, high in (("Senior AEs", 81, 100), ("Standard AEs", 50, 80), ("SDRs", 0, 49)):
            turns = Turn.objects.filter(rotation__name=name)
            assert sorted(turns.values_list("lead__score", flat=True)) == sorted(s for s in scores if low <= s <= high)
            counts = [
                turns.filter(rep=member.rep_id).count() for member in RotationMember.objects.filter(rotation__name=name)
            ]
            assert max(counts) - min(counts) <= 1
