"""Who may see or work which lead (C1, C9)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.models import Queue
from queues.queries.access import live_topics
from routing.actions.assignment import return_lead
from routing.roles import ROLES, sync_roles
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
VIEW, CHANGE = "leads.view_lead", "leads.change_lead"


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def queue(team):
    return QueueFactory(team=team)


def rights(user, lead) -> tuple[bool, bool]:
    fresh = type(user).objects.get(pk=user.pk)
    lead.refresh_from_db()
    return fresh.has_perm(VIEW, lead), fresh.has_perm(CHANGE, lead)


def test_a_waiting_lead_is_for_the_queues_managers_and_ops_only(team, queue):
    lead = make_entry(queue).lead
    assert rights(make_rep(team), lead) == (False, False)
    assert rights(make_manager(team), lead) == (True, True)
    assert rights(make_manager(TeamFactory()), lead) == (False, False)
    assert rights(make_ops(), lead) == (True, True)


def test_a_held_lead_is_for_its_holder_the_holders_managers_and_ops(team, queue):
    lead = make_entry(queue).lead
    rep, colleague = make_rep(team), make_rep(team)
    take_next(queue, by=rep, at=MORNING)
    assert rights(rep, lead) == (True, True)
    assert rights(colleague, lead) == (False, False)
    assert rights(make_manager(team), lead) == (True, True)
    assert rights(make_manager(TeamFactory()), lead) == (False, False)


def test_a_rep_who_returned_a_lead_no_longer_sees_it(team, queue):
    lead = make_entry(queue).lead
    rep = make_rep(team)
    make_rep(team)
    return_lead(take_next(queue, by=rep, at=MORNING), reason="no_skill", note="", by=rep, at=MORNING)
    assert rights(rep, lead) == (False, False)


def test_a_rep_who_closed_a_lead_still_sees_it(team, queue):
    lead = make_entry(queue).lead
    rep = make_rep(team)
    take_next(queue, by=rep, at=MORNING)
    close_lead(lead, stage="won", by=rep, at=MORNING + timedelta(hours=1))
    assert rights(rep, lead) == (True, False)


def test_a_deactivated_user_has_no_rights(team, queue):
    lead = make_entry(queue).lead
    rep = make_rep(team)
    take_next(queue, by=rep, at=MORNING)
    rep.is_active = False
    rep.save()
    assert rights(rep, lead) == (False, False)


def test_queues_are_seen_by_their_team_their_region_and_everyone(team):
    own, everyones = QueueFactory(team=team), QueueFactory()
    west, foreign = QueueFactory(region="West"), QueueFactory(team=TeamFactory())
    team.region = "West"
    team.save()
    rep = make_rep(team)
    assert set(Queue.objects.visible_to(rep, at=MORNING)) == {own, everyones, west}
    assert set(Queue.objects.visible_to(make_ops(), at=MORNING)) == {own, everyones, west, foreign}
    assert set(Queue.objects.managed_by(rep)) == set()
    assert set(Queue.objects.managed_by(make_manager(team))) == {own, everyones, west}


def test_a_rep_follows_no_other_teams_topics(team, queue):
    foreign = QueueFactory(team=TeamFactory())
    rep = make_rep(team)
    assert live_topics(rep, at=MORNING) == {queue.topic, f"inbox-{rep.pk}", f"holder-{rep.pk}"}
    assert foreign.topic not in live_topics(make_manager(team), at=MORNING)


def test_the_groups_say_what_the_table_says():
    sync_roles()
    for name, codes in ROLES.items():
        granted = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
        assert {".".join(pair) for pair in granted} == set(codes)
