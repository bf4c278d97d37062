"""Boards and reports ask the database at most twenty times a page, with all that a page loads by itself (performance).

Asked with one queue, rotation, rep and lead of each kind, and with three: what costs a statement a row shows.
"""

import html
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.worker.heartbeat import record_heartbeat
from dashboards.views.reports.registry import QUESTIONS
from leads.models import Lead, Source
from queues.actions.claims.take import take_next
from queues.actions.figures.mailing import mail_on_mondays
from queues.actions.figures.sweep import count_figures
from queues.models import ContactStep, Queue, TypeLimit
from routing.actions.survey import invite_to_survey
from routing.models import Assignment, Notification, Team, TimeOff
from tests.factories import (
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.factories.crm import make_connection_row, make_crm_link, make_line, make_remote_person

pytestmark = pytest.mark.django_db
MOST = 20
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOADS_ITSELF = re.compile(r'hx-trigger="[^"]*\b(load|revealed|intersect)\b')
ASKS = re.compile(r'\bhx-get="([^"]*)"')
TAG = re.compile(r"<[a-z]+\b[^>]*>")
BOARDS = {
    "manager": ["/queues/", "/queues/pull-0/", "/queues/push-0/", "/escalations/", "/team/", "/fairness/"],
    "ops": [
        "/queues/pull-0/",
        "/queues/push-0/",
        "/flow/",
        "/flow/?range=30d",
        "/flow/?by=source",
        "/flow/?by=queue",
        "/connections/",
    ],
}
MY_NUMBERS = ["/my-numbers/", "/my-numbers/?p=last-week", "/my-numbers/?p=4-weeks"]
FILTERS = ("", "period=90d", "queue={queue}", "team={team}", "source={source}", "type=mql", "rep={rep}")


class Company:
    """A team whose queues, rotations, reps and leads can be made several times."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.team = TeamFactory(name="Jakarta")
        self.people = {"manager": make_manager(self.team), "ops": make_ops()}
        self.rep = make_rep(self.team)
        TypeLimit.objects.create(queue=None, lead_type="mql", wait_minutes=300)
        record_heartbeat(at=self.now)

    def tell(self, number: int) -> None:
        source = SourceFactory(slug=f"s{number}", name=f"Source {number}")
        rep, away = make_rep(self.team), make_rep(self.team)
        TimeOff.objects.create(rep=away.rep, kind="leave", starts_at=self.now - DAY, ends_at=self.now + DAY)
        pull = QueueFactory(slug=f"pull-{number}", name=f"Pull {number}", team=self.team)
        ContactStep.objects.create(queue=pull, position=1, act="tell_manager", after_minutes=30)
        rotation = make_rotation(rep, away, name=f"Rotation {number}")
        fields = {"slug": f"push-{number}", "name": f"Push {number}", "team": self.team}
        push = QueueFactory(**fields, dispatch=Queue.Dispatch.PUSH, rotation=rotation)
        for taken in (True, False):
            for hours in (1, 30, 60):
                make_entry(pull, since=self.now - hours * HOUR, source=source, lead_type="mql")
            if taken:
                for hours in (26, 2):
                    take_next(pull, by=rep, at=self.now - hours * HOUR)
        crm = make_connection_row(account_id=f"a-{number}", at=self.now)
        make_remote_person(crm), make_line(crm, "taken", at=self.now, lead=make_crm_link(crm, made_at=self.now).lead)
        for hours in (1, 30):
            make_entry(push, since=self.now - hours * HOUR, source=source)
        make_lead(stage=Lead.Stage.NURTURE, at=self.now - 9 * DAY, source=source)
        make_lead(stage=Lead.Stage.RECYCLED, at=self.now - 40 * DAY, source=source)
        for person in self.people.values():
            Notification.objects.create(user=person, kind="survey", key=str(number), at=self.now)


@pytest.fixture
def company() -> Company:
    return Company()


def statements(client: Client, page: str) -> int:
    """Of the page and of the parts that it loads by itself."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = answer.content.decode()
        parts = [ASKS.search(tag) for tag in TAG.findall(body) if LOADS_ITSELF.search(tag)]
        for part in filter(None, parts):
            assert client.part_client().get(html.unescape(part.group(1))).status_code == 200
    return len(asked)


def costs(client: Client, user: User, pages: list[str]) -> dict[str, int]:
    client.force_login(user)
    client.get(pages[0])
    return {page: statements(client, page) for page in pages}


@pytest.mark.parametrize("role", BOARDS)
def test_a_board_asks_at_most_twenty_times_and_not_once_more_for_more_rows(client: Client, company: Company, role: str):
    company.tell(0)
    count_figures(at=timezone.now(), patience=60)
    one = costs(client, company.people[role], BOARDS[role])
    company.tell(1)
    company.tell(2)
    count_figures(at=timezone.now(), patience=60)
    three = costs(client, company.people[role], BOARDS[role])
    assert {page: n for page, n in three.items() if n > MOST} == {}
    assert three == one


@pytest.mark.parametrize("role", ["manager", "ops"])
def test_a_report_asks_at_most_twenty_times_with_any_filter(client: Client, company: Company, role: str):
    for number in range(2):
        company.tell(number)
    count_figures(at=timezone.now(), patience=60)
    known = {
        "queue": Queue.objects.get(slug="pull-0").pk,
        "team": Team.objects.get().pk,
        "source": Source.objects.get(slug="s0").pk,
        "rep": company.rep.pk,
    }
    asked = [each.format(**known) for each in FILTERS]
    for query in asked:
        mail_on_mondays("waits", query, by=company.people[role], at=timezone.now())
    pages = [f"/reports/{question.slug}/?{each}" for question in QUESTIONS for each in asked]
    found = costs(client, company.people[role], pages)
    assert {page: n for page, n in found.items() if n > MOST} == {}


def test_my_numbers_ask_at_most_twenty_times_in_any_period(client: Client, company: Company):
    company.tell(0)
    rep = Assignment.objects.earliest("pk").holder
    invite_to_survey(at=timezone.now())
    count_figures(at=timezone.now(), patience=60)
    one = costs(client, rep, MY_NUMBERS)
    company.tell(1)
    count_figures(at=timezone.now(), patience=60)
    assert {page: n for page, n in one.items() if n > MOST} == {}
    assert costs(client, rep, MY_NUMBERS) == one
