"""Every page speaks Indonesian, and is built as the English one (J1, K6).

Each address of the table of reach, and each page of the admin, is asked for in both languages by the same person at the
same moment. What stands in both and is English was not marked, or was stored in the language of who wrote it.
"""

import re
from collections.abc import Callable
from zoneinfo import available_timezones

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.clients import PersonClient
from tests.config.admin.test_records import OPS_EDIT, OPS_READ, places
from tests.config.test_catalogue import catalogue
from tests.factories.records import make_one_of_each
from tests.journeys.reach_world import World, make_world
from tests.journeys.test_reach import TABLE
from tests.two_languages import Build, english_left, english_words, unlike_shapes

pytestmark = pytest.mark.django_db
ENGLISH = english_words(catalogue("id"))
# Texts of the data that factories make, names of things, and codes that administrators read as they are stored.
DATA = re.compile(
    r"\b(First|Last|Company|Form|Queue|Dewi|Lestari|Maju|Team|Person) ?\d+\b"
    r"|\b(Head of Operations|Talk to sales|CEO|Mine|Depot|Campaign|SMB rotation|Inside Sales|behind)\b"
    r"|^Sint Eustatius and Saba Bonaire$"
    r"|^(Leadership|Managers|Reps)$|\bBahasa\b|^English$"  # groups have one name
    r"|^(Lead id|First name|Last name|Company|E-mail|Source)\b.*"  # the header of an uploaded file
    r'|^"\w+"$|^\[.*|^[a-z]+$|\S*\w\.\w\S*|^/\S+$'
    r"|^Rep-team relationship.*"  # Django names the table between two others at its start
)
READ_BY_ALUR = {"routing:members_template"}  # a file to fill in, whose header is the same in each language


def without_data(text: str) -> str:
    return "" if text.replace(" ", "_") in available_timezones() else DATA.sub(" ", text)


@pytest.fixture
def world(morning, settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_world()


def in_both(client: Client, address: str, sent: dict | None = None) -> list[HttpResponse]:
    """What each request did is taken back."""
    answers = []
    for language in ("en", "id"):
        client.cookies.pop("messages", None)
        with transaction.atomic():
            answers.append(client.get(address, sent, headers={"Accept-Language": language}))
            transaction.set_rollback(True)
    return answers


def faults(english: HttpResponse, indonesian: HttpResponse) -> list[str]:
    """Nothing is wrong with a redirect or a refusal; CSV is held to its header."""
    if english.status_code != indonesian.status_code:
        return [f"{english.status_code} / {indonesian.status_code}"]
    kind = english.get("Content-Type", "")
    if english.status_code != 200 or not kind.startswith(("text/html", "text/csv")):
        return []
    texts = [(answer.getvalue() if answer.streaming else answer.content).decode() for answer in (english, indonesian)]
    if kind.startswith("text/csv"):
        heads = [text.lstrip("\ufeff").splitlines()[0].split(",") for text in texts]
        return sorted(english_left(*heads, english=ENGLISH, without_data=without_data))
    found = page_faults(*texts)
    if "<html" in texts[1] and not re.search(r'<html[^>]* lang="id"', texts[1]):
        found.append("no lang")
    return found


def page_faults(english: str, indonesian: str) -> list[str]:
    one, other = Build(english), Build(indonesian)
    return (
        sorted(english_left(one.words, other.words, english=ENGLISH, without_data=without_data))
        + unlike_shapes(one, other)[:5]
    )


def walk(client: Client, doors: list[tuple[str, str, dict]]) -> tuple[int, dict[str, list[str]]]:
    """How many pages there were, and what is wrong with which."""
    count, wrong = 0, {}
    for name, address, sent in doors:
        answers = in_both(client, address, sent)
        count += answers[0].status_code == 200
        if found := faults(*answers):
            wrong[name] = found
    return count, wrong


@pytest.mark.parametrize(("role", "least"), [("rep", 25), ("manager", 24), ("ops", 60)])
def test_pages(world: World, role: str, least: int):
    def given(values: dict) -> dict:
        return {key: each(world) if isinstance(each, Callable) else each for key, each in values.items()}

    client = PersonClient()
    client.force_login(world.people[role])
    doors = [
        (name, reverse(name, kwargs=given(door.arguments)), given(door.sends))
        for name, door in sorted(TABLE.items())
        if role in door.roles and name not in READ_BY_ALUR and (door.method == "get" or 200 in door.shows)
    ]
    count, wrong = walk(client, doors)
    assert (wrong, count >= least) == ({}, True), count


@pytest.mark.parametrize("is_root", [False, True])
def test_the_admin(as_ops: User, morning, client: PersonClient, is_root: bool):
    make_one_of_each(as_ops)
    if is_root:
        client.force_login(User.objects.create_superuser("root"))
    doors = [("index", reverse("admin:index"), {})]
    for place, model_admin in places().items():
        if is_root and place in OPS_EDIT | OPS_READ:
            continue  # those are the same
        row = model_admin.model._default_manager.order_by("pk").first()
        acts = {"changelist": [], "add": []}
        acts |= {act: [row.pk] for act in ("change", "history", "delete")} if row else {}
        doors += [(f"{place} {act}", reverse(f"admin:{place}_{act}", args=given), {}) for act, given in acts.items()]
    count, wrong = walk(client, doors)
    assert (wrong, count >= (9 if is_root else 70)) == ({}, True), count


def test_what_was_not_marked_is_seen():
    """The checks above can fail."""
    english, indonesian = "<p>The lead is yours.</p><h2>Save changes</h2>", "<p>The lead is yours.</p><h2>Simpan</h2>"
    assert page_faults(english, indonesian) == ["The lead is yours."]
    assert page_faults("<b title='First contact'>1</b>", "<b title='First contact'>1</b>") == ["First contact"]


@pytest.mark.parametrize("tag", ['<path d="M0 1{}5"/>', '<i data-value="1{}5"></i>', '<a href="?a=1{}5">1</a>'])
def test_a_decimal_comma_for_programs_is_seen(tag: str):
    assert page_faults(tag.format("."), tag.format(".")) == []
    assert len(page_faults(tag.format("."), tag.format(","))) == 2


def test_what_only_one_language_has_is_seen():
    assert page_faults("<p><b>1</b></p>", "<p>1</p>") == ["en: b", "en: /b"]
