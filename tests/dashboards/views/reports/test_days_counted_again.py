"""Reports and boards say how many of the days they read are being counted again (E10)."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from dashboards.views.reports.registry import QUESTIONS
from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import FigureState, Queue, StaleDay
from tests.factories import MORNING, QueueFactory, make_entry, make_ops
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = MORNING + 40 * DAY  # a Saturday, 26 December 2026
YESTERDAY, LONG_AGO = (NOW - DAY).date(), (NOW - 200 * DAY).date()
OF_PERIOD = "1 day of this period is being counted again; its figures may still change."
SINCE = "1 day since {} is being counted again; these figures may still change."
SAID = {
    "waits": OF_PERIOD,
    "contact": OF_PERIOD,
    "outcomes": OF_PERIOD,
    "losses": OF_PERIOD,
    "radar": OF_PERIOD,
    "goals": SINCE.format("5 Oct"),  # where its twelve weeks begin
    "patterns": SINCE.format("21 Sep"),
    "forecast": SINCE.format("28 Nov"),
}
BOARDS = {
    "/flow/": SINCE.format("25 Dec"),
    "/flow/?range=30d": SINCE.format("27 Nov"),
    "/queues/": SINCE.format("19 Dec"),
    "/queues/smb/": SINCE.format("19 Dec"),
    "/team/": SINCE.format("28 Oct"),
    "/my-numbers/": SINCE.format("23 Nov"),
}


@pytest.fixture
def smb(team, rina) -> Queue:
    queue = QueueFactory(name="SMB", slug="smb", team=team)
    for days in (28, 14, 2):
        make_entry(queue, since=NOW - days * DAY)
        take_next(queue, by=rina, at=NOW - days * DAY + timedelta(hours=1))
    count_figures(at=NOW, patience=0)
    StaleDay.objects.all().delete()
    StaleDay.objects.create(day=LONG_AGO, marked_at=NOW)
    return queue


def notes(client: Client, page: str) -> list[str]:
    """What the page says of days that are counted again."""
    words = plain_words(client.get(page).content.decode())
    return re.findall(r"\d+ days? (?:of this period|since [\w ]+) (?:is|are) being counted again; [^.]*\.", words)


def test_every_report_of_kept_days_says_which_are_being_counted_again(client, smb):
    client.force_login(make_ops())
    slugs = [question.slug for question in QUESTIONS if question.slug != "survey"]
    assert {slug: notes(client, f"/reports/{slug}/") for slug in slugs} == {slug: [] for slug in slugs}
    StaleDay.objects.create(day=YESTERDAY, marked_at=NOW)
    assert {slug: notes(client, f"/reports/{slug}/") for slug in slugs} == {slug: [SAID[slug]] for slug in slugs}


def test_boards_of_kept_days_say_so_too(client, manager, smb, rina):
    who = dict.fromkeys(BOARDS, make_ops()) | {"/queues/": manager, "/team/": manager, "/my-numbers/": rina}

    def found() -> dict[str, list[str]]:
        answers = {}
        for page, user in who.items():
            client.force_login(user)
            answers[page] = notes(client, page)
        return answers

    assert found() == {page: [] for page in who}
    StaleDay.objects.create(day=YESTERDAY, marked_at=NOW)
    assert found() == {page: [text] for page, text in BOARDS.items()}


def test_days_that_nothing_was_kept_of_are_not_spoken_of(client, smb):
    """Then the leads themselves are counted."""
    client.force_login(make_ops())
    StaleDay.objects.create(day=YESTERDAY, marked_at=NOW)
    FigureState.objects.update(zone="Europe/Berlin")
    assert {slug: notes(client, f"/reports/{slug}/") for slug in SAID} == {slug: [] for slug in SAID}
