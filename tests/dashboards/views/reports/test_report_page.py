"""The frame of the reports: questions left, filters as chips, and what the address may and may not ask for (C9)."""

import re

import pytest

from queues.models import Queue
from tests.factories import QueueFactory, TeamFactory, make_ops, make_rep
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
PAGE = "/reports/waits/"


def chip(html: str, key: str) -> str:
    """The words on a chip."""
    found = re.search(rf'(?<=id="filter-{key}">)\s*<summary.*?</summary>', html, re.S)
    return plain_words(found.group()) if found else ""


def choices(html: str, key: str) -> list[tuple[str, str]]:
    """(text, address) of each choice under a chip."""
    part = html[html.index(f'id="filter-{key}"') :].split("</details>")[0]
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', part, re.S)
    return [(plain_words(text), href.replace("&amp;", "&")) for href, text in links]


def test_reports_open_with_the_first_question_and_keep_the_filters(client, manager):
    answer = client.get("/reports/?period=7d&type=mql")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/reports/waits/?period=7d&type=mql")


def test_an_unknown_question_is_not_found(client, manager):
    assert client.get("/reports/nothing/").status_code == 404


def test_a_question_is_only_read(client, manager):
    assert client.post(PAGE).status_code == 405


def test_a_manager_chooses_among_own_queues_people_and_teams(client, manager, team):
    elsewhere = TeamFactory(name="Surabaya")
    mine = QueueFactory(team=team, name="SMB")
    QueueFactory(team=elsewhere, name="Theirs")
    own, _other = make_rep(team, first_name="Rina"), make_rep(elsewhere, first_name="Budi")
    html = client.get(PAGE).content.decode()
    assert choices(html, "queue") == [("All queues", PAGE), ("SMB", f"{PAGE}?queue={mine.pk}")]
    assert choices(html, "team") == [("All teams", PAGE), ("Jakarta", f"{PAGE}?team={team.pk}")]
    assert [href for _text, href in choices(html, "rep")] == [PAGE, f"{PAGE}?rep={own.pk}"]


def test_sales_ops_choose_among_all(client, team):
    client.force_login(make_ops())
    QueueFactory(team=team, name="SMB", position=1)
    QueueFactory(name="Everyone", position=2)
    html = client.get(PAGE).content.decode()
    assert [text for text, _href in choices(html, "queue")] == ["All queues", "SMB", "Everyone"]


def test_a_filter_keeps_the_others_and_the_order(client, manager, team):
    queue = QueueFactory(team=team, name="SMB")
    html = client.get(f"{PAGE}?period=7d&type=mql&sort=-mean&queue={queue.pk}").content.decode()
    assert choices(html, "type")[0] == ("All types", f"{PAGE}?period=7d&queue={queue.pk}&sort=-mean")
    assert chip(html, "queue") == "Queue SMB"
    assert (chip(html, "period"), chip(html, "type")) == ("Period 7 days", "Type MQL")


def test_other_questions_keep_the_filters(client, manager):
    html = client.get(f"{PAGE}?period=7d").content.decode()
    assert 'href="/reports/contact/?period=7d"' in html


@pytest.mark.parametrize(
    ("query", "key", "status", "words"),
    [
        ("period=2126-01", "period", 400, "This period lies in the future; the last day can be today."),
        ("from=2026-01-02&to=2026-01-01", "period", 400, "This period ends before it starts."),
        ("from=2001-01-01&to=2026-01-01", "period", 400, "A period has at most 366 days."),
        ("period=1926-01", "period", 400, "A period starts in the year 2000 or later."),
        ("period=soon", "period", 400, "This is no period; write it as 2026-11 or 2026-11-01..2026-11-15."),
        ("queue=x", "queue", 400, "None of your queues has this number. You see all of them."),
        ("queue=999999", "queue", 404, "None of your queues has this number. You see all of them."),
        ("rep=999999", "rep", 404, "Nobody of your teams has this number. You see everybody."),
        ("type=x", "type", 400, "No type of lead is called that. You see all of them."),
    ],
)
def test_what_cannot_be_used_is_said_at_its_chip(client, manager, team, query, key, status, words):
    QueueFactory(team=team)
    make_rep(team)
    answer = client.get(f"{PAGE}?{query}")
    html = answer.content.decode()
    says = re.search(rf'id="problem-{key}"[^>]*>(.*?)</p>', html, re.S)
    assert answer.status_code == status
    assert plain_words(says.group(1)).startswith(words)
    assert f'aria-describedby="problem-{key}"' in html
    assert "How soon are they contacted?" in html


def test_a_foreign_queue_and_team_look_like_none(client, manager):
    elsewhere = TeamFactory()
    foreign = QueueFactory(team=elsewhere)
    answers = [client.get(f"{PAGE}?queue={foreign.pk}"), client.get(f"{PAGE}?team={elsewhere.pk}")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_csv_of_filters_that_cannot_be_used_is_refused(client, manager):
    answer = client.get(f"{PAGE}?format=csv&period=soon")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("This is no period")


def test_clear_filters_shows_where_something_is_set(client, manager):
    cleared = f'<a class="t13 end nowrap" href="{PAGE}">'
    assert [cleared in client.get(f"{PAGE}{query}").content.decode() for query in ("", "?period=7d")] == [False, True]


def test_a_team_without_people_or_queues_has_a_page(client, manager):
    answer = client.get(PAGE)
    assert (answer.status_code, chip(answer.content.decode(), "rep")) == (200, "")


def test_the_period_is_read_in_the_readers_zone(client, manager, time_machine):
    time_machine.move_to("2026-10-31T18:00:00Z")  # November has begun in Jakarta
    assert client.get(f"{PAGE}?period=2026-11").status_code == 200
    assert client.get(f"{PAGE}?period=2026-12").status_code == 400


def test_leads_behind_an_unknown_figure_are_not_found(client, manager):
    assert client.get("/reports/leads/?figure=nothing").status_code == 404


def test_reports_stand_in_the_bar(client, manager):
    html = client.get(PAGE).content.decode()
    bar = html[html.index('id="nav"') :].split("</nav>")[0]
    assert re.search(r'<a href="/reports/" aria-current="page">\s*Reports', bar)


def test_a_long_choice_shows_its_first_and_lists_all_on_a_page_of_its_own(client, manager, team):
    for number in range(30):
        QueueFactory(team=team, name=f"Queue {number:02}")
    last = Queue.objects.get(name="Queue 29")
    html = client.get(f"{PAGE}?queue={last.pk}").content.decode()
    listed = client.get(f"{PAGE}?choose=queue").content.decode()
    texts = [text for text, _href in choices(html, "queue")]
    assert (texts[:2], len(texts), texts[-1]) == (["All queues", "Queue 29"], 28, "Show all")
    assert choices(html, "queue")[-1][1] == f"{PAGE}?queue={last.pk}&choose=queue"
    assert listed[listed.index("al-choose") :].split("</ul>")[0].count("<a href") == 31


def test_a_person_without_a_name_is_listed_by_login(client, manager, team):
    make_rep(team, first_name="", last_name="", username="rina")
    assert choices(client.get(PAGE).content.decode(), "rep")[1][0] == "rina"
