"""Pages and messages speak the language of the person: first the browser's, then the one that was chosen (J1)."""

import pytest
from django.conf import settings

from routing.models import Channel, Reach
from routing.presenters.words import code_words, compose_test
from tests.factories import MORNING, make_ops, make_rep

pytestmark = pytest.mark.django_db
INDONESIAN = {"HTTP_ACCEPT_LANGUAGE": "id-ID,id;q=0.9,en;q=0.5"}
PASSWORD = "sungai-bukan-kolam"


def language(client, path: str = "/inbox/", **headers: str) -> tuple[str, str]:
    """As the page says it, and as the answer does."""
    answer = client.get(path, **headers)
    return answer.content.decode().split('<html lang="')[1].split('"')[0], answer["Content-Language"]


def signs_in(client, user, **headers: str) -> None:
    user.set_password(PASSWORD)
    user.save()
    typed = {"username": user.username, "password": PASSWORD}
    assert client.post("/sign-in/", typed, **headers).status_code == 302


def test_a_visitor_reads_what_the_browser_asks_for(client):
    assert language(client, "/sign-in/", **INDONESIAN) == ("id", "id")
    assert language(client, "/sign-in/") == ("en", "en")
    assert "Masuk" in client.get("/sign-in/", **INDONESIAN).content.decode()


def test_the_language_of_the_first_sign_in_is_kept_for_other_browsers(client):
    person = make_rep()
    signs_in(client, person, **INDONESIAN)
    assert Reach.objects.get(user=person).language == "id"
    client.logout()
    signs_in(client, person)
    assert language(client) == ("id", "id")
    assert Reach.objects.get(user=person).language == "id"


def test_who_chooses_in_the_menu_reads_it_at_once_and_everywhere(client, django_user_model):
    person = make_ops()
    client.force_login(person)
    assert language(client) == ("en", "en")
    answer = client.post("/language", {"language": "id", "next": "/inbox/"})
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")
    assert language(client, HTTP_ACCEPT_LANGUAGE="en") == ("id", "id")
    assert language(client, "/admin/", HTTP_ACCEPT_LANGUAGE="en")[1] == "id"
    other = type(client)()
    other.force_login(person)
    assert language(other) == ("id", "id")


def test_what_is_chosen_in_the_profile_holds_at_once(client):
    person = make_ops()
    client.force_login(person)
    typed = {"name": "Bima", "time_zone": "", "language": "id"}
    page = client.post("/profile/me/", typed, follow=True).content.decode()
    assert (Reach.objects.get(user=person).language, "Disimpan." in page) == ("id", True)
    client.post("/profile/me/", typed | {"language": "de"})
    assert Reach.objects.get(user=person).language == "id"


def test_an_unknown_language_is_no_choice(client):
    person = make_rep()
    client.force_login(person)
    client.post("/language", {"language": "xx"})
    assert not Reach.objects.filter(user=person).exclude(language="").exists()
    Reach.objects.update_or_create(user=person, defaults={"language": "xx"})  # of a release that knew more
    client.force_login(person)
    assert language(client) == ("en", "en")


def test_messages_speak_as_the_reader_does_and_else_as_the_company(company_in):
    rina, tom = make_rep(), make_rep()
    Reach.objects.create(user=rina, language="id")
    ours, theirs = (Channel.objects.create(user=each, kind="mail", made_at=MORNING) for each in (rina, tom))
    assert "Pesan uji" in compose_test(ours).subject
    assert "Test message" in compose_test(theirs).subject
    assert code_words(ours.pk).startswith("Kode") and code_words(theirs.pk).startswith("Your code")
    company_in("id")
    assert "Pesan uji" in compose_test(theirs).subject


@pytest.fixture
def company_in(monkeypatch):
    return lambda code: monkeypatch.setattr(settings, "LANGUAGE_CODE", code)
