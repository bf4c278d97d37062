"""What a queue's clocks are for a lead: its own limit, else that of the lead's type (D1, D2, D6)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from leads.models import Lead
from queues.decisions.stale import StaleDays
from queues.models import Queue, TypeLimit
from queues.queries.audience import manager_ids_of_queue
from queues.queries.limits import (
    TypeLimits,
    contact_terms,
    stale_days,
    terms_of,
    type_limits,
    wait_clock,
    wait_due,
)
from routing.decisions.contact_terms import ContactTerms
from routing.queries.audience import leadership_ids
from routing.roles import LEADERSHIP, sync_roles
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_user

HOUR = timedelta(hours=1)


NOTHING = TypeLimits()


def test_first_contact_is_due_as_the_queue_says_else_within_two_hours():
    assert contact_terms(Queue(pk=7, contact_minutes=45), "mql", NOTHING) == ContactTerms(minutes=45, place_id=7)
    assert contact_terms(Queue(pk=7), "mql", NOTHING).limit == 2 * HOUR


@pytest.mark.parametrize(
    ("minutes", "lead_type", "hours"), [(None, "hot_inbound", 1), (None, "cold", 72), (90, "cold", 1.5)]
)
def test_the_longest_wait_is_the_queues_else_that_of_the_type(minutes, lead_type, hours):
    assert NOTHING.wait(Queue(wait_minutes=minutes), lead_type).time == hours * HOUR


@pytest.mark.django_db
def test_limits_of_queue_and_type_come_first_and_those_of_the_type_last(django_assert_num_queries):
    one, own, other = QueueFactory(), QueueFactory(wait_minutes=50, contact_minutes=55), QueueFactory()
    TypeLimit.objects.create(queue=one, lead_type="mql", wait_minutes=10)
    TypeLimit.objects.create(queue=own, lead_type="mql", contact_minutes=15)
    TypeLimit.objects.create(queue=None, lead_type="mql", wait_minutes=20, contact_minutes=25)
    with django_assert_num_queries(1):
        limits = type_limits([one.pk, own.pk, other.pk])
    found = {
        queue: (limits.wait(queue, "mql").minutes, limits.contact(queue, "mql").minutes) for queue in (one, own, other)
    }
    assert found == {one: (10, 25), own: (50, 15), other: (20, 25)}
    assert (limits.wait(one, "cold").time, terms_of(one, "cold").minutes) == (72 * HOUR, 120)
    assert (terms_of(own, "mql").minutes, terms_of(None, "mql").minutes) == (15, 120)


def test_a_lead_that_returns_late_waits_out_from_when_it_entered():
    queue = Queue(wait_minutes=60)
    lead = Lead(lead_type="cold")
    clock = wait_clock(queue)
    assert wait_due(queue, lead, clock, NOTHING, since_at=MORNING, entered_at=MORNING) == MORNING + HOUR
    late = MORNING + 5 * HOUR
    assert wait_due(queue, lead, clock, NOTHING, since_at=MORNING, entered_at=late) == late


@pytest.mark.django_db
def test_days_of_old_leads_are_those_of_queue_and_type_then_the_queues_then_the_types_then_the_usual_ones():
    queue = QueueFactory(nurture_after_days=3)
    assert stale_days(queue, "mql") == StaleDays(3, 7, 16)
    assert stale_days(None, "mql").in_all == (7, 14, 30)
    TypeLimit.objects.create(queue=None, lead_type="mql", nurture_after_days=9, archive_after_days=4)
    assert (stale_days(queue, "mql"), stale_days(None, "mql")) == (StaleDays(3, 7, 4), StaleDays(9, 7, 4))
    TypeLimit.objects.create(queue=queue, lead_type="mql", nurture_after_days=1, recycle_after_days=2)
    assert (stale_days(queue, "mql"), stale_days(queue, "cold")) == (StaleDays(1, 2, 4), StaleDays(3, 7, 16))


@pytest.mark.django_db
def test_a_queue_of_a_team_has_its_managers_and_one_of_everybody_has_all():
    team, other = TeamFactory(), TeamFactory()
    ayu, budi = make_manager(team), make_manager(other)
    gone = make_manager(team)
    gone.is_active = False
    gone.save()
    assert manager_ids_of_queue(QueueFactory(team=team)) == [ayu.pk]
    assert manager_ids_of_queue(QueueFactory()) == manager_ids_of_queue(None) == [ayu.pk, budi.pk]


@pytest.mark.django_db
def test_leadership_is_a_group_that_may_do_nothing_by_itself():
    sync_roles()
    boss, gone = make_user(), make_user(is_active=False)
    make_user()
    for user in (boss, gone):
        user.groups.add(Group.objects.get(name=LEADERSHIP))
    assert leadership_ids() == [boss.pk]
    assert boss.get_all_permissions() == set()
