"""The link of an invitation: a password, and one is in; every link that does not work says what to do (M4)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from routing import roles
from routing.actions.people import add_person, deactivate_person
from routing.models import Invitation
from routing.queries.invitations import link_of
from routing.tasks import send_invitation
from tests.clients import nothing_changes, refusal
from tests.factories import MORNING, TeamFactory, make_ops, make_rep

pytestmark = pytest.mark.django_db
PASSWORD = {"new_password1": "nila-batik-42", "new_password2": "nila-batik-42"}
SITE = "https://alur.example"


@pytest.fixture
def ops(morning) -> User:
    return make_ops(first_name="Bima", last_name="Prasetyo")


def invited(ops: User, role: str = roles.REPS) -> User:
    who = {"first_name": "Sari", "last_name": "Wijaya", "email": "sari@example.com"}
    return add_person(**who, role=role, teams=[TeamFactory()], by=ops, at=MORNING, site=SITE)


def link(user: User) -> str:
    return link_of(user.invitation, "")


def signed_in(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.mark.parametrize(("role", "start"), [(roles.REPS, "dashboards:desk"), (roles.MANAGERS, "dashboards:queues")])
def test_a_password_signs_in_and_opens_the_start_page_of_the_role(client: Client, ops, role, start):
    user = invited(ops, role)
    send_invitation(user.pk, SITE)
    address = re.search(rf"{SITE}(/invitation/\S+)", mail.outbox[0].body).group(1)
    answer = client.post(address, PASSWORD, follow=True)
    user.refresh_from_db()
    assert [place for place, _status in answer.redirect_chain] == ["/", reverse(start)]
    assert (signed_in(client), user.check_password("nila-batik-42"), Invitation.objects.get().accepted_at) == (
        str(user.pk),
        True,
        MORNING,
    )


def test_a_refused_password_says_why_and_nobody_is_in(client: Client, ops):
    user = invited(ops)
    with nothing_changes():
        answer = client.post(link(user), PASSWORD | {"new_password2": "another-one-42"})
    assert (answer.status_code, list(answer.context["form"].errors), signed_in(client)) == (
        422,
        ["new_password2"],
        None,
    )


def test_pressed_twice_one_is_in_and_others_are_not(client: Client, ops):
    user = invited(ops)
    client.post(link(user), PASSWORD)
    again, other = client.post(link(user), PASSWORD), Client().post(link(user), PASSWORD)
    assert (again.status_code, again.url) == (302, "/")
    assert refusal(other) == (410, "You have a password already")


def test_an_old_link_names_who_can_send_another(client: Client, ops, time_machine, page_text):
    user = invited(ops)
    time_machine.move_to(MORNING + timedelta(days=7))
    answer = client.post(link(user), PASSWORD)
    user.refresh_from_db()
    assert refusal(answer) == (410, "This invitation is too old")
    assert "Ask Bima Prasetyo, who invited you, to send it again." in page_text(answer)
    assert user.has_usable_password() is False


def test_who_was_switched_off_does_not_come_in(client: Client, ops):
    user = invited(ops)
    deactivate_person(user, by=ops, at=MORNING)
    assert refusal(client.post(link(user), PASSWORD)) == (410, "This invitation was withdrawn")
    assert signed_in(client) is None


def test_an_unknown_link_says_so_and_wrong_ones_are_throttled_while_right_ones_go_on(client: Client, ops):
    """Old links of some people in an office keep no colleague out."""
    user = invited(ops)
    wrong = reverse("routing:accept_invitation", args=[user.invitation.pk, "0" * 64])
    answers = [client.get(wrong) for _number in range(6)]
    assert refusal(answers[0]) == (404, "We do not know this invitation")
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404, 429, 429]
    assert refusal(client.get(wrong)) == (429, "Too many attempts")
    assert client.get(link(user)).status_code == 200


def test_who_is_signed_in_as_somebody_else_is_told_and_becomes_the_invited_one(client: Client, ops, page_text):
    user, other = invited(ops), make_rep(first_name="Rina", last_name="Hartono")
    client.force_login(other)
    assert "Rina Hartono is signed in here." in page_text(client.get(link(user)))
    client.post(link(user), PASSWORD)
    assert signed_in(client) == str(user.pk)


def test_an_invitation_of_the_release_before_still_works(client: Client, ops):
    """It is a link to set a password."""
    user = make_rep()
    user.set_password("nobody knows it")
    user.save()
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    old = reverse("routing:password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    page = client.get(old, follow=True)
    client.post(page.redirect_chain[-1][0], PASSWORD)
    user.refresh_from_db()
    assert user.check_password("nila-batik-42") is True


def test_the_desk_explains_itself_until_it_is_put_away_for_good(client: Client, ops, page_text):
    user = invited(ops)
    first = client.post(link(user), PASSWORD, follow=True)
    assert "Take next gives you the first of the leads that wait." in page_text(first)
    assert "Take next gives you the first" in page_text(_signed_in_again())
    client.post(reverse("routing:put_explanation_away"))
    assert "Take next gives you the first" not in page_text(client.get("/desk/"))
    assert "Take next gives you the first" not in page_text(_signed_in_again())


def _signed_in_again() -> HttpResponse:
    sent = {"username": "sari@example.com", "password": PASSWORD["new_password1"]}
    return Client().post("/sign-in/", sent, follow=True)


def test_who_was_here_before_reads_no_explanation(client: Client, as_rep, page_text):
    assert "Take next gives you the first" not in page_text(client.get("/desk/"))
