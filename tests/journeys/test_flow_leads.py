"""The leads behind the means and shares of Flow: capture to owner, the hours of the week, conversion (B7, F12, E10)."""

import csv
import io
import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dashboards.queries.flow import all_queues, week_heat
from leads.actions.source_value import count_conversions
from leads.models import Capture, Source
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve_waiting
from queues.actions.entries.placement import place_leads
from queues.models import EntryRule
from routing.actions.closing import close_held_lead
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    fill,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = MORNING + 15 * DAY + 20 * MINUTE


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(NOW, tick=False)


def addresses(client: Client, key: str) -> list[tuple[str, str]]:
    """The lists of one figure on Flow: the text of each link, and its address."""
    html = client.get("/flow/").content.decode()
    found = re.findall(r'<a[^>]*href="(/reports/leads/[^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return [(plain_words(text), unescape(href)) for href, text in found if f"figure={key}" in href]


def listed(client: Client, address: str) -> tuple[int, str]:
    page = client.get(address)
    assert page.status_code == 200
    return page.context["count"], plain_words(page.content.decode())


def file_of(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"{address}&format=csv").content.decode("utf-8-sig"))))


def test_the_leads_that_found_an_owner_are_those_that_were_measured(client):
    client.force_login(make_ops())
    queue = QueueFactory(slug="push", dispatch="push", rotation=make_rotation(make_rep()))
    EntryRule.objects.create(name="All", position=1, outcome="queue", queue=queue)
    for seconds in (2, 40, 90):
        came = NOW - HOUR - seconds * SECOND
        lead = make_lead(at=came)
        Capture.objects.create(channel="api", received_at=came, fingerprint="x", state="made", lead=lead)
        place_leads([lead], at=NOW - HOUR)
        serve_waiting(at=NOW - HOUR)
    address = dict(addresses(client, "board_speed"))["3"]
    assert listed(client, address)[0] == 3
    assert sorted(line["After"] for line in file_of(client, address)) == ["0:00:02", "0:00:40", "0:01:30"]


def test_each_hour_of_the_week_opens_who_waited_at_its_end(client):
    client.force_login(make_ops())
    queue, rep = QueueFactory(slug="smb"), make_rep()
    for weeks in (2, 1):
        fill(queue, 2, since=NOW - weeks * 7 * DAY)
        take_next(queue, by=rep, at=NOW - weeks * 7 * DAY + 3 * HOUR)
    heat = week_heat(all_queues(), at=NOW, tz=JAKARTA)
    found = {address.rpartition("=")[2]: (text, address) for text, address in addresses(client, "board_heat")}
    known = [cell for row in heat.rows for cell in row if cell.mean is not None]
    assert set(found) == {f"{cell.weekday}-{cell.hour}" for cell in known}
    for cell in (heat.cell(NOW.astimezone(JAKARTA)), heat.peak, known[50]):
        text, address = found[f"{cell.weekday}-{cell.hour}"]
        waited = [int(line["Weeks"]) for line in file_of(client, address)]
        count, words = listed(client, address)
        assert (count, text) == (len(waited), f"{cell.mean:.1f}")
        assert sum(waited) == round(cell.mean * cell.weeks)
        assert f"{sum(waited)} waited" in words


def test_what_converted_opens_all_that_was_counted(client):
    client.force_login(make_ops())
    rep, queue = make_rep(), QueueFactory(slug="smb")
    sources = [SourceFactory(slug=slug, name=slug.title()) for slug in ("web", "cold")]
    for number in range(4):
        make_entry(queue, since=NOW - 3 * HOUR, source=sources[number // 3])
        held = take_next(queue, by=rep, at=NOW - 2 * HOUR)
        if number % 2:
            close_held_lead(held, stage="won", by=rep, at=NOW - HOUR)
    count_conversions(at=NOW)
    shown = dict(addresses(client, "board_converted"))
    for source in Source.objects.filter(slug__in=("web", "cold")):
        address = shown[{"web": "33 %", "cold": "100 %"}[source.slug]]
        count, words = listed(client, address)
        assert count == source.conversions_of
        assert f"{source.conversions} of {source.conversions_of} converted. Of" in words
        won = [line["Converted"] for line in file_of(client, address)].count("True")
        assert won == source.conversions
    assert listed(client, shown["50 %"])[0] == 4


def test_leads_that_changed_since_they_were_counted_are_marked(client, time_machine):
    client.force_login(make_ops())
    rep, queue, web = make_rep(), QueueFactory(slug="smb"), SourceFactory(slug="web", name="Web")
    make_entry(queue, since=NOW - 2 * DAY, source=web)
    held = take_next(queue, by=rep, at=NOW - DAY)
    count_conversions(at=NOW)
    close_held_lead(held, stage="won", by=rep, at=NOW + HOUR)
    time_machine.move_to(NOW + 2 * HOUR, tick=False)
    address = f"/reports/leads/?figure=board_converted&by=source&value={web.pk}"
    count, words = listed(client, address)
    assert count == 1
    assert "0 of 1 converted. The stage of 1 lead has changed since." in words
    assert [line["Changed since"] for line in file_of(client, address)] == ["True"]


UNKNOWN = ("board_heat&by=hour&value=7-1", "board_heat&by=hour&value=x", "board_heat", "board_converted")


def test_only_sales_ops_open_the_lists_of_flow(client, team):
    source = SourceFactory(slug="web")
    count_conversions(at=NOW)
    lists = ("board_speed", "board_heat&by=hour&value=0-9", f"board_converted&by=source&value={source.pk}")

    def answers(figures: tuple[str, ...]) -> list[int]:
        return [client.get(f"/reports/leads/?figure={each}").status_code for each in figures]

    client.force_login(make_ops())
    assert (answers(lists), answers(UNKNOWN)) == ([200] * 3, [404] * 4)
    client.force_login(make_manager(team))
    assert answers(lists) == [404] * 3
