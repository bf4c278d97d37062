"""The database's own claim and the ORM's claim read, decide and write the same (C2, B8)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from leads.models import Activity, Lead
from queues.actions.claims.guards import TooManyUncontacted
from queues.actions.claims.take import NotYourQueue, QueueIsEmpty, take_next, take_next_by_orm
from queues.actions.clocks.escalations import escalate
from queues.actions.entries.counts import mark_crossings
from queues.actions.queue_settings import apply_queue_settings
from queues.models import Entry, Escalation, Loan, TypeLimit
from queues.queries.counts import queue_counts
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import plan_time_off
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep, make_rotation

HOUR = timedelta(hours=1)
WEEK = {day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
LEADS = st.lists(
    st.tuples(
        st.sampled_from([0, 5, 23, 24, 30, 47, 48, 60, 80]), st.sampled_from([10, 79, 80, 81, 95]), st.booleans()
    ),
    min_size=1,
    max_size=14,
)


def filled(leads, **fields):
    queue = QueueFactory(**fields)
    for age, score, is_front in leads:
        entry = make_entry(queue, since=MORNING - age * HOUR, score=score)
        if is_front:
            Entry.objects.filter(pk=entry.pk).update(is_front=True, key1=-1, key2=0, key3=0)
    return queue


def written(taken: Assignment) -> dict:
    """Everything a claim writes, told by the place in its own queue and not by ids."""
    kept = Assignment.objects.get(pk=taken.pk)
    entry = kept.entry
    first = Entry.objects.filter(queue=entry.queue).order_by("pk").first().pk
    fields = ("how", "assigned_at", "contact_minutes", "contact_due_at", "first_due_at", "breaches", "ended_at")
    clocks = ("clock_id", "remind_at", "clock_from_at")
    rest = ("first_contact_at", "follow_up", "follow_up_at", "ended_how", "end_reason", "turn_id", "holder_id")
    (activity,) = Activity.objects.filter(lead=kept.lead, kind="assigned")
    return {
        **{name: getattr(kept, name) for name in fields + rest + clocks},
        "by": kept.assigned_by_id,
        "place": (kept.place_id == entry.queue_id, taken.place_id == entry.queue_id),
        "receipt": {**kept.receipt, "queue": ""},
        "same": {**taken.receipt, "queue": ""} == {**kept.receipt, "queue": ""},
        "entry": (entry.pk - first, entry.left_at, entry.left_how, entry.waited_seconds),
        "activity": (activity.at, activity.by_id, sorted(activity.details), activity.details["how"]),
        "lead": Lead.objects.values_list("stage", "stage_at").get(pk=kept.lead_id),
        "tally": queue_counts(entry.queue, at=MORNING),
    }


def kept(queue, looks, *, by, others) -> None:
    """Somebody looks closer at the entry at each of these places: a colleague, or the rep who takes; some lapsed."""
    entries = list(Entry.objects.filter(queue=queue).order_by("pk"))
    people = iter(others)
    for place, (is_own, seconds) in looks.items():
        viewer = by if is_own else next(people)
        if place < len(entries) and not Entry.objects.filter(reserved_by=viewer).exists():
            until = MORNING + timedelta(seconds=seconds)
            Entry.objects.filter(pk=entries[place].pk).update(reserved_by=viewer, reserved_until=until)


OF_THE_REP = ("by", "holder_id", "activity")
TRIES = 25 if connection.vendor == "postgresql" else 5  # on SQLite there is one way only


class TestTwoWays(TestCase):
    """On SQLite the test holds the one way against itself."""

    @given(leads=LEADS, order=st.sampled_from(["fifo", "priority", "hybrid"]), swept=st.booleans())
    @settings(max_examples=TRIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_both_ways_write_the_same_until_the_queue_is_empty(self, leads, order, swept):
        rep = make_rep()
        one, other = filled(leads, order=order), filled(leads, order=order)
        if swept:
            mark_crossings(one, at=MORNING)
            mark_crossings(other, at=MORNING)
        for _lead in leads:
            fast = take_next(one, by=rep, at=MORNING)
            slow = take_next_by_orm(other, by=rep, at=MORNING)
            assert written(fast) == written(slow)
        with pytest.raises(QueueIsEmpty):
            take_next(one, by=rep, at=MORNING)

    @given(
        leads=LEADS,
        looks=st.dictionaries(
            st.integers(0, 13), st.tuples(st.booleans(), st.sampled_from([-1, 0, 1, 60])), max_size=3
        ),
        guards=st.sampled_from([{"is_blind": True}, {"picks_within": 2, "is_reserving": True}, {"picks_within": 2}]),
        limit=st.sampled_from([0, 2]),
    )
    @settings(max_examples=TRIES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_both_ways_obey_the_guards_alike(self, leads, looks, guards, limit):
        """Two reps, because one person can reserve only one lead; each line has its own colleagues."""
        took = []
        for way in (take_next, take_next_by_orm):
            rep, queue = make_rep(), filled(leads, uncontacted_limit=limit, **guards)
            kept(queue, looks, by=rep, others=[make_rep() for _look in looks])
            took.append([])
            with pytest.raises((QueueIsEmpty, TooManyUncontacted)) as end:
                while True:
                    told = written(way(queue, by=rep, at=MORNING))
                    took[-1].append({name: each for name, each in told.items() if name not in OF_THE_REP})
            took[-1].append(end.type)
        assert took[0] == took[1]
        assert len(took[0]) <= limit + 1 or not limit

    @given(
        hours=st.integers(0, 14 * 24),
        seconds=st.sampled_from([0, 1, 1799.999999, 3599.5]),
        minutes=st.sampled_from([None, 1, 59, 60, 481, 43_200]),
        counts=st.sampled_from(["wall", "team", "holder"]),
        waits=st.sampled_from(["wall", "team"]),
        remind=st.sampled_from([0, 1, 33, 75, 99]),
        week=st.sampled_from([{}, WEEK, {"sun": [["22:00", "24:00"]], "mon": [["00:00", "01:30"]]}]),
        by_type=st.tuples(*[st.sampled_from([None, 1, 90])] * 2),
    )
    @settings(max_examples=TRIES * 2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_both_ways_count_the_same_hours(self, hours, seconds, minutes, counts, waits, remind, week, by_type):
        """Also far beyond what is filled, before it, on leave, and for a team without hours."""
        rep, at = make_rep(team := TeamFactory(working_hours=week)), MORNING + hours * HOUR + timedelta(seconds=seconds)
        leave = {"kind": "leave", "note": "", "starts_at": MORNING + 24 * HOUR, "ends_at": MORNING + 50 * HOUR}
        plan_time_off(rep.rep, **leave, by=None, at=MORNING)
        fields = {"team": team, "contact_minutes": minutes, "contact_counts": counts, "remind_percent": remind}
        fields["wait_counts"] = waits
        one, other = filled([(5, 50, False)], **fields), filled([(5, 50, False)], **fields)
        apply_queue_settings(one, changed={"contact_counts", "wait_counts"}, by=None, at=MORNING)
        here, of_all = by_type
        for queue, own in ((one, here), (other, here), (None, of_all)):
            TypeLimit.objects.create(queue=queue, lead_type="warm", contact_minutes=own)
            TypeLimit.objects.create(queue=queue, lead_type="cold", contact_minutes=7)
        fast, slow = take_next(one, by=rep, at=at), take_next_by_orm(other, by=rep, at=at)
        assert written(fast) == written(slow)
        kept = Assignment.objects.get(pk=fast.pk)
        assert (fast.clock_id, fast.remind_at, fast.contact_due_at) == (
            kept.clock_id,
            kept.remind_at,
            kept.contact_due_at,
        )
        assert (kept.remind_at is None) == (remind == 0)
        assert kept.contact_minutes == next(n for n in (here, minutes, of_all, 120) if n is not None)


@pytest.fixture
def queries(django_assert_max_num_queries):
    """The call and its news on PostgreSQL."""
    return lambda: django_assert_max_num_queries(2 if connection.vendor == "postgresql" else 60)


@pytest.mark.django_db
@pytest.mark.parametrize("guards", [{}, {"is_blind": True}, {"picks_within": 2, "is_reserving": True}])
def test_take_next_is_one_call_and_its_news_where_the_database_can(queries, guards):
    queue, rep = QueueFactory(**guards), make_rep()
    make_entry(queue)
    kept(queue, {0: (True, 60)}, by=rep, others=[])
    with queries():
        taken = take_next(queue, by=rep, at=MORNING)
    assert (taken.entry.reserved_by, taken.entry.reserved_until) == (None, None)


@pytest.mark.django_db
def test_a_claim_settles_the_managers_escalation_either_way():
    queue = QueueFactory()
    entry = make_entry(queue)
    escalate(entry.lead, queue=queue, kind="wait", broke_at=MORNING, at=MORNING)
    take_next(queue, by=make_rep(), at=MORNING)
    assert Escalation.objects.get().closed_how == "taken"


@pytest.mark.django_db
def test_who_gave_a_lead_back_goes_the_long_way_and_gets_the_next():
    queue = QueueFactory()
    make_entry(queue)
    second = make_entry(queue)
    rep = make_rep()
    make_rep()
    return_lead(take_next(queue, by=rep, at=MORNING), reason="no_skill", note="", by=rep, at=MORNING)
    assert take_next(queue, by=rep, at=MORNING).lead_id == second.lead_id


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"is_active": False}, {"dispatch": "hybrid"}])
def test_what_the_statement_does_not_serve_it_leaves_alone(fields):
    queue = QueueFactory(rotation=make_rotation(), **fields)
    make_entry(queue)
    with pytest.raises((NotYourQueue, QueueIsEmpty)):
        take_next(queue, by=make_rep(), at=MORNING)
    assert Assignment.objects.count() == 0


@pytest.mark.django_db
def test_a_region_queue_is_open_to_that_regions_teams_only():
    queue = QueueFactory(region="West")
    make_entry(queue)
    with pytest.raises(NotYourQueue):
        take_next(queue, by=make_rep(TeamFactory(region="East")), at=MORNING)
    assert take_next(queue, by=make_rep(TeamFactory(region="West")), at=MORNING).entry.queue == queue


@pytest.mark.django_db(transaction=True)
def test_by_itself_a_claim_is_one_call_and_brings_the_lead_as_it_stands(django_assert_max_num_queries):
    """Claim, commit and news in one round trip; tests/queues/actions/test_news.py hears them."""
    queue, rep = QueueFactory(order="priority"), make_rep()
    entry = make_entry(queue, deal_size=Decimal("1200000.50"), extra={"x": 1.25, "y": ["é", None]}, company_size=40)
    with django_assert_max_num_queries(1 if connection.vendor == "postgresql" else 60):
        taken = take_next(queue, by=rep, at=MORNING + timedelta(microseconds=120))
    kept, lead = Assignment.objects.get(pk=taken.pk), Lead.objects.get(pk=entry.lead_id)
    for field in Lead._meta.concrete_fields:
        assert getattr(taken.lead, field.attname) == getattr(lead, field.attname), field.name
    assert (taken.contact_due_at, taken.receipt, taken.place_name) == (
        kept.contact_due_at,
        kept.receipt,
        kept.place_name,
    )
    assert connection.in_atomic_block is False


@pytest.mark.django_db
@pytest.mark.parametrize("take", [take_next, take_next_by_orm])
@pytest.mark.parametrize("place", [{"team": None, "region": "West"}, {"region": ""}])
@pytest.mark.parametrize(
    ("hours", "ended", "takes"),
    [(2, None, True), (1, None, False), (2, MORNING + HOUR, False)],
    ids=["runs", "is over at this moment", "was ended"],
)
def test_a_lent_rep_takes_as_long_as_the_loan_runs(take, place, hours, ended, takes):
    queue = QueueFactory(**{"team": TeamFactory()} | place)
    entry, rep = make_entry(queue), make_rep(TeamFactory(region="East"))
    Loan.objects.create(rep=rep.rep, queue=queue, at=MORNING, until=MORNING + hours * HOUR, ended_at=ended)
    Loan.objects.create(rep=make_rep().rep, queue=queue, at=MORNING, until=MORNING + 9 * HOUR)
    if takes:
        assert take(queue, by=rep, at=MORNING + HOUR).lead_id == entry.lead_id
    else:
        with pytest.raises(NotYourQueue):
            take(queue, by=rep, at=MORNING + HOUR)
        assert not Assignment.objects.exists()


@pytest.mark.django_db
def test_a_lent_rep_takes_by_the_statement(queries):
    queue, rep = QueueFactory(team=TeamFactory()), make_rep()
    make_entry(queue)
    Loan.objects.create(rep=rep.rep, queue=queue, at=MORNING, until=MORNING + HOUR)
    with queries():
        take_next(queue, by=rep, at=MORNING)
