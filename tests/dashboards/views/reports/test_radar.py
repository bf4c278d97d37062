"""The radar: what differs from the team in words, the leads behind each figure, who sees whom (K2, C9, E10)."""

import csv
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import pick, take_next
from queues.models import Queue
from routing.actions.assignment import return_lead
from routing.actions.contact import log_contact
from routing.models import RotationMember, Team, TimeOff
from tests.factories import QueueFactory, SourceFactory, make_entry, make_manager, make_ops, make_rep, make_rotation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)  # Monday 10:00 in Jakarta
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
PAGE = "/reports/radar/"


@pytest.fixture
def team() -> Team:
    return Team.objects.create(name="Jakarta", time_zone="Asia/Jakarta")


@pytest.fixture
def queue(team) -> Queue:
    return QueueFactory(team=team, name="Cold calls", slug="cold", picks_within=3, is_reserving=True)


@pytest.fixture
def rina(team):
    return make_rep(team, first_name="Rina", last_name="Hartono", email="rina@alur.example")


@pytest.fixture
def budi(team):
    return make_rep(team, first_name="Budi", last_name="Wijaya")


@pytest.fixture
def ayu(client: Client, team):
    manager = make_manager(team)
    client.force_login(manager)
    return manager


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ")).strip()


def answer_of(client: Client, query: str = "") -> str:
    page = client.get(PAGE + query)
    assert page.status_code == 200
    return page.content.decode()


def said(html: str) -> str:
    """The answer in words, without the tables."""
    return plain(html[html.index('<div class="al-answer">') :].split("<table")[0])


def links(html: str) -> list[tuple[int, str]]:
    """Each number that opens a list of leads: the number, and the address."""
    found = re.findall(r'<a[^>]* href="(/reports/leads/\?[^"]*)">(.*?)</a>', html, re.S)
    numbers = [(re.match(r"[\d\u00a0]+", plain(text)), href.replace("&amp;", "&")) for href, text in found]
    return [(int(text.group()), href) for text, href in numbers if text]


def give_back(queue: Queue, rep, count: int, of: int, *, reason: str = "not_my_type", **lead) -> None:
    for number in range(of):
        make_entry(queue, since=NOW - 3 * DAY, **lead)
        held = take_next(queue, by=rep, at=NOW - 2 * DAY)
        if number < count:
            return_lead(held, reason=reason, note="", by=rep, at=NOW - DAY)
            queue.entries.waiting().delete()
        else:
            log_contact(held, kind="call", outcome="reached", note="", by=rep, at=NOW - DAY)


def test_a_rep_who_gives_back_one_source_is_named_with_facts_and_next_steps(client, ayu, rina, budi, queue):
    cold = SourceFactory(slug="cold", name="Cold list")
    give_back(queue, rina, 12, 20, source=cold)
    give_back(queue, budi, 2, 20, source=cold)
    html = answer_of(client)
    says = said(html)
    assert says.startswith("1 of 2 reps works clearly differently from the team, counted over 30 days.")
    assert "Gave back 12 of 20 leads of the source Cold list (60 %)." in says
    assert "The others of the team: 10 %. In the period before: n/a." in says
    assert "Gave back 12 of 20 leads with the reason “Not my type of lead” (60 %)." in says
    assert "The leads may not fit what the rep sells" in says
    assert 'href="mailto:rina@alur.example"' in html
    assert re.search(rf'<h2>\s*<a href="{PAGE}\?rep={rina.pk}">Rina Hartono</a>', html)


def test_nothing_unusual_is_said_when_nobody_differs(client, ayu, rina, budi, queue):
    give_back(queue, rina, 2, 20)
    give_back(queue, budi, 2, 20)
    says = "Nothing unusual: none of 2 reps differs clearly from the team, counted over 30 days."
    assert said(answer_of(client)).startswith(says)
    one = said(answer_of(client, f"?rep={rina.pk}"))
    says = "Nothing unusual: no figure of Rina Hartono differs clearly from the team, counted over 30 days."
    assert one.startswith(says)


def test_every_number_opens_a_list_of_as_many_leads(client, ayu, rina, budi, queue):
    cold = SourceFactory(slug="cold", name="Cold list")
    give_back(queue, rina, 12, 20, source=cold)
    give_back(queue, budi, 2, 20, source=cold, reason="duplicate")
    entries = [make_entry(queue, since=NOW - 4 * DAY + number * SECOND) for number in range(5)]
    for entry in entries[:3]:
        reserve(entry, by=rina, at=NOW - 3 * DAY)
    pick(entries[1], by=rina, at=NOW - 3 * DAY + 61 * SECOND)
    friday = take_next(queue, by=rina, at=datetime(2026, 11, 27, 9, tzinfo=UTC))
    log_contact(friday, kind="call", outcome="reached", note="", by=rina, at=NOW - SECOND)
    quick = take_next(queue, by=rina, at=NOW - 10 * DAY)
    log_contact(quick, kind="call", outcome="reached", note="", by=rina, at=NOW - 10 * DAY + SECOND)
    found = links(answer_of(client)) + links(answer_of(client, f"?rep={rina.pk}"))
    opened = [(number, client.get(href).context["count"]) for number, href in found]
    assert len(opened) > 25
    assert [each for each in opened if each[0] != each[1]] == []
    numbers = {href.partition("figure=")[2]: number for number, href in links(answer_of(client, f"?rep={rina.pk}"))}
    assert {key: numbers[f"radar_{key}"] for key in ("took", "decided", "picked", "friday", "quick", "silent")} == {
        "took": 3, "decided": 3, "picked": 1, "friday": 1, "quick": 1, "silent": 1,
    }  # fmt: skip


def test_the_file_has_every_figure_of_every_rep(client, ayu, rina, budi, queue):
    cold = SourceFactory(slug="cold", name="Cold list")
    give_back(queue, rina, 12, 20, source=cold)
    give_back(queue, budi, 2, 20, source=cold)
    text = client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert ["Jakarta", "Rina Hartono", "Gave back", "Cold list", "12", "20", "0.6", "0.1", "", "differs clearly"] in [
        [*row[:8], "" if row[8] == "n/a" else row[8], row[9]] for row in rows if len(row) == 10
    ]


def test_what_may_explain_it_and_blind_mode_for_the_queue(client, team, rina, budi, queue):
    client.force_login(make_ops())
    TimeOff.objects.create(rep=rina.rep, kind="leave", starts_at=NOW - 5 * DAY, ends_at=NOW - 3 * DAY)
    TimeOff.objects.create(rep=rina.rep, kind="sick", starts_at=NOW - 4 * DAY, ends_at=NOW - 3 * DAY)
    rina.rep.joined_on = date(2026, 11, 2)
    rina.rep.save(update_fields=["joined_on"])
    make_rotation(rina, name="SMB rotation")
    RotationMember.objects.update(ramp_percent=50)
    for person, picked in ((rina, 8), (budi, 0)):
        for number in range(12):
            first, second = (make_entry(queue, since=NOW - 6 * DAY + step * SECOND) for step in range(2))
            held = pick(second if number < picked else first, by=person, at=NOW - 6 * DAY + 2 * SECOND)
            log_contact(held, kind="call", outcome="reached", note="", by=person, at=NOW - 5 * DAY)
            queue.entries.waiting().delete()
    html = answer_of(client)
    says = said(html)
    assert "Picked 8 of 12 leads from behind the first place (67 %), past 8 leads in all." in says
    assert "Away on 2 days of the period. New: joined on 2 Nov 2026." in says
    assert "On a ramp: 50 % of a full share of SMB rotation." in says
    blind = f'href="/admin/queues/queue/{queue.pk}/change/">Consider blind mode for Cold calls</a>'
    assert blind in html
    client.force_login(make_manager(team))
    assert 'href="/queues/cold/">Consider blind mode for Cold calls</a>' in answer_of(client)


def test_looked_at_says_what_became_of_it(client, ayu, rina, budi, queue):
    for number in range(3):
        entry = make_entry(queue, since=NOW - 4 * DAY + number * SECOND)
        reserve(entry, by=rina, at=NOW - 3 * DAY)
    pick(entry, by=rina, at=NOW - 3 * DAY)
    take_next(queue, by=budi, at=NOW - DAY)
    says = said(answer_of(client, f"?rep={rina.pk}"))
    assert "Looked closer at 3 waiting leads and took 1 of them; others took 1 of the rest" in says
    answer = client.get(f"/reports/leads/?figure=radar_looked&rep={rina.pk}")
    listed = plain(answer.content.decode().split("<table")[1])
    assert answer.context["count"] == 3
    assert [words in listed for words in ("taken by the rep", "taken by somebody else", "still waits")] == [True] * 3
    assert "Budi" not in listed


def test_a_manager_sees_the_own_teams_and_sales_ops_all(client, ayu, rina):
    elsewhere = Team.objects.create(name="Surabaya")
    stranger = make_rep(elsewhere, first_name="Sari", last_name="Dewi")
    nobody = make_rep(first_name="Tono", last_name="Solo")
    assert ["Sari" in answer_of(client), client.get(f"{PAGE}?rep={stranger.pk}").status_code] == [False, 404]
    assert client.get(f"{PAGE}?team={elsewhere.pk}").status_code == 404
    leads = client.get(f"/reports/leads/?figure=radar_received&rep={stranger.pk}")
    assert leads.status_code == 404
    client.force_login(make_ops())
    html = answer_of(client)
    assert [name in html for name in ("Rina Hartono", "Sari Dewi", "Tono Solo", "Without a team")] == [True] * 4
    html = answer_of(client, f"?team={elsewhere.pk}")
    assert [name in html.split("<table")[1] for name in ("Rina Hartono", "Sari Dewi", "Tono Solo")] == [
        False, True, False,
    ]  # fmt: skip
    assert nobody.rep.teams.count() == 0


def test_a_rep_never_opens_the_radar(client, rina):
    client.force_login(rina)
    answers = [client.get(PAGE), client.get("/reports/leads/?figure=radar_received"), client.get(f"{PAGE}?format=csv")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("?period=7d", 200, "7 days"),
        ("?period=90d", 200, "90 days"),
        ("?from=2026-01-01&to=2026-06-30", 200, "The radar looks at 92 days at most."),
        ("?period=soon", 400, "This is no period"),
        ("?rep=999999", 404, "Nobody of your teams has this number."),
    ],
)
def test_periods_and_what_cannot_be_used(client, ayu, rina, query, status, words):
    answer = client.get(PAGE + query)
    assert (answer.status_code, words in plain(answer.content.decode())) == (status, True)


@pytest.mark.parametrize("group", ["by=source&value=x", "by=reason&value=none", "by=queue&value=1", "by=rep&value=1"])
def test_an_unknown_part_of_a_figure_is_not_found(client, ayu, rina, group):
    assert client.get(f"/reports/leads/?figure=radar_returned&{group}").status_code == 404


def test_a_team_without_people_says_so(client, ayu):
    assert "Nobody works in these teams." in answer_of(client)


def test_someone_of_another_own_team_is_not_in_this_one(client, ayu, team, rina):
    other = Team.objects.create(name="Bandung")
    other.managers.add(ayu)
    make_rep(other)
    says = plain(answer_of(client, f"?team={other.pk}&rep={rina.pk}"))
    assert "This person works in none of these teams now." in says


def test_the_statements_of_the_page_do_not_grow(client, ayu, team, queue):
    needed = []
    for _more in range(2):
        for _time in range(2):
            rep = make_rep(team)
            give_back(queue, rep, 1, 2)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        needed.append(len(asked))
    assert needed[0] == needed[1] <= 20
