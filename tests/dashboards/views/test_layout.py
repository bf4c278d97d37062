"""The frame of every page: each role its own pages, one of them current, badges with words (C9)."""

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from config.worker.heartbeat import record_heartbeat
from dashboards.context_processors import layout
from dashboards.queries import navigation
from queues.actions.entries.placement import send_to_review
from routing.models import Notification
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGES = {
    "rep": ["Desk", "Queues", "My numbers"],
    "manager": ["Queues", "Escalations", "Team", "Rotations", "Fairness", "Reports"],
    "ops": ["Flow", "Reports", "Review desk", "Cleanup", "Rules", "Rotations", "Imports", "Settings"],
    "nobody": [],
}
MAKERS = {"rep": make_rep, "manager": make_manager, "ops": make_ops, "nobody": make_user}


def framed(user, path: str = "/", **cookies: str) -> dict:
    request = RequestFactory().get(path)
    request.user = user
    request.COOKIES.update(cookies)
    return layout(request)


@pytest.mark.parametrize("role", PAGES)
def test_each_role_is_led_to_its_own_pages(role: str):
    assert [page.label for page in framed(MAKERS[role]())["nav"].pages] == PAGES[role]


def test_who_has_two_roles_finds_no_page_twice():
    user = make_ops()
    user.groups.add(*make_rep().groups.all())
    hrefs = [page.href for page in framed(user)["nav"].pages]
    assert (len(hrefs), len(set(hrefs))) == (11, 11)


def test_only_the_page_that_one_stands_in_is_current():
    hrefs = ["/queues/", "/queues/review/", "/desk/"]
    assert [navigation.current_entry(path, hrefs) for path in ("/queues/review/7/", "/queues/smb/", "/leads/7/")] == [
        "/queues/review/",
        "/queues/",
        None,
    ]


def test_a_page_that_does_not_exist_is_left_out(monkeypatch: pytest.MonkeyPatch):
    pages = (("queues.claim_entry", (("Desk", "dashboards:desk", ""), ("Later", "dashboards:not_yet", ""))),)
    monkeypatch.setattr(navigation, "PAGES", pages)
    assert [page.label for page in framed(make_rep())["nav"].pages] == ["Desk"]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("rep", "Search my leads"),
        ("manager", "Search leads of my teams"),
        ("ops", "Search all leads"),
        ("nobody", "Search leads"),
    ],
)
def test_the_search_says_how_far_it_reaches(role: str, words: str):
    assert framed(MAKERS[role]())["search_label"] == words


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("pink", "system"), ("", "system")]
)
def test_the_theme_comes_from_the_browser_and_nothing_else_does(cookie: str, theme: str):
    assert framed(make_user(), theme=cookie)["theme"] == theme


@pytest.mark.parametrize(("role", "is_shown"), [("rep", False), ("manager", True), ("ops", True)])
def test_managers_and_ops_see_that_the_worker_is_silent(role: str, is_shown: bool):
    record_heartbeat(at=timezone.now() - timedelta(minutes=10))
    assert bool(framed(MAKERS[role]())["worker_is_stale"]) == is_shown


def test_the_navigation_keeps_its_place_when_its_badges_follow_the_data(client: Client):
    client.force_login(make_ops())
    html = client.get("/frame/nav/?here=/flow/&v=old", headers={"HX-Request": "true"}).content.decode()
    assert html.count('aria-current="page"') == 1
    assert '<a href="/flow/" aria-current="page">' in html


def test_badges_that_did_not_change_are_not_sent_again(client: Client):
    user = make_ops()
    client.force_login(user)
    version = framed(user)["nav"].version
    unchanged = [f"/frame/nav/?here=/flow/&v={version}", "/frame/inbox/?v=0"]
    answers = [client.get(address, headers={"HX-Request": "true"}) for address in unchanged]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2


def test_a_review_item_and_a_message_show_as_numbers_with_words(client: Client):
    user = make_ops()
    send_to_review([(make_lead(), ["no_rule"], None)], at=MORNING)
    Notification.objects.create(user=user, kind="assigned", key="k", at=MORNING)
    client.force_login(user)
    nav, inbox = (markup(client.get(f"/frame/{part}/")) for part in ("nav", "inbox"))
    assert '1<span class="vh">waiting</span>' in nav
    assert "Inbox, 1 unread message<" in inbox


def test_a_page_names_person_and_state_once(client: Client):
    user = make_rep(TeamFactory(), first_name="Rina", last_name="Hartono")
    client.force_login(user)
    html = client.get("/inbox/").content.decode()
    assert (html.count("Rina Hartono"), html.count('id="availability"'), html.count('id="user-menu"')) == (1, 1, 1)


def test_a_forged_form_is_answered_in_our_own_words():
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a", "password": "b"})
    assert (answer.status_code, "This page was open too long" in answer.content.decode()) == (403, True)
