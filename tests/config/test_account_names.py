"""A name has one reading, the same on each database and in each place where people type it (J4)."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from config.account_names import account_named, accounts_named, normal_name
from routing.actions.people import EmailTaken, add_person
from tests.factories import MORNING, make_ops

DOTLESS = "davıd@alur.example"  # to PostgreSQL its capitals are those of david@alur.example


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" Dewi@Example.COM ", "dewi@example.com"),
        ("ＤＥＷＩ＠example.com", "dewi@example.com"),  # full-width
        ("Élodie@example.com", "élodie@example.com"),
        ("E\u0301lodie@example.com", "élodie@example.com"),  # an accent of its own
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        (DOTLESS, DOTLESS),
    ],
)
def test_spellings_of_one_name_are_one_text(typed: str, name: str):
    assert normal_name(typed) == name == normal_name(name)


@pytest.fixture
def david(db: None) -> User:
    return User.objects.create_superuser("david", email="David@Alur.example", password="right")


@pytest.fixture
def elodie(db: None) -> User:
    return User.objects.create_superuser("Élodie@alur.example", password="right")


def signs_in(client: Client, name: str) -> bool:
    client.post("/sign-in/", {"username": name, "password": "right"})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["david", "DAVID", " david@alur.example ", "ｄａｖｉｄ@alur.example"])
def test_one_is_signed_in_by_each_spelling_of_user_name_and_address(client: Client, david: User, name: str):
    assert signs_in(client, name)


def test_a_look_alike_of_a_name_is_another_name(client: Client, david: User):
    assert (account_named(DOTLESS), signs_in(client, DOTLESS)) == (None, False)


@pytest.mark.parametrize("name", ["élodie@ALUR.example", "ÉLODIE@alur.example", "Élodie@alur.example"])
def test_letter_case_does_not_count_beyond_english_either(client: Client, elodie: User, name: str):
    assert signs_in(client, name)


def test_accounts_that_differ_in_letter_case_alone_are_told_apart_by_it(client: Client, david: User):
    other = User.objects.create_superuser("DAVID", password="right")
    assert (account_named("david"), account_named("DAVID"), account_named("David")) == (david, other, None)


def test_an_address_of_two_people_signs_nobody_in(client: Client, david: User):
    User.objects.create_superuser("other", email=david.email, password="right")
    assert not signs_in(client, david.email)


@pytest.mark.parametrize("email", ["ÉLODIE@alur.example", "ｅ\u0301lodie@alur.example"])
def test_nobody_is_invited_beside_an_account_of_that_name(elodie: User, email: str):
    with pytest.raises(EmailTaken):
        add_person(
            first_name="E", last_name="L", email=email, role="Reps", teams=[], by=make_ops(), at=MORNING, site="x"
        )


def test_a_look_alike_of_an_account_may_be_invited(david: User):
    assert accounts_named([DOTLESS]) == {}
