"""The frame of every page: each role its own pages, one of them current, badges with words (C9)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils import timezone

from config.worker.heartbeat import record_heartbeat
from dashboards.context_processors import layout
from dashboards.queries import navigation
from queues.actions.entries.placement import send_to_review
from routing.models import Notification
from tests.clients import nothing_changes
from tests.factories import MORNING, TeamFactory, make_lead, make_manager, make_ops, make_rep, make_user
from tests.markup import markup

pytestmark = pytest.mark.django_db

PAGES = {
    "rep": ["Desk", "Queues", "My numbers"],
    "manager": ["Queues", "Escalations", "Team", "Rotations", "Fairness", "Reports"],
    "ops": ["Flow", "Reports", "Review desk", "Cleanup", "Rules", "Rotations", "Imports", "Connections", "Settings"],
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


@pytest.fixture
def rep_and_ops() -> User:
    user = make_rep()
    user.groups.add(*make_ops().groups.all())
    return user


def test_who_has_two_roles_sees_the_pages_of_one_and_switches(client: Client, rep_and_ops: User):
    client.force_login(rep_and_ops)

    def shown(path: str) -> tuple[str, list[str]]:
        nav = client.get(path).context["nav"]
        return nav.bar.slug, [page.label for page in nav.pages]

    assert shown("/inbox/") == ("rep", PAGES["rep"])
    answer = client.post("/frame/bar/", {"bar": "ops"})
    assert (answer.status_code, answer.url) == (302, "/flow/")
    assert shown("/inbox/") == ("ops", PAGES["ops"])
    assert client.get("/").url == "/flow/"
    client.post("/frame/bar/", {"bar": "rep"})
    assert client.get("/").url == "/desk/"


def test_a_page_of_another_role_shows_its_bar(client: Client, rep_and_ops: User):
    client.force_login(rep_and_ops)
    nav = client.get("/flow/").context["nav"]
    assert (nav.bar.slug, [page.href for page in nav.pages if page.is_current]) == ("ops", ["/flow/"])


def test_the_bar_of_a_role_that_one_has_not_is_refused(client: Client, as_rep: User):
    with nothing_changes():
        assert client.post("/frame/bar/", {"bar": "ops"}).status_code == 403
    client.cookies["bar"] = "ops"
    nav = client.get("/inbox/").context["nav"]
    assert ([page.label for page in nav.pages], nav.bars) == (PAGES["rep"], [])


def test_a_superuser_has_all_bars_and_each_page_once_in_each():
    nav = framed(make_user(is_superuser=True))["nav"]
    assert [bar.slug for bar in nav.bars] == ["ops", "manager", "rep"]  # takes no leads, so the desk comes last
    for bar in nav.bars:
        pages = framed(make_user(is_superuser=True), bar=bar.slug)["nav"].pages
        assert [page.label for page in pages] == PAGES[bar.slug]
        assert len({page.href for page in pages}) == len(pages)


def test_only_the_page_that_one_stands_in_is_current():
    hrefs = ["/queues/", "/queues/review/", "/desk/"]
    assert [navigation.current_entry(path, hrefs) for path in ("/queues/review/7/", "/queues/smb/", "/leads/7/")] == [
        "/queues/review/",
        "/queues/",
        None,
    ]


def test_a_page_that_does_not_exist_is_left_out(monkeypatch: pytest.MonkeyPatch):
    pages = (("Desk", "dashboards:desk", ""), ("Later", "dashboards:not_yet", ""))
    monkeypatch.setattr(navigation, "BARS", (navigation.Bar("rep", "Rep", "queues.claim_entry", pages),))
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


PLACES = {"rep": ["/", "/inbox/"], "manager": ["/", "/escalations/"], "ops": ["/flow/"], "nobody": ["/profile/"]}
ACT = "Clocks and rotations stand still until it is restarted."
QUIET = "Clocks stand still."


@pytest.mark.parametrize("age", [30, 600])
@pytest.mark.parametrize("role", PLACES)
def test_pages_say_once_that_the_worker_is_silent(client: Client, role: str, age: int):
    """Loudly to managers and sales ops, who can act on it; quietly to reps, with what it means for them."""
    record_heartbeat(at=timezone.now() - timedelta(seconds=age))
    client.force_login(MAKERS[role]())
    wanted = {"rep": (0, 1), "manager": (1, 0), "ops": (1, 0), "nobody": (0, 0)}[role] if age > 90 else (0, 0)
    for place in PLACES[role]:
        page = client.get(place, follow=True).content.decode()
        assert (place, page.count(ACT), page.count(QUIET)) == (place, *wanted)
    assert not wanted[1] or "You can go on taking leads and logging contacts" in page


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
