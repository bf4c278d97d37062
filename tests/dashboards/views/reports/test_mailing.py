"""A report every Monday by mail: asked for and ended on its page, with the figures of the page (E10, C9)."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from dashboards.tasks import mail_reports
from queues.actions.claims.take import take_next
from queues.actions.figures.mailing import MOST
from queues.actions.figures.sweep import count_figures
from queues.models import MailedReport, Queue
from routing.actions.words.sending import send_words
from routing.actions.words.spreading import spread_words
from routing.models import Notification, Reach
from routing.presenters.words import compose
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_ops, make_rep
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 3 * DAY  # Thursday 10:42 in Jakarta
MONDAY = MORNING.replace(hour=0, minute=0) + 7 * DAY  # 7:00 in Jakarta
PAGE = "/reports/waits/"


@pytest.fixture
def smb(team, rina) -> Queue:
    queue = QueueFactory(team=team, name="SMB", slug="smb")
    for _number in range(2):
        make_entry(queue, since=NOW - 3 * HOUR)
    take_next(queue, by=rina, at=NOW - HOUR)
    take_next(queue, by=rina, at=NOW)
    return queue


def ask(client: Client, query: str = "?period=7d", slug: str = "waits") -> str:
    answer = client.post(f"/reports/{slug}/mail/{query}", follow=True)
    return plain_words(answer.content.decode())


def on(monday, time_machine) -> int:
    time_machine.move_to(monday, tick=False)
    count_figures(at=monday, patience=60)
    spread_words(at=monday)  # the first run of an installation tells nothing
    return mail_reports()


def letters(at) -> list[mail.EmailMessage]:
    spread_words(at=at)
    send_words(at=at + MINUTE, compose=compose)
    return mail.outbox


def test_one_press_brings_the_figures_of_the_page_every_monday(client, manager, smb, time_machine):
    assert "You get this report every Monday, with the days up to Sunday." in ask(client)
    for page in (f"{PAGE}?period=7d", "/reports/losses/", "/reports/mail/"):
        words = plain_words(client.get(page).content.decode())
        assert "By mail every Monday How long do leads wait? 7 days End" in words, page

    assert on(MONDAY - MINUTE, time_machine) == 0
    assert (on(MONDAY, time_machine), on(MONDAY + 15 * MINUTE, time_machine)) == (1, 0)
    (letter,) = letters(MONDAY + 16 * MINUTE)
    body = letter.body.replace("\u00a0", " ")
    assert (letter.to, letter.subject) == ([manager.email], "How long do leads wait?")
    assert "How long do leads wait? · 16 Nov – 22 Nov 2026" in body
    assert "Leads waited 2 h 30 min on average" in body and "What Mean counts" not in body
    assert re.search(r"By queue:\n- SMB: .*Claimed 2; .*Mean 2 h 30", body)
    link = re.search(r"(/reports/waits/\S+)", body)[1]
    assert link == f"{PAGE}?period=2026-11-16..2026-11-22"
    assert "Leads waited 2 h 30 min on average" in plain_words(client.get(link).content.decode()).replace("\u2060", "")
    assert on(MONDAY + 7 * DAY, time_machine) == 1


def test_a_report_is_ended_where_it_is_listed_and_by_its_reader_only(client, manager, smb, time_machine):
    ask(client)
    mailed = MailedReport.objects.get()
    client.force_login(make_manager(TeamFactory()))
    assert client.post(f"/reports/mail/{mailed.pk}/end/").status_code == 404
    client.force_login(manager)
    answer = client.post(f"/reports/mail/{mailed.pk}/end/", follow=True)
    assert "This report no longer comes by mail." in plain_words(answer.content.decode())
    assert "You get no report by mail." in client.get("/reports/mail/").content.decode()
    assert (on(MONDAY, time_machine), Notification.objects.filter(kind="report").count()) == (0, 0)


@pytest.mark.parametrize(
    "query", ["?period=today", "?period=2026-10", "?period=2026-11-01..2026-11-05", "?queue=99999"]
)
def test_days_that_do_not_move_along_and_unknown_filters_are_not_mailed(client, manager, query):
    assert "Every Monday by mail" not in client.get(PAGE + query).content.decode()
    assert "needs a period up to today" in ask(client, query)
    assert not MailedReport.objects.exists()


def test_the_same_report_is_asked_for_once_and_no_more_than_twenty(client, manager, team):
    for _time in range(2):
        ask(client)
    assert MailedReport.objects.count() == 1
    queues = [QueueFactory(team=team) for _number in range(MOST)]
    for queue in queues[:-1]:
        ask(client, f"?queue={queue.pk}")
    assert "You get 20 reports already. End one of them first." in ask(client, f"?queue={queues[-1].pk}")
    assert MailedReport.objects.count() == MOST


def test_quiet_hours_and_channels_are_kept(client, manager, smb, time_machine):
    Reach.objects.create(user=manager, quiet_from="22:00", quiet_to="08:30")
    ask(client)
    on(MONDAY, time_machine)
    assert letters(MONDAY + MINUTE) == []
    send_words(at=MONDAY + 91 * MINUTE, compose=compose)
    assert [letter.subject for letter in mail.outbox] == ["How long do leads wait?"]


def test_who_may_no_longer_see_it_gets_nothing_and_a_filter_that_is_gone_is_said(
    client, manager, team, smb, time_machine
):
    ask(client, f"?queue={smb.pk}")
    ops = make_ops()
    client.force_login(ops)
    ask(client, slug="losses")
    ops.groups.clear()
    TeamFactory().managers.add(manager)
    smb.team.managers.remove(manager)
    assert on(MONDAY, time_machine) == 1
    row = Notification.objects.get(kind="report")
    assert (row.user, "A filter of this report is no longer there" in row.details["says"]) == (manager, True)
    assert set(MailedReport.objects.values_list("told_week", flat=True)) == {date(2026, 11, 16)}


@pytest.mark.parametrize(
    "slug", ["waits", "contact", "outcomes", "losses", "goals", "patterns", "forecast", "radar", "survey"]
)
def test_every_question_can_be_mailed(client, manager, smb, time_machine, slug):
    ask(client, slug=slug)
    assert on(MONDAY, time_machine) == 1
    details = Notification.objects.get(kind="report").details
    assert details["title"] and details["says"]
    assert "<" not in details["says"] and "What " not in details["says"].split(". ")[0]
    assert client.get(f"/reports/{slug}/?{details['query']}").status_code == 200


def test_reps_get_no_reports(client, smb):
    client.force_login(make_rep())
    assert client.post("/reports/waits/mail/").status_code == 403
    assert client.post("/reports/mail/1/end/").status_code == 403
