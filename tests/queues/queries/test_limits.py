"""What a queue's clocks are for a lead: its own limit, else that of the lead's type (D1, D2, D6)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from leads.models import Lead
from queues.decisions.stale import StaleDays
from queues.models import Queue, TypeLimit
from queues.queries.audience import manager_ids_of_queue
from queues.queries.limits import contact_terms, stale_days, wait_clock, wait_due, wait_limit_of
from routing.decisions.contact_terms import ContactTerms
from routing.queries.audience import leadership_ids
from routing.roles import LEADERSHIP, sync_roles
from tests.factories import MORNING, QueueFactory, TeamFactory, make_manager, make_user

HOUR = timedelta(hours=1)


def test_first_contact_is_due_as_the_queue_says_else_within_two_hours():
    assert contact_terms(Queue(pk=7, contact_minutes=45), "mql") == ContactTerms(minutes=45, place_id=7)
    assert contact_terms(Queue(pk=7, contact_minutes=None), "mql").limit == 2 * HOUR


@pytest.mark.parametrize(
    ("minutes", "lead_type", "hours"), [(None, "hot_inbound", 1), (None, "cold", 72), (90, "cold", 1.5)]
)
def test_the_longest_wait_is_the_queues_else_that_of_the_type(minutes, lead_type, hours):
    assert wait_limit_of(Queue(wait_minutes=minutes), lead_type) == hours * HOUR


def test_a_lead_that_returns_late_waits_out_from_when_it_entered():
    queue = Queue(wait_minutes=60)
    lead = Lead(lead_type="cold")
    assert wait_due(queue, lead, wait_clock(queue), since_at=MORNING, entered_at=MORNING) == MORNING + HOUR
    assert (
        wait_due(queue, lead, wait_clock(queue), since_at=MORNING, entered_at=MORNING + 5 * HOUR) == MORNING + 5 * HOUR
    )


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
