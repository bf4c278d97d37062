"""People come in by invitation, in roles that the inviter may give, and are switched off without losing anything."""

import pytest
from django.contrib.auth.models import User
from django_q.models import OrmQ

from leads.models import Lead
from queues.models import Queue
from routing import roles
from routing.actions.people import EmailTaken, RoleNotAllowed, add_person, deactivate_person, reactivate_person
from routing.models import Assignment
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
    make_user,
)

pytestmark = pytest.mark.django_db

SITE = "https://alur.example.com"


def invite(by, **changes):
    who = {"first_name": "Sari", "last_name": "Wijaya", "email": "Sari@Example.com", "role": roles.REPS, "teams": []}
    return add_person(**(who | changes), by=by, at=MORNING, site=SITE)


def test_add_person_makes_a_rep_with_team_and_invitation():
    team, ops = TeamFactory(), make_ops()
    user = invite(ops, teams=[team])
    assert (user.username, user.email, user.is_staff, user.is_superuser) == (
        "sari@example.com",
        "sari@example.com",
        False,
        False,
    )
    assert (list(user.groups.values_list("name", flat=True)), list(user.rep.teams.all())) == ([roles.REPS], [team])
    assert OrmQ.objects.get().func() == "routing.tasks.send_invitation"


def test_add_person_puts_a_manager_in_charge_of_teams():
    team = TeamFactory()
    user = invite(make_ops(), role=roles.MANAGERS, teams=[team])
    assert (list(user.managed_teams.all()), hasattr(user, "rep")) == ([team], False)


def test_sales_ops_cannot_make_sales_ops():
    with pytest.raises(RoleNotAllowed):
        invite(make_ops(), role=roles.SALES_OPS)


def test_administrators_make_sales_ops():
    root = User.objects.create_superuser("root", password="x")
    assert invite(root, role=roles.SALES_OPS).is_staff is True


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_others_add_nobody(make):
    with pytest.raises(RoleNotAllowed):
        invite(make())


def test_one_person_per_address():
    ops = make_ops()
    invite(ops)
    with pytest.raises(EmailTaken):
        invite(ops, email="SARI@example.com")


def test_deactivated_person_keeps_leads_and_gets_no_more():
    rep, other = make_rep(last_name="Adi"), make_rep(last_name="Budi")
    rotation = make_rotation(rep, other)
    assignment = Assignment.objects.create(
        lead=make_entry(QueueFactory()).lead, holder=rep, how="by_hand", assigned_at=MORNING
    )
    deactivate_person(rep, by=make_ops(), at=MORNING)
    rep.refresh_from_db()
    assignment.refresh_from_db()
    assert (rep.is_active, assignment.is_open, rotation.members.count()) == (False, True, 2)


def test_a_reactivated_rep_gets_the_waiting_leads():
    ops, rep = make_ops(), make_rep()
    deactivate_person(rep, by=ops, at=MORNING)
    queue = QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=make_rotation(rep))
    entry = make_entry(queue)
    reactivate_person(rep, by=ops, at=MORNING)
    assert Lead.objects.get(pk=entry.lead_id).stage == Lead.Stage.HELD


@pytest.mark.parametrize("fields", [{"is_superuser": True}, {"is_staff": True}])
def test_sales_ops_cannot_switch_off_those_above(fields):
    with pytest.raises(RoleNotAllowed):
        deactivate_person(make_user(**fields), by=make_ops(), at=MORNING)


def test_nobody_can_switch_themselves_off():
    root = User.objects.create_superuser("root", password="x")
    with pytest.raises(RoleNotAllowed):
        deactivate_person(root, by=root, at=MORNING)
