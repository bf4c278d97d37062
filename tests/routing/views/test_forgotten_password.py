"""A link to set a forgotten password: by mail, within limits, and without giving away who has an account (J4)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from routing.models import Invitation, PasswordLink, Reach
from routing.tasks import forget_password_links, send_password_link
from tests.factories import MORNING, make_rep

pytestmark = pytest.mark.django_db
PAGE, SENT = "/password/", "/password/sent/"
HOME = "203.0.113.9"
TOO_OFTEN = "A link was asked for too often. Use the newest one in your mailbox, or ask for another one in an hour."


@pytest.fixture(autouse=True)
def morning_with_a_proxy(settings, time_machine) -> None:
    settings.TRUSTED_PROXIES = 1
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def rina() -> User:
    user = make_rep(username="rina@alur.example")
    user.set_password("right horse battery")
    user.save()
    return user


def ask(email: str, address: str = HOME) -> tuple[int, str]:
    answer = Client().post(PAGE, {"email": email}, headers={"X-Forwarded-For": address})
    return answer.status_code, answer.headers.get("Location", "")


def send_all() -> int:
    """What the worker does."""
    sent = sum(send_password_link(*task.args()) for task in OrmQ.objects.order_by("pk"))
    OrmQ.objects.all().delete()
    return sent


def test_a_forgotten_password_is_reset_by_mail(client: Client, rina: User):
    assert (ask("Rina@Alur.example"), len(mail.outbox), send_all()) == ((302, SENT), 0, 1)
    assert (mail.outbox[0].to, mail.outbox[0].subject) == (["rina@alur.example"], "Set a new password for Alur")
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/" in line)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    client.post(page.redirect_chain[-1][0], {"new_password1": "new horse staple", "new_password2": "new horse staple"})
    client.post("/sign-in/", {"username": rina.username, "password": "new horse staple"})
    assert client.session["_auth_user_id"] == str(rina.pk)


def test_who_is_signed_in_here_sets_a_new_password_too(client: Client, rina: User):
    client.force_login(rina, backend="routing.backends.RoutingBackend")
    assert (ask("rina@alur.example"), send_all()) == ((302, SENT), 1)
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/" in line)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    new = {"new_password1": "new horse staple", "new_password2": "new horse staple"}
    answer = client.post(page.redirect_chain[-1][0], new, follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][0]) == (200, "/password/set/")
    assert client.get("/profile/").status_code == 302


def test_the_mail_speaks_the_language_of_the_person(rina: User):
    Reach.objects.update_or_create(user=rina, defaults={"language": "id"})
    ask(rina.email)
    send_all()
    assert mail.outbox[0].subject == "Atur kata sandi baru untuk Alur"


def test_who_has_no_account_gets_the_same_answer_for_the_same_work_and_no_mail(rina: User):
    asked = {}
    for email in (rina.email, "noone@alur.example", "rına@alur.example"):
        with CaptureQueriesContext(connection) as counted:
            asked[email] = (ask(email), [query["sql"][:24] for query in counted])
    assert asked[rina.email][0] == (302, SENT)
    assert asked["noone@alur.example"] == asked["rına@alur.example"] == asked[rina.email]
    assert (OrmQ.objects.count(), send_all(), len(mail.outbox)) == (3, 1, 1)


@pytest.mark.parametrize("email", ["rina@alur.example", "noone@alur.example"])
def test_an_account_has_three_links_in_an_hour_whoever_asks(rina: User, time_machine, email: str):
    answers = [ask(email.upper() if number % 2 else email, f"198.51.100.{number}")[0] for number in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    page = Client().post(PAGE, {"email": email}, headers={"X-Forwarded-For": HOME})
    assert page.context["form"].non_field_errors() == [TOO_OFTEN]
    time_machine.move_to(MORNING + timedelta(hours=1, seconds=1), tick=False)
    assert ask(email) == (302, SENT)


def test_from_one_address_ten_links_are_asked_for_in_an_hour(rina: User):
    answers = [ask(f"name-{number}@alur.example", f"2001:db8:1:2::{number}")[0] for number in range(12)]
    assert answers == [302] * 10 + [429] * 2
    assert ask(rina.email, "2001:db8:1:3::1") == (302, SENT)


def test_no_name_and_no_address_is_kept_of_who_asks(rina: User, time_machine):
    ask(rina.email)
    row, task = PasswordLink.objects.get(), OrmQ.objects.get()
    assert (len(row.account), len(row.sender), task.args()) == (24, 24, ([rina.pk], "http://testserver/"))
    time_machine.move_to(MORNING + timedelta(days=1, seconds=1), tick=False)
    assert (forget_password_links(), PasswordLink.objects.count()) == (1, 0)


def test_who_left_meanwhile_or_never_had_a_password_gets_none(rina: User):
    invited = make_rep(username="invited@alur.example")
    invited.set_unusable_password()
    invited.save()
    Invitation.objects.create(user=invited, seed="x", made_at=MORNING, expires_at=MORNING + timedelta(days=7))
    ask(rina.email)
    ask(invited.email)
    User.objects.filter(pk=rina.pk).update(is_active=False)
    assert (send_all(), mail.outbox) == (0, [])


def test_two_people_of_one_address_get_a_link_each(rina: User):
    other = make_rep(username="other", email="RINA@alur.example")
    other.set_password("right horse battery")
    other.save()
    ask(rina.email)
    assert (send_all(), sorted(each.to[0] for each in mail.outbox)) == (2, ["RINA@alur.example", "rina@alur.example"])
