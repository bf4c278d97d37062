"""The pages about a rep's own numbers in a real browser: the two questions by keyboard, and axe in both widths (H3)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from routing.decisions.survey import months_back
from routing.models import SurveyGroup, Team
from routing.queries.survey import current_month
from tests.browser.pages import OpenPage
from tests.factories import TeamFactory, make_manager, make_ops, make_rep

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCREENS = pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
WIDER = "document.documentElement.scrollWidth > innerWidth"


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="SMB")


@pytest.fixture
def rina(team: Team) -> User:
    return make_rep(team, first_name="Rina", last_name="Hartono")


@pytest.fixture
def year(team: Team) -> None:
    """Eleven months of answers: one too few, one that nobody answered, the others from worse to better."""
    for place, month in enumerate(months_back(current_month(timezone.now()))[:-1]):
        good = {3: 0, 7: 3}.get(place, 5)
        SurveyGroup.objects.create(
            month=month, team=team, team_name=team.name, asked=9, fair_4=good, fair_5=place * bool(good > 3) // 3,
            clear=good + place * bool(good > 3) // 3,
        )  # fmt: skip


def problems(page, paths: list[str]) -> dict[str, object]:
    base, found = "/".join(page.url.split("/")[:3]), {}
    for path in paths:
        page.goto(base + path)
        results = Axe().run(page)
        if results.response["violations"]:
            found[path] = results.generate_report()
        if page.evaluate(WIDER):
            found[path] = "wider than the window"
    return found


def test_both_questions_are_answered_by_keyboard(open_page: OpenPage, rina: User):
    page = open_page(rina, "/my-numbers/survey/")
    page.get_by_label("1", exact=True).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight", "Tab", "Space", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text("Your answers are counted")
    assert SurveyGroup.objects.get().tally.fair == (0, 0, 0, 1, 0)


@SCREENS
def test_axe_finds_nothing_on_the_pages_of_a_rep(open_page: OpenPage, rina: User, theme: str, width: int):
    page = open_page(rina, "/my-numbers/survey/", theme=theme, width=width, reduced_motion="reduce")
    assert problems(page, ["/my-numbers/survey/"]) == {}
    page.get_by_role("button", name="Send my answers").click()
    assert Axe().run(page).response["violations"] == []


@SCREENS
def test_axe_finds_nothing_on_the_report(open_page: OpenPage, team: Team, year: None, theme: str, width: int):
    for person in (make_ops(), make_manager(team)):
        page = open_page(person, "/reports/survey/", theme=theme, width=width, reduced_motion="reduce")
        assert problems(page, ["/reports/survey/", f"/reports/survey/?team={team.pk}"]) == {}
