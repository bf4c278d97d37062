"""The way in and out (J4), and the demo's one-click logins."""

import re

import pytest
from django.urls import reverse

from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import make_ops, make_rep, make_user

pytestmark = pytest.mark.django_db
PASSWORD = "right horse battery"


@pytest.fixture
def rina():
    user = make_rep(username="rina@alur.example")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, name, password=PASSWORD, **more):
    return client.post(reverse("routing:sign_in"), {"username": name, "password": password, **more})


def test_signing_in_works_in_any_letter_case(client, rina):
    response = sign_in(client, "Rina@Alur.Example")
    assert (response.status_code, response.url) == (302, "/")
    assert client.session["_auth_user_id"] == str(rina.pk)


def test_a_wrong_password_says_one_clear_thing_and_keeps_the_name(client, rina):
    response = sign_in(client, rina.username, "wrong")
    assert response.context["form"].non_field_errors() == ["E-mail or password is wrong. Check both and try again."]
    assert response.context["form"]["username"].value() == rina.username
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_lock_the_name_and_the_right_one_is_refused(client, rina):
    for _attempt in range(5):
        response = sign_in(client, rina.username, "wrong")
    assert response.status_code == 429
    assert sign_in(client, rina.username.upper()).status_code == 429
    assert "_auth_user_id" not in client.session


def test_a_page_without_sign_in_leads_to_the_sign_in_and_back(client, rina):
    response = client.get("/desk/")
    assert response.url == f"{reverse('routing:sign_in')}?next=/desk/"
    assert sign_in(client, rina.username, next="/desk/").url == "/desk/"


def test_a_foreign_address_to_go_back_to_is_refused(client, rina):
    assert sign_in(client, rina.username, next="https://evil.example/").url == "/"


def test_signing_out_takes_a_post(client, rina):
    client.force_login(rina)
    assert client.get(reverse("routing:sign_out")).status_code == 405
    assert client.post(reverse("routing:sign_out")).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("role", ["rep", "manager", "ops", "nobody"])
def test_outside_the_demo_there_are_no_one_click_logins(client, rina, settings, role):
    settings.ALUR_DEMO = False
    assert client.post(reverse("routing:enter_demo", args=[role])).status_code == 404
    assert "demo" not in client.get(reverse("routing:sign_in")).content.decode()


def test_in_the_demo_one_click_signs_in(client, rina, settings):
    settings.ALUR_DEMO = True
    assert client.post(reverse("routing:enter_demo", args=["rep"])).status_code == 302
    assert client.session["_auth_user_id"] == str(rina.pk)


def test_a_demo_login_that_became_a_superuser_is_refused(client, settings):
    settings.ALUR_DEMO = True
    make_user(username="bima@alur.example", is_superuser=True)
    with nothing_changes():
        assert refusal(client.post(reverse("routing:enter_demo", args=["ops"]))) == NOT_FOUND


def test_the_theme_is_kept_in_the_browser(client):
    response = client.post(reverse("routing:set_theme"), {"theme": "dark", "next": "/sign-in/"})
    assert (response.url, response.cookies["theme"].value) == ("/sign-in/", "dark")
    assert 'data-theme="dark"' in client.get("/sign-in/").content.decode()


def test_the_theme_is_the_computers_until_one_is_chosen_and_again_afterwards(client):
    page = client.get("/sign-in/").content.decode()
    assert 'data-theme="system"' in page and '<meta name="color-scheme" content="light dark">' in page
    client.post(reverse("routing:set_theme"), {"theme": "light"})
    page = client.get("/sign-in/").content.decode()
    assert 'data-theme="light"' in page and '<meta name="color-scheme" content="light">' in page
    client.post(reverse("routing:set_theme"), {"theme": "system"})
    assert 'data-theme="system"' in client.get("/sign-in/").content.decode()


def test_the_settings_have_the_theme_of_the_application(client):
    client.force_login(make_ops())
    client.post(reverse("routing:set_theme"), {"theme": "dark"})
    page = client.get("/admin/").content.decode()
    assert re.search(r'<html [^>]*class="dark"', page) and '<meta name="color-scheme" content="dark">' in page
    assert re.search(r'value="dark" aria-pressed="true"', page)
