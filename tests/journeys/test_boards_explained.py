"""Every figure of a board has its "?", and the leads that it opens are as many as it counts (E10)."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from leads.actions.source_value import count_conversions
from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import Queue
from routing.actions.act_undo import undo_act
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.actions.rotation.turns import TurnRequest, take_turns
from routing.models import Team
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
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
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
NOW = MORNING + 9 * DAY + 17 * MINUTE
NO_FIGURE = {"Queue", "Company", "Source", "Why this place", "What the clock does next", "Rep", "Act", "Open", "Lead"}
NO_FIGURE |= {"Holder", "Then", "Member", "Bars", "Untouched for", "Next cleanup", "24 hours"}


@pytest.fixture
def team() -> Team:
    return TeamFactory(name="Jakarta")


@pytest.fixture
def queue(request, team: Team, time_machine) -> Queue:
    """Nine days of two queues, two sources and two reps; a third queue is off and still holds a lead."""
    time_machine.move_to(NOW, tick=False)
    queues = [QueueFactory(name=name, slug=name.lower(), team=team, wait_minutes=240) for name in ("SMB", "Hot")]
    reps = [make_rep(team, first_name=name, last_name="H") for name in ("Rina", "Budi")]
    sources = [SourceFactory(slug="web", name="Web"), SourceFactory(slug="cold", name="Cold list")]
    for step in range(14):
        at = NOW - 9 * DAY + step * 16 * HOUR
        queue, rep = queues[step % 2], reps[step % 3 // 2]
        fill(queue, 3, since=at, source=sources[step // 2 % 2])
        held = [take_next(queue, by=rep, at=at + place * HOUR + 40 * MINUTE) for place in range(2 + step % 2)]
        log_contact(held[0], kind="call", outcome="reached", note="", by=rep, at=at + 90 * MINUTE)
        if step % 4 == 1:
            return_lead(held[-1], reason="no_capacity", note="", by=rep, at=at + 5 * HOUR)
    off = QueueFactory(name="Off", slug="off", team=team)
    make_entry(off, since=NOW - HOUR)
    Queue.objects.filter(pk=off.pk).update(is_active=False)
    if getattr(request, "param", True):
        count_figures(at=NOW - 2 * MINUTE, patience=60)
    log_contact(held[1], kind="call", outcome="reached", note="", by=rep, at=NOW - MINUTE)
    wrong = log_contact(held[0], kind="call", outcome="reached", note="", by=rep, at=NOW - MINUTE)
    undo_act(wrong, by=rep, at=NOW - MINUTE)
    return queues[0]


def heads(html: str) -> Iterator[tuple[str, str]]:
    """The name of each column of tables, and of each line of facts and cards, with its markup."""
    for cell in re.findall(r"<th [^>]*scope=\"col\"[^>]*>.*?</th>|<dt>.*?</dt>", measured(html), re.DOTALL):
        name = plain_words(re.sub(r"<details.*?</details>", "", cell, flags=re.DOTALL))
        yield name.replace("&nbsp;", " ").rstrip(" ↑↓"), cell
    for card in re.findall(r'<div class="al-card">(.*?)<p class="fig">', html, re.DOTALL):
        yield plain_words(re.sub(r"<details.*?</details>", "", card, flags=re.DOTALL)), card


def measured(html: str) -> str:
    """Without the settings of a queue, and the hours of the week, which the map explains."""
    return re.sub(r"<h3>Settings.*?</dl>|<details class=\"al-body al-hours\">.*?</table>", "", html, flags=re.DOTALL)


def unexplained(html: str) -> list[str]:
    return [name for name, cell in heads(html) if name not in NO_FIGURE and 'class="al-q"' not in cell]


def lists(html: str) -> list[tuple[str, str]]:
    """(text, address) of each figure that opens its leads; without the 168 hours of the week (test_flow_leads.py)."""
    found = re.findall(r'<a[^>]*href="(/reports/leads/[^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    shown = [(text, address) for address, text in found if "The leads behind" not in text]
    return [(plain_words(text), unescape(address)) for text, address in shown if "board_heat" not in address]


def behind(client: Client, address: str) -> tuple[int, str]:
    """How many leads the list has, and what it says of them."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    words = plain_words(answer.content.decode())
    count = re.search(r"([\d ]+) leads?\.", words)
    assert count, words[:500]
    return int(count.group(1).replace(" ", "")), words


def differing(client: Client, html: str) -> list[tuple[str, int, str]]:
    """Figures whose list does not add up to them."""
    wrong = []
    for text, address in lists(html):
        count, words = behind(client, address)
        if not adds_up(text, address, count, words):
            wrong.append((text, count, address))
    return wrong


def adds_up(text: str, address: str, count: int, words: str) -> bool:
    number = re.match(r"[\d.]+", text)
    if "board_rate" in address or "board_today" in address:
        part, whole = map(
            int, re.search(r"(\d+) of (\d+) (?:claimed within 24 hours|within the limit)", words).groups()
        )
        return whole == count and abs(100 * part / whole - float(number.group())) <= 0.5
    if "board_claims" in address:
        return abs(count / 7 - float(number.group())) <= 0.05
    if "board_converted" in address:
        part, whole = map(int, re.search(r"(\d+) of (\d+) converted\.", words).groups())
        return whole == count and abs(100 * part / whole - float(number.group())) <= 0.5
    if "board_in_time" in address or "board_share" in address:
        part, whole = map(int, re.search(r"(\d+) of (\d+) (?:in time|contacted)\.", words).groups())
        return whole == count and abs(100 * part / whole - float(number.group())) <= 0.5
    if "contact_" in address:
        return count > 0
    return number is not None and int(number.group()) == count


COUNTED = pytest.mark.parametrize("queue", [True, False], indirect=True, ids=["counted", "not counted yet"])


@COUNTED
def test_boards_of_a_manager_explain_every_figure_and_open_its_leads(client, queue, team):
    client.force_login(make_manager(team))
    for path in ("/queues/", "/queues/smb/", "/team/", "/escalations/"):
        html = client.get(path).content.decode()
        assert unexplained(html) == [], path
        assert differing(client, html) == [], path


@COUNTED
def test_flow_explains_every_figure_and_opens_its_leads(client, queue):
    count_conversions(at=NOW)
    client.force_login(make_ops())
    for span in ("24h", "7d", "30d"):
        html = client.get(f"/flow/?range={span}").content.decode()
        assert unexplained(html) == [], span
        assert len(lists(html)) > 15
        assert differing(client, html) == [], span


def test_the_figures_of_queues_and_team_all_open_a_list(client, queue, team):
    client.force_login(make_manager(team))
    keys = {
        path: {
            re.search(r"figure=(\w+)", address).group(1) for _text, address in lists(client.get(path).content.decode())
        }
        for path in ("/queues/", "/queues/smb/", "/team/")
    }
    windows = {"board_claims", "board_rate", "board_came", "board_claimed"}
    assert keys == {
        "/queues/": windows | {"board_waiting", "board_today"},
        "/queues/smb/": windows | {"board_late"},
        "/team/": {
            "board_open",
            "board_silent",
            "board_taken",
            "board_contacted",
            "contact_median",
            "board_in_time",
            "board_share",
        },
    }


def test_a_list_opened_later_has_what_the_board_counted(client, queue, team, time_machine):
    client.force_login(make_manager(team))
    html = client.get("/queues/").content.decode()
    windows = [(text, address) for text, address in lists(html) if "until=" in address]
    counts = [behind(client, address)[0] for _text, address in windows]
    fill(queue, 2, since=NOW + MINUTE)
    take_next(queue, by=make_rep(team), at=NOW + 2 * MINUTE)
    time_machine.move_to(NOW + 3 * HOUR, tick=False)
    assert [behind(client, address)[0] for _text, address in windows] == counts
    assert len(windows) == 9


UNKNOWN = (
    "figure=board_came&since=nonsense",
    "figure=board_came&until=99999999999999999999",
    "figure=board_came&since=1900000000000000&until=1800000000000000",
    "figure=board_came&by=queue&value=987654",
    "figure=board_came&by=rep&value=1",
    "figure=board_open&by=rep&value=987654",
    "figure=board_open&by=queue&value=1",
    "figure=fairness_leads&by=turns&value=987654-1",
    "figure=fairness_leads",
)


def test_a_list_that_cannot_be_is_not_found(client, team):
    client.force_login(make_manager(team))
    found = {query: client.get(f"/reports/leads/?{query}").status_code for query in UNKNOWN}
    assert found == dict.fromkeys(UNKNOWN, 404)


def test_the_leads_of_another_team_stay_closed(client, queue, team):
    other = TeamFactory(name="Bandung")
    client.force_login(make_manager(other))
    assert client.get(f"/reports/leads/?figure=board_came&by=queue&value={queue.pk}").status_code == 404
    rep = make_rep(other)
    client.force_login(make_manager(team))
    assert client.get(f"/reports/leads/?figure=board_open&by=rep&value={rep.pk}").status_code == 404
    client.force_login(rep)
    assert client.get("/reports/leads/?figure=board_came").status_code == 403


def test_the_list_goes_back_to_its_board_and_comes_as_a_file(client, queue, team):
    client.force_login(make_manager(team))
    html = client.get("/queues/").content.decode()
    address = next(
        address for text, address in lists(html) if "board_rate" in address and f"value={queue.pk}" in address
    )
    count, words = behind(client, address)
    page = client.get(address).content.decode()
    assert 'href="/queues/"' in page
    file = client.get(unescape(re.search(r'href="([^"]*format=csv[^"]*)"', page).group(1)))
    lines = file.content.decode("utf-8-sig").strip().splitlines()
    assert len(lines) == count + 1
    assert lines[0].endswith("Claimed within 24 h")
    client.force_login(make_ops())
    assert 'class="btn btn-quiet" href="/flow/"' in client.get(address).content.decode()


def test_fairness_explains_every_figure_and_opens_the_leads(client, team, time_machine):
    time_machine.move_to(NOW, tick=False)
    reps = [make_rep(team), make_rep(team)]
    rotation = make_rotation(*reps)
    take_turns(rotation, [TurnRequest(make_lead()) for _each in range(5)], at=NOW - HOUR)
    client.force_login(make_ops())
    html = client.get("/fairness/").content.decode()
    assert unexplained(html) == []
    assert sorted(int(text) for text, _address in lists(html)) == [2, 2, 3, 3]
    assert differing(client, html) == []
    client.force_login(reps[0])
    html = client.get("/fairness/").content.decode()
    assert (unexplained(html), lists(html)) == ([], [])
