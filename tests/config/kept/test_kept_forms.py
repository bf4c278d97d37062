"""A form that was sent without a session comes back filled, for the same person only (M7)."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from config.kept import form as kept_form
from config.models import Session
from leads.models import Activity
from queues.actions.claims.take import take_next
from routing.models import Assignment
from tests.clients import PersonClient
from tests.factories import QueueFactory, make_entry, make_rep

pytestmark = pytest.mark.django_db

PASSWORD = "right horse battery"
TEXT = "Rang twice. سلام، 你好.\n" + "Long and careful words. " * 60
BACK = "You were signed out before this was saved."


@pytest.fixture
def held(client: Client) -> Assignment:
    known = make_password(PASSWORD)
    rep = make_rep(username="rina@alur.example", password=known)
    make_rep(username="budi@alur.example", password=known)
    client.force_login(rep)
    queue = QueueFactory(name="MQL")
    make_entry(queue, company_name="Acme Widgets")
    return take_next(queue, by=rep, at=timezone.now())


def page_of(held: Assignment) -> str:
    return f"/leads/{held.lead_id}/"


def send_without_session(client: Client, held: Assignment, **fields) -> str:
    """The page was opened, the session ended, the note was sent; returns where the browser goes."""
    client.get(page_of(held))
    Session.objects.all().delete()
    referer = f"http://testserver{page_of(held)}"
    answer = client.post(f"{page_of(held)}note/", {"text": TEXT, "seen": "1"} | fields, headers={"Referer": referer})
    assert answer.status_code == 302
    return answer["Location"]


def sign_in(client: Client, location: str, name: str = "rina@alur.example"):
    return client.post(location, {"username": name, "password": PASSWORD}, follow=True)


def read(answer) -> str:
    return unescape(answer.content.decode())


def test_the_form_is_filled_after_the_sign_in_and_nothing_is_saved_by_itself(client: Client, held: Assignment):
    location = send_without_session(client, held)
    assert location == f"/sign-in/?next={page_of(held)}"
    answer = sign_in(client, location)
    assert answer.redirect_chain == [(page_of(held), 302)]
    assert BACK in read(answer)
    assert f">\n{TEXT}</textarea>" in read(answer)
    assert not Activity.objects.filter(kind=Activity.Kind.NOTED).exists()


def test_saving_it_forgets_it(client: Client, held: Assignment):
    sign_in(client, send_without_session(client, held))
    assert BACK in read(client.get(page_of(held)))  # a reload still has it
    client.post(f"{page_of(held)}note/", {"text": TEXT})
    assert Activity.objects.get(kind=Activity.Kind.NOTED).details["text"] == TEXT.strip()
    assert BACK not in read(client.get(page_of(held)))


def test_it_can_be_discarded(client: Client, held: Assignment):
    sign_in(client, send_without_session(client, held))
    answer = client.post("/kept-form/discard/", {"next": page_of(held)}, follow=True)
    assert (answer.redirect_chain, BACK in read(answer)) == ([(page_of(held), 302)], False)


def test_another_person_never_sees_it(client: Client, held: Assignment):
    location = send_without_session(client, held)
    sign_in(client, location, "budi@alur.example")
    assert BACK not in read(client.get("/desk/"))
    client.post("/sign-out/")
    assert BACK not in read(sign_in(client, location))


def test_it_is_kept_sealed_and_for_half_an_hour(client: Client, held: Assignment, time_machine):
    location = send_without_session(client, held)
    stored = Session.objects.get().get_decoded()[kept_form.IN_SESSION]
    assert "Rang" not in stored
    time_machine.move_to(timezone.now() + timedelta(minutes=31))
    assert BACK not in read(sign_in(client, location))


def test_passwords_are_not_kept_and_files_are_named(client: Client, held: Assignment):
    upload = SimpleUploadedFile("visit.pdf", b"%PDF")
    answer = sign_in(client, send_without_session(client, held, password="hush-hush-hush", photo=upload))
    assert "hush-hush-hush" not in read(answer)
    assert "Choose the file again: visit.pdf." in read(answer)


def test_too_much_is_not_kept_but_said(client: Client, held: Assignment):
    answer = sign_in(client, send_without_session(client, held, text="a" * 200_001))
    assert "It was too long to keep." in read(answer)
    assert len(read(answer)) < 200_000


def test_what_has_no_form_any_more_stands_there_to_copy(client: Client, held: Assignment):
    location = send_without_session(client, held)
    Assignment.objects.update(ended_at=timezone.now(), ended_how="returned")
    answer = sign_in(client, location)
    assert "Its form is no longer on this page. What you typed stands here to copy." in read(answer)
    assert f'aria-label="What you typed">{TEXT}</textarea>' in read(answer)


def test_another_page_says_where_it_is(client: Client, held: Assignment):
    sign_in(client, send_without_session(client, held))
    assert f'<a href="{page_of(held)}">Open its page to save it.</a>' in read(client.get("/desk/"))


def test_a_browser_that_nobody_signed_in_with_stores_nothing(held: Assignment):
    stranger = Client()
    answer = stranger.post(f"{page_of(held)}note/", {"text": TEXT})
    assert answer["Location"] == f"/sign-in/?next={page_of(held)}note/"
    assert Session.objects.filter(user=None).count() == 0


def careful_client(held: Assignment) -> Client:
    client = PersonClient(enforce_csrf_checks=True)
    client.force_login(held.holder)
    client.get(page_of(held))
    return client


def test_a_form_with_an_old_token_comes_back_filled(held: Assignment):
    """After a sign-in in another tab the token of this page is an old one."""
    client = careful_client(held)
    headers = {"Referer": f"http://testserver{page_of(held)}", "Origin": "http://testserver"}
    sent = {"text": TEXT, "csrfmiddlewaretoken": "x" * 64}
    answer = client.post(f"{page_of(held)}note/", sent, headers=headers, follow=True)
    assert answer.redirect_chain == [(page_of(held), 302)]
    assert "This page was open too long, so this is not saved yet." in read(answer)
    assert f">\n{TEXT}</textarea>" in read(answer)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://elsewhere.example"}])
def test_a_form_of_another_site_is_refused_and_not_kept(held: Assignment, headers: dict):
    client = careful_client(held)
    answer = client.post(f"{page_of(held)}note/", {"text": TEXT}, headers=headers)
    assert answer.status_code == 403
    assert "this is not saved yet" not in read(client.get(page_of(held)))


def test_a_part_with_an_old_token_tells_its_page(held: Assignment):
    answer = careful_client(held).post(f"{page_of(held)}note/", {"text": TEXT}, headers={"HX-Request": "true"})
    assert (answer.status_code, "signed-out" in answer["HX-Trigger"]) == (403, True)


def test_what_the_address_of_a_page_is_never_leaves_the_site(client: Client, held: Assignment):
    client.get(page_of(held))
    Session.objects.all().delete()
    headers = {"Referer": "https://elsewhere.example/"}
    answer = client.post(f"{page_of(held)}note/", {"text": TEXT, "next": "//elsewhere.example"}, headers=headers)
    assert answer["Location"] == "/sign-in/?next=/"
