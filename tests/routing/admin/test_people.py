"""People in the admin: invited and switched off by sales ops, without a way to more rights."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, User
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from leads.models import Lead
from queues.models import Queue
from routing import roles
from routing.actions.assignment import AssignmentRequest, assign
from routing.models import Rep, Team, TimeOff
from tests.clients import FORBIDDEN, nothing_changes, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.pages import form_of, typed

pytestmark = pytest.mark.django_db

INVITE = "/admin/routing/rep/add/"
SARI = {"first_name": "Sari", "last_name": "Wijaya", "email": "sari@example.com"}


def edit_rep(client: Client, rep: Rep, **typed: object):
    kept = {"teams": [team.pk for team in rep.teams.all()], "is_available": "on", "capacity": rep.capacity}
    sent = {name: value for name, value in (kept | typed).items() if value is not None}
    return client.post(reverse("admin:routing_rep_change", args=[rep.pk]), sent)


def test_ops_invite_a_rep(client: Client, as_ops):
    team = TeamFactory()
    client.post(INVITE, SARI | {"role": roles.REPS, "teams": [team.pk]})
    user = User.objects.get(email="sari@example.com")
    assert (list(user.rep.teams.all()), user.is_staff, OrmQ.objects.get().args()[1]) == (
        [team],
        False,
        "http://testserver/",
    )


@pytest.mark.parametrize("sneaked", [{"is_superuser": "on"}, {"is_staff": "on"}, {"groups": "1"}, {"password": "x"}])
def test_an_invitation_carries_no_rights(client: Client, as_ops, sneaked):
    client.post(INVITE, SARI | {"role": roles.REPS} | sneaked)
    user = User.objects.get(email="sari@example.com")
    rights = (user.is_superuser, user.is_staff, [group.name for group in user.groups.all()])
    assert (rights, user.check_password("x")) == ((False, False, [roles.REPS]), False)


@pytest.mark.parametrize("role", [roles.SALES_OPS, "Administrators", ""])
def test_ops_cannot_invite_to_more_than_they_may(client: Client, as_ops, role):
    answer = client.post(INVITE, SARI | {"role": role})
    assert (list(answer.context["form"].errors), User.objects.filter(email="sari@example.com").count()) == (["role"], 0)


def test_administrators_invite_sales_ops(client: Client):
    client.force_login(User.objects.create_superuser("root"))
    client.post(INVITE, SARI | {"role": roles.SALES_OPS})
    assert User.objects.get(email="sari@example.com").is_staff is True


def test_an_address_is_invited_once(client: Client, as_ops):
    make_rep(username="sari@example.com")
    answer = client.post(INVITE, SARI | {"role": roles.REPS})
    assert list(answer.context["form"].errors) == ["email"]


def test_ops_only_look_at_users(client: Client, as_ops):
    other = make_rep()
    other.set_password("nila-batik-42")
    other.save()
    page = client.get(reverse("admin:auth_user_change", args=[other.pk])).content.decode()
    assert (other.password in page, "is_superuser" in page, "user_permissions" in page) == (False, False, False)


@pytest.mark.parametrize("who", ["themselves", "others"])
def test_ops_cannot_change_users(client: Client, as_ops, who):
    user = as_ops if who == "themselves" else make_rep()
    sent = {name: value for name, value in model_to_dict(user).items() if isinstance(value, str)}
    addresses = [reverse(f"admin:{name}", args=[user.pk]) for name in ("auth_user_change", "auth_user_password_change")]
    addresses += [reverse("admin:auth_user_delete", args=[user.pk]), reverse("admin:auth_user_add")]
    answers = [client.post(address, sent | {"is_superuser": "on", "is_staff": "on"}) for address in addresses]
    user.refresh_from_db()
    assert ([answer.status_code for answer in answers], user.is_superuser) == ([403] * 4, False)


def test_ops_cannot_change_roles(client: Client, as_ops):
    group = Group.objects.get(name=roles.REPS)
    with nothing_changes():
        assert refusal(client.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": "x"})) == FORBIDDEN


def test_switching_off_asks_and_lists_what_stays(client: Client, as_ops):
    rep = make_rep(first_name="Rina", last_name="Adi")
    assign(AssignmentRequest(make_lead(company_name="Hotel Nila"), rep.pk, "by_hand"), by=as_ops, at=MORNING)
    page = client.get(f"/admin/routing/rep/{rep.rep.pk}/deactivate/").content.decode()
    rep.refresh_from_db()
    assert ("1 open lead stays with this person" in page, "Hotel Nila" in page, rep.is_active) == (True, True, True)


def test_switched_off_and_on_again(client: Client, as_ops):
    rep = make_rep()
    states = []
    for act in ("deactivate", "reactivate"):
        client.post(f"/admin/routing/rep/{rep.rep.pk}/{act}/")
        rep.refresh_from_db()
        states.append(rep.is_active)
    assert states == [False, True]


def test_ops_cannot_switch_off_an_administrator_who_is_a_rep(client: Client, as_ops):
    root = make_rep(is_superuser=True)
    answer = client.post(f"/admin/routing/rep/{root.rep.pk}/deactivate/")
    root.refresh_from_db()
    assert (answer.status_code, root.is_active) == (403, True)


def test_a_rep_is_not_deleted(client: Client, as_ops):
    rep = make_rep().rep
    with nothing_changes():
        answer = client.post(reverse("admin:routing_rep_delete", args=[rep.pk]), {"post": "yes"})
        assert refusal(answer) == FORBIDDEN


def test_administrators_are_warned_of_open_leads(client: Client):
    client.force_login(User.objects.create_superuser("root"))
    rep = make_rep(first_name="Rina", last_name="Adi")
    assign(AssignmentRequest(make_lead(), rep.pk, "by_hand"), by=None, at=MORNING)
    sent = {"username": rep.username, "email": rep.email, "first_name": "Rina", "last_name": "Adi"}
    sent |= {"date_joined_0": "2026-01-01", "date_joined_1": "09:00:00", "groups": [rep.groups.get().pk]}
    answer = client.post(reverse("admin:auth_user_change", args=[rep.pk]), sent, follow=True)
    rep.refresh_from_db()
    texts = [str(message) for message in answer.context["messages"]]
    assert rep.is_active is False
    assert texts[0] == (
        "1 open lead stays with Rina Adi until somebody gives it to another rep. "
        f'<a href="/team/{rep.rep.pk}/hand-on/">Hand 1 open lead on</a>'
    )


def test_making_a_rep_available_gives_out_waiting_leads(client: Client, as_ops):
    rep = make_rep().rep
    Rep.objects.update(is_available=False)
    entry = make_entry(QueueFactory(dispatch=Queue.Dispatch.PUSH, rotation=make_rotation(rep.user)))
    edit_rep(client, rep)
    assert Lead.objects.get(pk=entry.lead_id).stage == Lead.Stage.HELD


def test_editing_a_rep_does_not_undo_the_reps_own_switch(client: Client, as_ops):
    rep = make_rep().rep
    sent_later = {"capacity": 30}
    Rep.objects.update(last_seen_at=MORNING)
    edit_rep(client, rep, **sent_later)
    rep.refresh_from_db()
    assert (rep.capacity, rep.last_seen_at) == (30, MORNING)


@pytest.mark.parametrize("is_available", ["on", None])
def test_a_pause_ends_in_the_future_and_is_a_pause(client: Client, as_ops, is_available):
    rep = make_rep().rep
    typed = {"away_until_0": "2020-01-01", "away_until_1": "09:00", "is_available": is_available}
    answer = edit_rep(client, rep, **typed)
    assert list(answer.context["adminform"].form.errors) == ["away_until"]


def test_teams_of_a_rep_are_in_the_history(client: Client, as_ops):
    rep, team = make_rep().rep, TeamFactory(name="Jakarta")
    edit_rep(client, rep, teams=[team.pk])
    page = client.get(reverse("admin:routing_rep_history", args=[rep.pk]))
    texts = [(each.label, each.old, each.new) for each in page.context["page_obj"].object_list[0].differences]
    assert texts == [("Teams", "none", "Jakarta")]


def test_a_team_has_managers_and_hours(client: Client, as_ops):
    manager = make_manager(first_name="Ayu", last_name="Lestari")
    sent = {"name": "Jakarta", "time_zone": "Asia/Jakarta", "managers": [manager.pk]}
    sent |= {"working_hours-mon": "9-12, 13:00-17:00", "working_hours-fri": "08.30-24:00"}
    client.post(reverse("admin:routing_team_add"), sent)
    team = Team.objects.get()
    assert (list(team.managers.all()), team.working_hours) == (
        [manager],
        {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["08:30", "24:00"]]},
    )


def test_a_night_may_not_run_into_the_next_day(client: Client, as_ops):
    sent = {"name": "Jakarta", "time_zone": "Asia/Jakarta", "working_hours-tue": "22-6", "working_hours-wed": "5-9"}
    page = client.post(reverse("admin:routing_team_add"), sent).content.decode()
    words = "The hours of the night before overlap these."
    assert (f'id="id_working_hours-wed-problem">{words}<' in page, Team.objects.count()) == (True, 0)
    client.post(reverse("admin:routing_team_add"), sent | {"working_hours-wed": "6-9"})
    assert Team.objects.get().working_hours == {"tue": [["22:00", "06:00"]], "wed": [["06:00", "09:00"]]}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("9-12, 11-15", "These hours overlap."),
        ("9-9", "The end must be after the start. A whole day is 00:00-24:00."),
        ("17-9", "Are start and end exchanged? Hours over midnight may last 14 hours, such as 22:00-06:00."),
        ("morning", "Write hours like 09:00-12:00, 13:00-17:00."),
        ("25:00-26:00", "Write hours like 09:00-12:00, 13:00-17:00."),
    ],
)
def test_hours_that_are_none_are_said_at_their_day(client: Client, as_ops, typed, text):
    sent = {"name": "Jakarta", "time_zone": "Asia/Jakarta", "working_hours-tue": typed}
    page = client.post(reverse("admin:routing_team_add"), sent).content.decode()
    assert (f'id="id_working_hours-tue-problem">{text}<' in page, Team.objects.count()) == (True, 0)


def test_only_managers_are_made_managers(client: Client, as_ops):
    sent = {"name": "Jakarta", "time_zone": "Asia/Jakarta", "managers": [make_rep().pk]}
    answer = client.post(reverse("admin:routing_team_add"), sent)
    assert list(answer.context["adminform"].form.errors) == ["managers"]


def test_a_team_of_queues_stays(client: Client, as_ops):
    team = TeamFactory()
    QueueFactory(name="SMB", team=team)
    address = reverse("admin:routing_team_delete", args=[team.pk])
    answer = client.post(address, {"post": "yes"}, follow=True)
    texts = [str(message) for message in answer.context["messages"]]
    assert (Team.objects.count(), texts[0].startswith("Queues belong to this team: SMB.")) == (1, True)


def away(**typed: str) -> dict[str, str]:
    sent = {"kind": "leave", "starts_at_0": "2026-11-17", "starts_at_1": "09:00", "note": ""}
    return sent | {"ends_at_0": "2026-11-18", "ends_at_1": "17:00"} | typed


@time_machine.travel(MORNING)
def test_time_off_is_planned_and_taken_back(client: Client):
    client.force_login(make_ops())
    rep = make_rep().rep
    client.post(reverse("admin:routing_timeoff_add"), away(rep=str(rep.pk)))
    row = TimeOff.objects.get()
    client.post(reverse("admin:routing_timeoff_change", args=[row.pk]), away(ends_at_0="2026-11-19"))
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == timedelta(days=2, hours=8)
    client.post(reverse("admin:routing_timeoff_delete", args=[row.pk]), {"post": "yes"})
    assert TimeOff.objects.count() == 0


@time_machine.travel(MORNING)
@pytest.mark.parametrize(
    "typed", [{"ends_at_0": "2026-11-16"}, {"starts_at_0": "2026-11-01", "ends_at_0": "2026-11-02"}]
)
def test_time_off_that_cannot_be_is_said_at_its_end(client: Client, typed):
    client.force_login(make_ops())
    rep = make_rep().rep
    answer = client.post(reverse("admin:routing_timeoff_add"), away(rep=str(rep.pk), **typed))
    assert list(answer.context["adminform"].form.errors) == ["ends_at"]


@pytest.mark.parametrize("year", ["0001", "9999", "2150"])
def test_a_year_that_is_none_is_said(client: Client, as_ops, year):
    typed = away(rep=str(make_rep().rep.pk), starts_at_0=f"{year}-01-01")
    answer = client.post(reverse("admin:routing_timeoff_add"), typed)
    assert answer.context["adminform"].form.errors["starts_at"] == ["Check the year."]


def test_skills_are_typed_between_commas_and_shown_again(client: Client, as_ops):
    rep = make_rep().rep
    address = reverse("admin:routing_rep_change", args=[rep.pk])
    client.post(address, typed(form_of(client.get(address), "rep_form"), skills="Hospitality, Indonesia; hospitality"))
    rep.refresh_from_db()
    assert (rep.skills, rep.history.latest().history_user) == (["Hospitality", "Indonesia"], as_ops)
    page = client.get(address)
    assert form_of(page, "rep_form")["skills"] == ["Hospitality, Indonesia"]
    versions = rep.history.count()
    client.post(address, form_of(page, "rep_form"))
    assert rep.history.count() == versions


def test_a_skill_of_a_whole_page_is_refused(client: Client, as_ops):
    rep = make_rep().rep
    address = reverse("admin:routing_rep_change", args=[rep.pk])
    answer = client.post(address, typed(form_of(client.get(address), "rep_form"), skills="x" * 200))
    assert list(answer.context["adminform"].form.errors) == ["skills"]
    rep.refresh_from_db()
    assert rep.skills == []
