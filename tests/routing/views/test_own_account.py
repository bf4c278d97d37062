"""A person's own name, clock, password and browsers, and of no other person (J1, J3, J4)."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.models import Session
from config.sessions.browsers import browsers_of
from routing.models import Reach
from tests.clients import NOT_FOUND, PersonClient, refusal
from tests.factories import MORNING, make_rep

pytestmark = pytest.mark.django_db
PASSWORD, NEW = "right horse battery", "new horse staple"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def rina() -> User:
    user = make_rep(username="rina@alur.example", email="rina@alur.example", first_name="Rina", last_name="Hartono")
    user.set_password(PASSWORD)
    user.save()
    return user


def browser(name: str, user_agent: str = CHROME) -> Client:
    """Signed in through the page."""
    client = Client(headers={"User-Agent": user_agent})
    sent = client.post("/sign-in/", {"username": name, "password": PASSWORD})
    assert sent.status_code == 302
    return client


@pytest.fixture
def laptop(rina: User) -> Client:
    return browser(rina.username)


def is_signed_in(client: Client) -> bool:
    return client.get("/inbox/").status_code == 200


class TestMe:
    @pytest.mark.parametrize(
        ("typed", "first", "last"),
        [
            ("Rina Sari Hartono", "Rina Sari", "Hartono"),
            ("王小明", "王小明", ""),
            ("  محمد   بن سلمان ", "محمد بن", "سلمان"),
            ("N" * 80, "N" * 80, ""),
            ("Ri\u202ena", "Rina", ""),  # would turn the rest of the line around
        ],
    )
    def test_a_name_of_any_script_is_saved(self, laptop: Client, rina: User, typed: str, first: str, last: str):
        answer = laptop.post("/profile/me/", {"name": typed, "time_zone": ""})
        rina.refresh_from_db()
        assert (answer.status_code, rina.first_name, rina.last_name) == (302, first, last)

    def test_a_name_that_did_not_change_stays_as_it_was_split(self, laptop: Client, rina: User):
        User.objects.filter(pk=rina.pk).update(first_name="María", last_name="del Carmen")
        laptop.post("/profile/me/", {"name": "María del Carmen", "time_zone": "Asia/Tokyo"})
        rina.refresh_from_db()
        assert (rina.first_name, rina.last_name) == ("María", "del Carmen")
        assert Reach.objects.get().time_zone == "Asia/Tokyo"

    @pytest.mark.parametrize(
        ("sent", "says"),
        [
            ({"name": ""}, "Write your name."),
            ({"name": "\u202e -"}, "Write your name."),
            ({"name": "N" * 81}, "A name has at most 80 signs."),
            ({"time_zone": "Mars/Base"}, "Choose a time zone of the list."),
        ],
    )
    def test_what_is_refused_stays_in_its_field(self, laptop: Client, rina: User, page_text, sent: dict, says: str):
        answer = laptop.post("/profile/me/", {"name": "Rina Baru", "time_zone": "Asia/Tokyo"} | sent)
        text = page_text(answer)
        assert (answer.status_code, says in text) == (422, True)
        assert f'value="{sent.get("name", "Rina Baru")}"'.replace("\u202e", "") in text.replace("\u202e", "")
        rina.refresh_from_db()
        assert (rina.get_full_name(), Reach.objects.get(user=rina).time_zone) == ("Rina Hartono", "")

    def test_a_language_is_offered_only_where_there_are_several(self, laptop: Client, settings):
        assert 'name="language"' in laptop.get("/profile/").content.decode()
        settings.LANGUAGES = [("en", "English")]
        assert 'name="language"' not in laptop.get("/profile/").content.decode()


class TestPassword:
    def change(self, client: Client, **sent: str):
        typed = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
        return client.post("/profile/password/", typed | sent)

    def test_this_browser_stays_signed_in_and_the_others_are_not(self, laptop: Client, rina: User):
        phone = browser(rina.username, SAFARI)
        assert self.change(laptop).status_code == 302
        rina.refresh_from_db()
        assert rina.check_password(NEW)
        assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)
        assert Session.objects.filter(user=rina).count() == 1

    @pytest.mark.parametrize(
        ("sent", "says"),
        [
            ({"old_password": "wrong"}, "This is not your password now."),
            ({"new_password2": "another horse"}, "The two password fields didn’t match."),
            ({"new_password1": "short", "new_password2": "short"}, "at least 10 characters"),
            ({"new_password1": "rina@alur.example", "new_password2": "rina@alur.example"}, "too similar"),
        ],
    )
    def test_what_is_refused_says_why_and_shows_no_password(self, laptop: Client, rina: User, page_text, sent, says):
        answer = self.change(laptop, **sent)
        text = page_text(answer)
        assert (answer.status_code, says in text) == (422, True)
        assert 'al-ownpassword" open' in text
        assert not {PASSWORD, NEW, *sent.values()} & set(re.findall(r'type="password"[^>]*value="([^"]*)"', text))
        rina.refresh_from_db()
        assert rina.check_password(PASSWORD)

    def test_an_open_page_is_no_way_to_try_passwords(self, laptop: Client):
        answers = [self.change(laptop, old_password=f"guess {n}").status_code for n in range(5)]
        assert (answers[0], answers[-1], self.change(laptop).status_code) == (422, 429, 429)


class TestBrowsers:
    def test_each_is_named_with_its_last_use_and_this_one_comes_first(
        self, laptop: Client, rina: User, time_machine, page_text
    ):
        time_machine.move_to(MORNING + timedelta(hours=2), tick=False)
        browser(rina.username, SAFARI)
        browser(rina.username, "curl/8")
        found = browsers_of(rina, here=laptop.session.session_key, at=MORNING + timedelta(hours=3))
        assert [(each.browser, each.system, each.is_here) for each in found][0] == ("Chrome", "Linux", True)
        assert {(each.browser, each.system) for each in found[1:]} == {("Safari", "iPhone"), ("", "")}
        assert {each.used_at for each in found[1:]} == {MORNING + timedelta(hours=2)}
        text = page_text(laptop.get("/profile/"))
        assert "Chrome on Linux" in text and "Safari on iPhone" in text and "A browser" in text
        assert text.count("Sign out there") == 2

    def test_no_page_holds_the_key_of_a_session(self, laptop: Client, rina: User):
        browser(rina.username, SAFARI)
        shown = laptop.get("/profile/").content.decode()
        assert [key for key in Session.objects.values_list("session_key", flat=True) if key in shown] == []

    def mark_of(self, user: User, *, here: Client) -> str:
        return browsers_of(user, here=here.session.session_key, at=MORNING)[0].mark

    def test_one_is_signed_out(self, laptop: Client, rina: User):
        phone = browser(rina.username, SAFARI)
        mark = self.mark_of(rina, here=phone)
        assert laptop.post(f"/profile/browsers/{mark}/sign-out/").status_code == 302
        assert (is_signed_in(laptop), is_signed_in(phone)) == (True, False)
        assert refusal(laptop.post(f"/profile/browsers/{mark}/sign-out/")) == NOT_FOUND

    def test_this_one_and_those_of_others_are_not_there(self, laptop: Client, rina: User):
        other = make_rep()
        stranger = PersonClient()
        stranger.force_login(other)
        theirs = self.mark_of(other, here=stranger)
        own = self.mark_of(rina, here=laptop)
        answers = [laptop.post(f"/profile/browsers/{mark}/sign-out/") for mark in (theirs, own, "0" * 24)]
        assert [refusal(answer) for answer in answers] == [NOT_FOUND] * 3
        assert (is_signed_in(stranger), is_signed_in(laptop)) == (True, True)

    def test_everywhere_else(self, laptop: Client, rina: User, page_text):
        others = [browser(rina.username) for _each in range(2)]
        stranger = PersonClient()
        stranger.force_login(make_rep())
        answer = laptop.post("/profile/browsers/others/sign-out/", follow=True)
        assert "2 other browsers are signed out." in page_text(answer)
        assert [is_signed_in(each) for each in (laptop, *others, stranger)] == [True, False, False, True]
        assert "Sign out everywhere else" not in page_text(answer)

    def test_the_page_asks_no_more_for_more_browsers(self, laptop: Client, rina: User):
        laptop.get("/profile/")
        counts = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as asked:
                laptop.get("/profile/")
            counts.append(len(asked))
            for _each in range(2):
                browser(rina.username)
        assert counts[0] == counts[1]

    def test_a_browser_from_before_the_upgrade_is_listed_too(self, rina: User):
        client = browser(rina.username)
        session = client.session
        del session["browser"]
        session.save()
        assert [(each.browser, each.system) for each in browsers_of(rina, here=None, at=MORNING)] == [("", "")]
