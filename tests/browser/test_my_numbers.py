"""The pages about a rep's own numbers in a real browser: the two questions by keyboard, and axe in both widths (H3)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import expect

from queues.actions.dispatch.serve import serve
from routing.actions.letters import write_letters
from routing.decisions.survey import months_back
from routing.models import Rotation, SurveyGroup, Team
from routing.queries.survey import current_month
from tests.browser.pages import OpenPage, faults
from tests.factories import QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep, make_rotation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
        if wrong := faults(page):
            found[path] = wrong
    return found


def test_both_questions_are_answered_by_keyboard(open_page: OpenPage, rina: User):
    page = open_page(rina, "/my-numbers/survey/")
    page.get_by_label("1", exact=True).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "ArrowRight", "Tab", "Space", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#toasts")).to_contain_text("Your answers are counted")
    assert SurveyGroup.objects.get().tally.fair == (0, 0, 0, 1, 0)


@pytest.fixture
def busy(rina: User, team: Team) -> Rotation:
    """Leads of this week and the last by a rotation, one of them with a name that is long, and a letter."""
    now = timezone.now()
    rotation = make_rotation(rina, *(make_rep(team) for _number in range(3)), name="Small and medium business " * 3)
    queue = QueueFactory(team=team, dispatch="push", rotation=rotation)
    for days in (0, 7):
        for _number in range(8):
            make_entry(queue, since=now - timedelta(days=days, minutes=30))
            serve(queue, at=now - timedelta(days=days))
    write_letters(at=now)
    return rotation


def test_axe_finds_nothing_on_the_pages_of_a_rep(open_page: OpenPage, rina: User, busy: Rotation):
    page = open_page(rina, "/my-numbers/survey/", reduced_motion="reduce")
    paths = ["/my-numbers/", "/my-numbers/?p=4-weeks", "/my-numbers/?p=nothing", "/my-numbers/leads/?figure=taken"]
    paths += ["/my-numbers/letter/", "/my-numbers/letter/?week=2020-W01", "/my-numbers/survey/"]
    assert problems(page, paths) == {}
    page.get_by_role("button", name="Send my answers").click()
    assert faults(page) == []


def test_from_a_figure_to_its_leads_and_to_why_not_me(open_page: OpenPage, rina: User, busy: Rotation):
    page = open_page(rina, "/my-numbers/")
    page.get_by_role("row", name="Leads that I took").get_by_role("link").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="My numbers").last.click()
    page.get_by_role("link", name="Why not me?", exact=True).click()
    expect(page.locator("h1")).to_have_text("Why not me?")


def test_axe_finds_nothing_on_the_report(open_page: OpenPage, team: Team, year: None):
    for person in (make_ops(), make_manager(team)):
        page = open_page(person, "/reports/survey/", reduced_motion="reduce")
        assert problems(page, ["/reports/survey/", f"/reports/survey/?team={team.pk}"]) == {}
