"""The manager's queues: the numbers of each, the page, one row in place, the whole line, the files (C7, E3-E8)."""

import csv
from datetime import timedelta
from fractions import Fraction
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.queries import health
from queues.actions.claims.take import take_next
from queues.actions.figures.sweep import count_figures
from queues.models import Entry, Queue
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_ops, make_rep
from tests.markup import markup

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
MIDNIGHT = MORNING - timedelta(hours=10, minutes=42)  # of Jakarta


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def mql(team) -> Queue:
    return QueueFactory(name="MQL", slug="mql", team=team, position=1, wait_minutes=600)


def health_of(queue: Queue):
    return health.queue_health([queue], at=MORNING)[0]


def claimed(queue: Queue, *, since, after, by) -> Entry:
    """A lead that came in when nobody else waited, and was taken after this time."""
    entry = make_entry(queue, since=since)
    take_next(queue, by=by, at=since + after)
    return entry


@pytest.fixture
def busy(mql: Queue, team) -> Queue:
    """Taken: days ago, last night in time, this morning too late, this morning in time; one waits."""
    rep = make_rep(team)
    claimed(mql, since=MORNING - 5 * DAY, after=DAY, by=rep)
    claimed(mql, since=MORNING - 10 * HOUR, after=HOUR, by=rep)
    claimed(mql, since=MORNING - 30 * HOUR, after=28 * HOUR, by=rep)
    claimed(mql, since=MORNING - 3 * HOUR, after=2 * HOUR, by=rep)
    make_entry(mql, since=MORNING - HOUR, company_name="Kopi Senja")
    return mql


def file_rows(answer) -> list[list[str]]:
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def queries_of(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_an_age_at_a_limit_belongs_to_the_upper_band(mql: Queue):
    for age in (4 * HOUR - SECOND, 4 * HOUR, 24 * HOUR - SECOND, 24 * HOUR):
        make_entry(mql, since=MORNING - age)
    row = health_of(mql)
    assert (row.depth, row.fresh, row.warm, row.old, row.oldest_at) == (4, 1, 2, 1, MORNING - DAY)


def test_a_wait_is_over_its_limit_after_it_and_not_at_it(mql: Queue):
    for age in (10 * HOUR + SECOND, 10 * HOUR, 9 * HOUR):
        make_entry(mql, since=MORNING - age)
    row = health_of(mql)
    assert (row.over_limit, row.next_breach_at, row.flag.code, row.flag.amount) == (1, MORNING, "over_limit", 1)


@pytest.mark.parametrize(("depth", "level", "flag"), [(50, "ok", None), (51, "yellow", "yellow_depth")])
def test_depth_is_yellow_above_its_number(mql: Queue, depth: int, level: str, flag: str | None):
    fill(mql, depth, since=MORNING)
    row = health_of(mql)
    assert (row.depth, row.level, row.flag and row.flag.code) == (depth, level, flag)


def test_claims_velocity_and_rate_are_counted_from_the_rows(busy: Queue):
    row = health_of(busy)
    assert (row.claims_a_day, row.days_of_work) == (4 / 7, 7 / 4)
    assert (row.added, row.claimed, row.velocity.ratio, row.velocity.word) == (3, 3, 1.0, "stable")
    assert row.rate == Fraction(2, 3)


def test_leads_that_turn_a_day_old_count_against_the_claim_rate(mql: Queue, team):
    claimed(mql, since=MORNING - 2 * HOUR, after=HOUR, by=make_rep(team))
    for age in (DAY - SECOND, DAY, 2 * DAY - SECOND, 2 * DAY):
        make_entry(mql, since=MORNING - age)
    assert health_of(mql).rate == Fraction(1, 3)


def test_added_and_claimed_look_back_the_same_24_hours(mql: Queue, team):
    rep = make_rep(team)
    claimed(mql, since=MORNING - DAY, after=timedelta(0), by=rep)
    claimed(mql, since=MORNING - DAY + SECOND, after=SECOND, by=rep)
    row = health_of(mql)
    assert (row.added, row.claimed, row.velocity.ratio) == (1, 1, 1.0)


def test_a_queue_with_nothing_to_divide_has_no_rates(mql: Queue):
    row = health_of(mql)
    assert (row.rate, row.velocity.ratio, row.velocity.word, row.days_of_work) == (None, None, "idle", None)
    assert (row.oldest_at, row.next_breach_at, row.flag, row.history) == (None, None, None, [0] * 24)


def test_history_is_the_depth_at_the_end_of_each_hour(busy: Queue):
    expected = [1] * 24
    expected[13] = expected[20] = 2  # while one more waited: last night and this morning
    assert health_of(busy).history == expected


def test_today_begins_at_midnight_here(busy: Queue, team):
    claimed(busy, since=MIDNIGHT - HOUR, after=HOUR - SECOND, by=make_rep(team))
    assert health.claimed_today([busy], midnight=MIDNIGHT, at=MORNING) == health.Today(in_time=2, claims=3)


def test_oldest_and_next_breach_are_those_of_all_queues(mql: Queue):
    other = QueueFactory(wait_minutes=60)
    make_entry(other, since=MORNING - 90 * timedelta(minutes=1))
    make_entry(other, since=MORNING - 30 * timedelta(minutes=1))
    oldest = make_entry(mql, since=MORNING - 2 * HOUR)
    assert health.oldest_of_all([mql, other]) == oldest
    next_of = {row.queue: row.next_breach_at for row in health.queue_health([mql, other], at=MORNING)}
    assert next_of == {other: MORNING + 30 * timedelta(minutes=1), mql: oldest.wait_due_at}


def test_health_asks_five_times_for_any_number_of_queues_and_leads(busy: Queue):
    count_figures(at=MORNING)
    assert queries_of(lambda: health.queue_health([busy], at=MORNING)) == 5
    others = [QueueFactory(), QueueFactory()]
    fill(busy, 29, since=MORNING)
    assert queries_of(lambda: health.queue_health([busy, *others], at=MORNING)) == 5


def test_the_pages_are_for_managers_and_one_queue_for_ops_too(client: Client, busy: Queue, team):
    answers = []
    for user in (make_rep(team), make_manager(team), make_ops()):
        client.force_login(user)
        answers.append([client.get(path).status_code for path in ("/queues/", "/queues/mql/")])
    assert answers == [[403, 403], [200, 200], [403, 200]]


def test_the_page_shows_the_figures_and_what_needs_the_manager(page_text, client: Client, as_manager, busy: Queue):
    page = page_text(client.get("/queues/"))
    assert "One queue needs you: <strong>MQL</strong>" in page
    assert "1 of them in MQL; 100 % within 4 h, goal 80 %" in page.replace("&nbsp;", " ").replace("\xa0", " ")
    assert "2 of 3 claims" in page
    assert "3 in</a>, <a" in page
    assert "> 3 claimed </a>" in page
    assert "Claim rate 67 %" in page.replace("\xa0", " ")


def test_an_empty_queue_divides_by_nothing(client: Client, as_manager, mql: Queue):
    page = client.get("/queues/").content.decode()
    row = page.split('id="queue-')[-1].split("</tr>")[0]
    assert (row.count("n/a"), "All queues flow." in page, "Nothing waits." in page) == (3, True, True)


def test_a_manager_of_nothing_reads_what_to_do(page_text, client: Client):
    client.force_login(make_manager())
    QueueFactory(team=TeamFactory(), name="Foreign")
    page = page_text(client.get("/queues/"))
    assert ("Sales ops can make you the manager of a team." in page, "Foreign" in page) == (True, False)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Deep", "MQL", "Calm"]),
        ("depth", ["Calm", "MQL", "Deep"]),
        ("name", ["Calm", "Deep", "MQL"]),
        ("-name", ["MQL", "Deep", "Calm"]),
        ("-claims", ["MQL", "Calm", "Deep"]),
        ("-rate", ["MQL", "Calm", "Deep"]),
        ("nonsense", ["Deep", "MQL", "Calm"]),
    ],
)
def test_rows_are_sorted_as_the_address_says(client: Client, as_manager, busy: Queue, sort: str, names: list[str]):
    QueueFactory(name="Calm", position=2)
    fill(QueueFactory(name="Deep", position=3), 2, since=MORNING)
    shown = client.get("/queues/", {"sort": sort} if sort else {}).context["rows"]
    assert [row[0].queue.name for row in shown] == names


def test_the_file_has_a_row_for_each_queue_and_safe_cells(client: Client, as_manager, busy: Queue):
    QueueFactory(name="=cmd()", position=2)
    answer = client.get("/queues/", {"format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queues.csv"'
    assert file_rows(answer)[1:] == [
        [
            "MQL",
            "1",
            "ok",
            "1",
            "0",
            "0",
            "0.6",
            "0.67",
            "3",
            "3",
            "1.00",
            "0",
            "2026-11-16T12:42:00+00:00",
            "Claim rate 67\N{NO-BREAK SPACE}%",
        ],
        ["'=cmd()", "0", "ok", "0", "0", "0", "0.0", "", "0", "0", "", "0", "", "none"],
    ]


def test_one_row_opens_in_place_with_its_first_leads_and_settings(client: Client, as_manager, busy: Queue):
    fill(busy, 6, since=MORNING)
    opened = client.get("/queues/", {"open": "mql"}).context["opened"]
    assert [(row.number, row.company) for row, _why, _clock in opened["rows"]][0] == (1, "Kopi Senja")
    assert len(opened["rows"]) == 5
    assert dict(opened["settings"])["Wait limit"] == "10 h (set for this queue), then tell the manager"
    assert client.get("/queues/", {"open": "nonsense"}).context["opened"] is None


def test_queues_of_another_team_do_not_exist_here(page_text, client: Client, as_manager, mql: Queue):
    QueueFactory(name="Foreign", slug="foreign", team=TeamFactory())
    page = page_text(client.get("/queues/", {"open": "foreign"}))
    assert ("MQL" in page, "Foreign" in page) == (True, False)
    assert client.get("/queues/foreign/").status_code == 404
    assert client.get("/queues/foreign/", {"format": "csv"}).status_code == 404


def test_the_whole_line_has_places_reasons_and_clocks(client: Client, as_manager, busy: Queue):
    make_entry(busy, since=MORNING, score=95, company_name="Hot Springs")
    answer = client.get("/queues/mql/")
    assert [(row.number, row.company, why, clock) for row, why, clock in answer.context["rows"]] == [
        (1, "Hot Springs", "Hot, score 95 is above 80", "10 h limit at 20:42"),
        (2, "Kopi Senja", "By time of entry, 09:42", "10 h limit at 19:42"),
    ]
    found = file_rows(client.get("/queues/mql/", {"format": "csv"}))
    assert [row[:2] + row[4:5] for row in found[1:]] == [["1", "Hot Springs", "95"], ["2", "Kopi Senja", "50"]]


@pytest.mark.parametrize(("page", "first", "count"), [("1", 1, 25), ("2", 26, 5), ("9", 26, 5), ("x", 1, 25)])
def test_the_whole_line_comes_page_by_page(client: Client, as_manager, mql: Queue, page: str, first: int, count: int):
    fill(mql, 30, since=MORNING)
    rows = client.get("/queues/mql/", {"page": page}).context["rows"]
    assert (rows[0][0].number, len(rows)) == (first, count)


@pytest.mark.parametrize("path", ["/queues/", "/queues/?open=mql", "/queues/mql/"])
def test_nobody_reads_the_contact_of_a_waiting_lead(client: Client, as_manager, mql: Queue, path: str):
    entry = make_entry(mql, since=MORNING - HOUR, first_name="Sekar", last_name="Wulandari")
    page = client.get(path).content.decode()
    lead = entry.lead
    assert lead.company_name in page
    assert [each for each in ("Sekar", "Wulandari", lead.email, lead.phone) if each in page] == []


@pytest.mark.parametrize("path", ["/queues/", "/queues/?open=mql", "/queues/mql/"])
def test_a_part_that_is_shown_already_is_not_sent_again(htmx, client: Client, as_manager, mql: Queue, path: str):
    make_entry(mql, since=MORNING - HOUR)
    version = client.get(path).context["version"]
    sign = "&v=" if "?" in path else "?v="
    assert htmx.get(f"{path}{sign}{version}").status_code == 204
    make_entry(mql, since=MORNING - HOUR)
    answer = htmx.get(f"{path}{sign}{version}")
    assert (answer.status_code, markup(answer).startswith("<div")) == (200, True)


def test_a_new_first_place_is_news_for_the_row_that_is_open(htmx, client: Client, as_manager, mql: Queue):
    last = fill(mql, 2, since=MORNING - HOUR)[1]
    version = client.get("/queues/?open=mql").context["version"]
    Entry.objects.filter(pk=last.pk).update(is_front=True, key1=-1, key2=0, key3=0)
    news = htmx.get(f"/queues/?open=mql&v={version}")
    assert (news.status_code, news.context["version"] == version) == (200, False)


@pytest.mark.parametrize("path", ["/queues/", "/queues/?open=mql", "/queues/mql/"])
def test_pages_ask_as_much_for_many_queues_and_leads_as_for_one(client: Client, as_manager, mql: Queue, path: str):
    make_entry(mql, since=MORNING)
    client.get(path)
    first = queries_of(lambda: client.get(path))
    fill(mql, 29, since=MORNING)
    for _number in range(2):
        make_entry(QueueFactory(), since=MORNING)
    assert queries_of(lambda: client.get(path)) == first
