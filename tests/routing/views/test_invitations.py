"""Sales ops invite many people at once, see how far each came, send again, copy a link and withdraw (M4)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from routing import roles
from routing.actions.people import deactivate_person
from routing.models import Invitation
from routing.tasks import send_invitation
from tests.clients import FORBIDDEN, nothing_changes, refusal
from tests.factories import MORNING, TeamFactory, make_manager, make_ops, make_rep

pytestmark = pytest.mark.django_db
PAGE = "/invitations/"
DAY = timedelta(days=1)


def invite(client: Client, emails: str, role: str = roles.REPS, *, follow: bool = False, **more: object):
    return client.post(PAGE, {"emails": emails, "role": role} | more, follow=follow)


def send_all() -> None:
    """What the worker does."""
    for task in OrmQ.objects.order_by("pk"):
        send_invitation(*task.args())
    OrmQ.objects.all().delete()


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def states(client: Client) -> dict[str, str]:
    return {line.email: line.state for line in client.get(PAGE).context["lines"]}


@pytest.fixture
def invited(client: Client, morning, as_ops) -> Invitation:
    invite(client, "Sari Wijaya <sari@example.com>", follow=True)
    send_all()
    return Invitation.objects.get()


def test_many_are_invited_at_once(client: Client, morning, as_ops):
    team = TeamFactory(name="Jakarta")
    pasted = "Rina Hartono <rina@example.com>;\nbudi.santoso@example.com\tRINA@example.com."
    answer = client.post(PAGE, {"emails": pasted, "role": roles.REPS, "teams": [team.pk]}, follow=True)
    assert said(answer) == [
        "2 people are invited. Each gets an e-mail. rina@example.com was there more than once and counts once."
    ]
    users = User.objects.filter(invitation__isnull=False).order_by("pk")
    assert [(user.username, user.get_full_name(), user.has_usable_password()) for user in users] == [
        ("rina@example.com", "Rina Hartono", False),
        ("budi.santoso@example.com", "Budi Santoso", False),
    ]
    assert [list(user.rep.teams.all()) for user in users] == [[team], [team]]
    send_all()
    assert [letter.to for letter in mail.outbox] == [["rina@example.com"], ["budi.santoso@example.com"]]
    assert "The link is valid for 7 days" in " ".join(mail.outbox[0].body.split())


def test_who_is_here_joins_the_team_and_gets_no_invitation(client: Client, as_ops):
    team, rina = TeamFactory(), make_rep(username="rina@example.com", first_name="Rina", last_name="Hartono")
    answer = client.post(PAGE, {"emails": "Rina@Example.com", "role": roles.REPS, "teams": [team.pk]}, follow=True)
    assert said(answer) == ["Rina Hartono was here already."]
    assert (list(rina.rep.teams.all()), Invitation.objects.count()) == ([team], 0)


def test_managers_manage_the_teams(client: Client, as_ops):
    team, ayu = TeamFactory(), make_manager(username="ayu@example.com")
    invite(client, "ayu@example.com\nsari@example.com", roles.MANAGERS, teams=[team.pk])
    assert set(team.managers.all()) == {ayu, User.objects.get(email="sari@example.com")}


def test_a_refused_list_says_every_line_and_keeps_the_text(client: Client, as_ops, page_text):
    off = make_rep(username="off@example.com")
    deactivate_person(off, by=as_ops, at=MORNING)
    make_manager(username="ayu@example.com")
    with nothing_changes():
        lines = invite(client, "rina@example.com\nbudi at example.com\n@x")
        people = invite(client, "rina@example.com\noff@example.com, ayu@example.com")
        nobody = invite(client, " \n")
    assert (lines.status_code, lines.context["form"].errors["emails"]) == (
        422,
        ["Line 2: “budi at example.com” is no e-mail address.", "Line 3: “@x” is no e-mail address."],
    )
    assert "rina@example.com budi at example.com @x" in page_text(lines)
    assert people.context["form"].errors["emails"] == [
        "off@example.com is switched off. Switch the person on under Reps first.",
        "ayu@example.com is here already in another role. An administrator can add this one.",
    ]
    assert nobody.context["form"].errors["emails"] == ["Enter at least one e-mail address."]


def test_five_hundred_at_once_and_no_more(client: Client, as_ops):
    lines = [f"Person A <person{number}@example.com>" for number in range(501)]
    answer = invite(client, "\n".join(lines))
    assert answer.context["form"].errors["emails"] == [
        "These are 501 people. At most 500 are added at once: send the list in parts."
    ]
    assert invite(client, "\n".join(lines[:500])).status_code == 302
    assert (Invitation.objects.count(), OrmQ.objects.filter(payload__isnull=False).count() >= 500) == (500, True)


def test_sales_ops_invite_to_no_more_than_they_may(client: Client, as_ops):
    with nothing_changes():
        answer = invite(client, "sari@example.com", roles.SALES_OPS)
    assert list(answer.context["form"].errors) == ["role"]


@pytest.mark.parametrize("make", [make_rep, make_manager])
def test_others_do_not_invite(client: Client, make):
    client.force_login(make())
    with nothing_changes():
        assert refusal(invite(client, "sari@example.com")) == FORBIDDEN


def test_each_state_is_shown(client: Client, morning, time_machine, as_ops):
    invite(client, "sari@example.com")
    assert states(client) == {"sari@example.com": "Not sent yet"}
    send_all()
    assert states(client) == {"sari@example.com": "Sent"}
    link = _link(client)
    Client().get(link)
    assert states(client) == {"sari@example.com": "Opened"}
    time_machine.move_to(MORNING + 7 * DAY)
    client.force_login(as_ops)
    assert states(client) == {"sari@example.com": "Expired"}


def test_sent_again_it_is_valid_for_its_whole_time_and_the_link_stays(client: Client, time_machine, invited, as_ops):
    link = _link(client)
    time_machine.move_to(MORNING + 8 * DAY)
    client.force_login(as_ops)
    answer = client.post(reverse("routing:resend_invitation", args=[invited.pk]), follow=True)
    send_all()
    invited.refresh_from_db()
    assert said(answer) == ["The invitation of Sari Wijaya is sent again, and valid for 7 days."]
    assert (invited.expires_at, len(mail.outbox), link in mail.outbox[1].body) == (MORNING + 15 * DAY, 2, True)


def test_the_link_is_shown_on_a_press_and_logged(client: Client, invited, as_ops):
    assert "/invitation/" not in client.get(PAGE).content.decode()
    link = _link(client)
    entry = LogEntry.objects.get()
    assert link in mail.outbox[0].body
    assert (entry.user, entry.object_id, entry.change_message) == (
        as_ops,
        str(invited.user_id),
        "Copied the link of the invitation.",
    )
    assert link.rsplit("/", 2)[1] not in str(Invitation.objects.values().get())


def test_withdrawn_it_lets_nobody_in_until_it_is_sent_again_with_another_link(client: Client, invited):
    old = _link(client)
    answer = client.post(reverse("routing:withdraw_invitation", args=[invited.pk]), follow=True)
    assert said(answer) == ["The invitation of Sari Wijaya is withdrawn: its link no longer works."]
    assert (Client().get(old).status_code, User.objects.get(pk=invited.user_id).is_active) == (410, False)
    client.post(reverse("routing:resend_invitation", args=[invited.pk]))
    new = _link(client)
    assert (old == new, Client().get(old).status_code, Client().get(new).status_code) == (False, 404, 200)


@pytest.mark.parametrize("act", ["resend_invitation", "copy_invitation_link", "withdraw_invitation"])
def test_who_came_in_cannot_be_taken_over(client: Client, invited, act):
    """By whichever way the password was set."""
    user = invited.user
    user.set_password("nila-batik-42")
    user.save()
    with nothing_changes():
        answer = client.post(reverse(f"routing:{act}", args=[invited.pk]), follow=True)
    assert (said(answer), OrmQ.objects.count()) == (["The person has come in already."], 0)


@pytest.mark.parametrize("act", ["resend_invitation", "copy_invitation_link", "withdraw_invitation"])
def test_sales_ops_get_no_link_of_sales_ops(client: Client, morning, act):
    client.force_login(User.objects.create_superuser("root"))
    invite(client, "sari@example.com", roles.SALES_OPS)
    client.force_login(make_ops())
    with nothing_changes():
        answer = client.post(reverse(f"routing:{act}", args=[Invitation.objects.get().pk]))
        assert refusal(answer) == FORBIDDEN


@pytest.mark.parametrize("backend", ["console", "dummy"])
def test_without_a_mail_server_the_page_says_so_and_nothing_counts_as_sent(
    client: Client, morning, as_ops, settings, page_text, backend
):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    invite(client, "sari@example.com")
    send_all()
    assert "No e-mail leaves this installation." in page_text(client.get(PAGE))
    assert states(client) == {"sari@example.com": "Not sent yet"}


def test_an_invitation_that_an_older_release_asked_for_is_sent(morning):
    user = make_rep(username="sari@example.com")
    user.set_password("nobody knows it")
    user.save()
    send_invitation(user.pk, "https://alur.example")
    send_all()
    assert (Invitation.objects.get().user, mail.outbox[0].to) == (user, ["sari@example.com"])


def _link(client: Client) -> str:
    invitation = Invitation.objects.get()
    answer = client.post(reverse("routing:copy_invitation_link", args=[invitation.pk]))
    return urlsplit(answer.context["link"]).path
