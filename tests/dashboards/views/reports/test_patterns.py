"""What keeps coming back? Patterns of a believable history on the page, with leads and acts behind them (E9, E10)."""

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from queues.actions.figures.sweep import count_figures
from queues.models import Entry
from routing.models import Team
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, fill_line, make_ops, make_rotation
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
PAGE = "/reports/patterns/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 10, 19, tzinfo=JAKARTA)  # four whole weeks before MORNING
Waits = Callable[[datetime], timedelta]


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def queue(team):
    return QueueFactory(team=team, name="SMB", slug="smb", position=1)


def history(queue, hours: dict[int, int], *, days=range(5), waits: Waits, weeks: int = 4, start=MONDAY) -> None:
    """So many leads at so many o'clock of these weekdays; each is claimed after its wait, or waits still."""
    moments = [
        start + week * 7 * DAY + day * DAY + hour * HOUR
        for week in range(weeks)
        for day in days
        for hour, count in hours.items()
        for _lead in range(count)
    ]
    entries = fill_line(queue, [(moment, {}) for moment in moments])
    for entry, moment in zip(entries, moments, strict=True):
        entry.entered_at = moment
        left = moment + waits(moment)
        if left < MORNING:
            entry.left_at, entry.left_how = left, Entry.Left.CLAIMED
    Entry.objects.bulk_update(entries, ["entered_at", "left_at", "left_how"])


def rows(client: Client, address: str = PAGE) -> dict[str, tuple[str, ...]]:
    (table,) = client.get(address).context["tables"]
    return {row.name: tuple(cell.text for cell in row.cells) for band in table.bands for row in band.rows}


def hrefs(client: Client, address: str = PAGE) -> dict[str, tuple[str, str]]:
    (table,) = client.get(address).context["tables"]
    return {row.name: (row.cells[2].text, row.cells[2].href) for band in table.bands for row in band.rows}


def count_of(client: Client, address: str) -> str:
    return re.search(r"<strong>([\d\u00a0]+) leads?</strong>", client.get(address).content.decode()).group(1)


def until_evening(moment: datetime) -> timedelta:
    """Claimed within the hour in the morning; what comes in the afternoon waits for the evening, and so does every
    second lead of the morning."""
    is_late = moment.hour >= 12 or moment.hour == 11
    return moment.replace(hour=19) - moment if is_late else timedelta(minutes=30)


def test_a_spike_and_a_stall_are_found_and_told_with_what_to_do(client, as_manager, queue):
    history(queue, {8: 2, 9: 3, 10: 2, 11: 4, 14: 2, 15: 2}, waits=until_evening)
    html = client.get(PAGE).content.decode()
    words = plain_words(html)
    assert "One pattern keeps coming back: morning spike and afternoon stall." in words
    assert (
        "On working days 220 leads came from 8 to 12 and 80 from 13 to 17; 140 and 0 were claimed, in an hour 64 % and "
        "0 % of what waited. Too few people take leads in the peak hours."
    ) in words
    assert 'href="/queues/smb/lend/"' in html
    assert rows(client)["Morning spike and afternoon stall"] == ("4 of 4", "2.8", "55", "found")


def test_a_weekend_without_cover_is_a_monday_backlog(client, as_manager, queue):
    rotation = queue.rotation = make_rotation()
    queue.save()

    def waits(moment: datetime) -> timedelta:
        if moment.weekday() < 5:
            return HOUR
        return (moment + (7 - moment.weekday()) * DAY).replace(hour=12) - moment

    history(queue, {7: 2, 10: 2, 15: 2}, days=range(7), waits=waits)
    html = client.get(PAGE).content.decode()
    words = plain_words(html)
    assert "Monday backlog" in words
    assert (
        "At 8:00 on Mondays 11.0 leads wait on average, on the other working days 2.0. 48 came at weekends, 0 were "
        "claimed then."
    ) in words
    assert f'href="/rotations/{rotation.pk}/"' in html
    assert rows(client)["Monday backlog"][3] == "found"


def test_a_queue_that_is_always_full_is_named_with_its_acts(client, queue):
    client.force_login(make_ops())
    queue.depth_yellow, queue.depth_red = 10, 20
    queue.save()
    QueueFactory(team=queue.team, name="Empty")
    history(queue, {9: 12}, days=[0], waits=lambda moment: 6 * DAY)
    fill(queue, 3)
    page = client.get(PAGE)
    words = plain_words(page.content.decode())
    assert rows(client)["SMB is always full"] == ("4 of 4", "0.9", "3", "found")
    assert (
        "It was above its yellow number or at its limit in 576 of 672 hours of the last 4 weeks; 3 leads wait now."
        in words
    )
    assert hrefs(client)["SMB is always full"][1].endswith(f"figure=pattern_full&by=queue&value={queue.pk}")
    html = page.content.decode()
    assert f'href="/admin/queues/queue/{queue.pk}/change/"' in html and "Pause a source of SMB" in words


def test_managers_are_shown_only_acts_they_may_do(client, as_manager, queue):
    queue.depth_yellow = 10
    queue.save()
    history(queue, {9: 12}, days=[0], waits=lambda moment: 6 * DAY)
    html = client.get(PAGE).content.decode()
    assert "SMB is always full" in html and "/admin/" not in html and "Pause a source" not in html


def test_even_leads_have_no_pattern_and_it_says_so_with_the_numbers(client, as_manager, queue):
    history(queue, dict.fromkeys(range(24), 1), days=range(7), waits=lambda moment: HOUR / 2)
    words = plain_words(client.get(PAGE).content.decode())
    assert "Nothing keeps coming back: 672 leads came in 4 weeks without a pattern." in words
    assert "Not found: Monday backlog" in words
    assert "No queue was full for most of the last 4 weeks; SMB was for 0 of 672 hours." in words
    assert {cells[3] for cells in rows(client).values()} == {"not found", "too short a history"}


def test_a_short_history_finds_nothing_and_says_why(client, as_manager, queue):
    history(queue, {9: 20}, waits=until_evening, weeks=2, start=MONDAY + 14 * DAY)
    words = plain_words(client.get(PAGE).content.decode())
    assert "2 weeks of history are too short to find a pattern; it needs 4 whole weeks." in words
    assert "0 ends of months lie in this history; it needs 2." in words


def test_few_leads_are_too_few(client, as_manager, queue):
    history(queue, {9: 1}, days=[0], waits=lambda moment: HOUR)
    assert rows(client)["Morning spike and afternoon stall"][3] == "too few leads"


def test_every_count_is_the_count_of_the_leads_behind_it(client, as_manager, queue):
    history(
        queue, {7: 1, 9: 3, 12: 1, 14: 2}, days=range(7), weeks=13, start=MONDAY - 63 * DAY, waits=lambda m: 30 * HOUR
    )
    while count_figures(at=MORNING, patience=60) > 1:
        pass
    found = hrefs(client)
    names = ("Morning spike and afternoon stall", "Monday backlog", "Month-end surge")
    assert {name: count_of(client, found[name][1]) for name in names} == {name: found[name][0] for name in names}
    assert [found[name][0] for name in names] == ["15", "8", "21"]


def test_three_maps_of_the_week_are_drawn_with_a_table_behind(client, as_manager, queue):
    history(queue, {9: 3}, days=[1], waits=lambda moment: 2 * HOUR)
    page = client.get(f"{PAGE}?view=came")
    drawn = page.context["picture"].draw()
    assert drawn["says"] == "Mean of 4 weeks by weekday and hour. Most on Tuesday at 09:00, 3.0."
    assert page.content.decode().count("Tue 09:00: 3.0") == 2  # in the picture and in the table
    claimed = client.get(f"{PAGE}?view=claimed").context["picture"].draw()
    waiting = client.get(f"{PAGE}?view=depth").context["picture"].draw()
    assert claimed["says"].endswith("Most on Tuesday at 11:00, 3.0.")
    assert waiting["says"].endswith("Most on Tuesday at 10:00, 3.0.")


def test_hours_are_those_of_the_reader_also_when_the_clock_changes(client, as_manager, team, queue):
    """Berlin leaves summer time on 25 October; 9:00 stays 9:00."""
    berlin = ZoneInfo("Europe/Berlin")
    history(queue, {9: 3}, days=range(5), waits=lambda moment: 2 * HOUR, start=MONDAY.replace(tzinfo=berlin))
    Team.objects.filter(pk=team.pk).update(time_zone="Europe/Berlin")
    client.force_login(as_manager)
    page = client.get(f"{PAGE}?view=came")
    with timezone.override(berlin):
        drawn = page.context["picture"].draw()
    assert {each.hour for row in drawn["map"].rows for each in row if each.mean} == {9}


def test_an_empty_installation_has_a_page(client, as_ops):
    assert "No queue is left by these filters." in plain_words(client.get(PAGE).content.decode())


def test_a_queue_without_history_has_a_page(client, as_manager, queue):
    fill(queue, 1)
    assert "No lead has waited for a whole week yet." in plain_words(client.get(PAGE).content.decode())


def test_queue_and_team_limit_what_is_looked_at(client, queue):
    client.force_login(make_ops())
    elsewhere = QueueFactory(team=TeamFactory(), name="Theirs")
    history(queue, {9: 3}, waits=until_evening)
    history(elsewhere, {15: 5}, waits=until_evening)
    peaks = [
        client.get(f"{PAGE}?view=came{more}").context["picture"].draw()["map"].peak.hour
        for more in ("", f"&queue={queue.pk}", f"&team={queue.team_id}")
    ]
    assert peaks == [15, 9, 9]
    assert [client.get(f"{PAGE}?{query}").status_code for query in ("queue=x", "queue=999999")] == [400, 404]


def test_the_table_can_be_downloaded(client, as_manager, queue):
    history(queue, {9: 3, 15: 1}, waits=until_evening)
    lines = list(csv.reader(io.StringIO(client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig"))))
    assert lines[0] == ["Group", "Pattern", "Shown in", "Times the usual", "Last time", "Verdict"]
    assert lines[1][1:3] + lines[1][4:] == ["Morning spike and afternoon stall", "4 of 4", "15", "found"]


def test_more_queues_cost_no_more_statements(client, as_manager, team):
    counts = []
    for number in (1, 2):
        for _queue in range(number * 2 - 1):
            history(QueueFactory(team=team), {9: 1}, waits=until_evening)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
