"""What will the day bring? The sentence, what helps, the leads behind it, and hits and misses (K1, C9)."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import BreachForecast, Queue, RepDay
from routing.models import Rep, TimeOff
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    fill,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
)
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NOW = MORNING.replace(minute=0) + 2 * WEEK  # Monday 10:00 in Jakarta
PAGE = "/reports/forecast/"


@pytest.fixture
def smb(team) -> Queue:
    """Two Mondays on which eight leads came from 10 to 12 and were taken at 13; each may wait for two hours."""
    queue, rep = QueueFactory(name="SMB", slug="smb", team=team, wait_minutes=120), make_rep(team)
    sources = [SourceFactory(slug="cold", name="Cold list"), SourceFactory(slug="web", name="Web")]
    for week in (2, 1):
        for number in range(8):
            make_entry(queue, since=NOW - week * WEEK + number * 15 * MINUTE, source=sources[number % 2])
        for _number in range(8):
            take_next(queue, by=rep, at=NOW - week * WEEK + 3 * HOUR)
    fill(queue, 3, since=NOW - HOUR, source=sources[1])
    fill(queue, 2, since=NOW - 3 * HOUR, source=sources[1])
    count_figures(at=NOW, patience=60)
    return queue


def words(client: Client, address: str = PAGE) -> str:
    return plain_words(client.get(address).content.decode())


def test_the_sentence_says_how_many_breach_and_what_prevents_it(client, team, smb):
    """Three at 11:00; of the eight that come until 12:00 and may wait for two hours three more, because from 12:00 on
    the overdue ones are taken first, at most eight an hour."""
    client.force_login(make_manager(team))
    page = words(client)
    assert "At this pace 6 leads breach their longest wait by 18:00" in page
    assert "What would help SMB with its 6: 3 more reps prevent 3, pausing Cold list prevents 2." in page
    assert "How good it is shows as soon as the first forecast is over." in page


def test_the_leads_behind_a_figure_are_as_many(client, team, smb):
    client.force_login(make_manager(team))
    rows = list(csv.DictReader(io.StringIO(client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig"))))
    row = next(row for row in rows if row.get("Queue") == "SMB")
    assert (row["Overdue now"], row["Limit ends by then"], row["Will breach"]) == ("2", "3", "6")
    for figure, count in (("forecast_overdue", 2), ("forecast_due", 3)):
        page = words(client, f"/reports/leads/?figure={figure}&by=queue&value={smb.pk}")
        assert f"{count} leads" in page
        assert client.get(f"/reports/leads/?figure={figure}&by=queue&value=abc").status_code == 404


def test_hits_and_misses_of_this_hour_are_shown(client, team, smb):
    for days, expected, happened in ((1, 5, 5), (2, 5, 20), (3, 4, None)):
        made = NOW - days * DAY
        BreachForecast.objects.create(
            queue=smb, made_at=made, until_at=made + 8 * HOUR, expected=expected, least=4, most=6, happened=happened
        )
    client.force_login(make_manager(team))
    page = words(client)
    assert "Of 2 earlier days 1 came true." in page
    assert "All together the forecast was 60 % off." in page.replace("\u00a0", " ")
    assert "missed" in page and "not over" in page


def test_another_team_and_a_new_installation_have_no_forecast(client, smb):
    client.force_login(make_manager(TeamFactory(name="Bali")))
    assert "There is no forecast yet" in words(client)
    client.force_login(make_rep())
    assert client.get(PAGE).status_code == 403
    client.force_login(make_ops())
    assert "At this pace 6 leads" in words(client)
    assert client.get(f"{PAGE}?queue={smb.pk}9").status_code in (400, 404)


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_asks_as_much_for_three_queues_as_for_one(client, team, smb, more, django_assert_max_num_queries):
    for _number in range(more):
        fill(QueueFactory(team=team), 2, since=NOW - HOUR)
    count_figures(at=NOW, patience=60)
    client.force_login(make_manager(team))
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        client.get(PAGE)


def test_who_is_away_is_said_and_leaves_more_to_breach(client, team, smb):
    rep = Rep.objects.filter(user__in=RepDay.objects.values("rep")).get()
    TimeOff.objects.create(rep=rep, kind="leave", starts_at=NOW - DAY, ends_at=NOW + DAY)
    client.force_login(make_manager(team))
    page = words(client)
    assert "At this pace 10 leads breach their longest wait by 18:00" in page
    assert "Away, of those who usually take the leads: SMB 100 %." in page
