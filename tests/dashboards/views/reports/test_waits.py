"""How long do leads wait? The figures of the page, the leads behind them, and the same in CSV (E1, E10)."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.figures.sweep import count_figures
from queues.models import StaleDay
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_entry,
    make_ops,
    make_rep,
)
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
PAGE = "/reports/waits/?period=7d"
HOUR = timedelta(hours=1)
NOW = MORNING + 30 * HOUR


def claim(queue, rep, *, after: timedelta, since=MORNING, **lead):
    """A lead that entered the queue at `since` and was claimed `after` that."""
    make_entry(queue, since=since, **lead)
    return take_next(queue, by=rep, at=since + after)


def rows(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address + ("&" if "?" in address else "?") + "format=csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text.replace("\u00a0", " "))))


def row(client: Client, name: str, address: str = PAGE) -> dict[str, str]:
    return next(each for each in rows(client, address) if each["Queue, source or type"] == name)


def count_all() -> None:
    """As the sweep does, over and over until nothing is left."""
    while count_figures(at=NOW) > 1:
        pass


def count_of(html: str) -> int:
    """The count on top of a list of leads."""
    return int(re.search(r"<strong>([\d\u00a0]+) leads?</strong>", html).group(1).replace("\u00a0", ""))


def test_the_sentence_says_the_mean_its_change_and_who_misses(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB", wait_goal_hours=2)
    mql = QueueFactory(team=team, name="MQL", wait_goal_hours=8)
    claim(smb, rina, after=3 * HOUR)
    claim(mql, rina, after=HOUR)
    claim(mql, rina, after=HOUR, since=MORNING - timedelta(days=8))
    words = plain_words(client.get(PAGE).content.decode())
    assert "Leads waited 2 h on average" in words
    assert ", 1 h longer than in the 7 days before." in words
    assert "One queue misses its target: SMB, 3 h against 2 h." in words
    assert "Lend reps to SMB" in words


def test_a_row_holds_the_figures_of_its_queue(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB", wait_goal_hours=2)
    claim(smb, rina, after=HOUR)
    claim(smb, rina, after=4 * HOUR)
    found = row(client, "SMB")
    named = ("Group", "Target (s)", "Claimed", "Mean (s)", "Within target", "Change of mean (s)", "Verdict")
    assert [found[name] for name in named] == [
        "By queue",
        "7200",
        "2",
        "9000.0",
        "0.5",
        "n/a",
        "missed by 30 min",
    ]


def test_exactly_the_target_is_not_below_it(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB", wait_goal_hours=2)
    claim(smb, rina, after=2 * HOUR)
    found = row(client, "SMB")
    assert (found["Within target"], found["Verdict"]) == ("0.0", "missed by 0 s")


def test_each_lead_of_a_source_counts_against_the_target_of_its_queue(client, manager, team, rina):
    fast = QueueFactory(team=team, name="Fast", wait_goal_hours=2)
    slow = QueueFactory(team=team, name="Slow", wait_goal_hours=24)
    trial = SourceFactory(slug="trial", name="Trial")
    claim(fast, rina, after=3 * HOUR, source=trial)
    claim(slow, rina, after=3 * HOUR, source=trial)
    found = row(client, "Trial")
    assert (found["Claimed"], found["Within target"], found["Verdict"]) == ("2", "0.5", "")


def test_all_groups_add_up_to_the_last_row(client, manager, team, rina):
    for name in ("SMB", "MQL"):
        queue = QueueFactory(team=team, name=name)
        for source in ("Trial", "Demo"):
            slug = f"{source}-{name}".lower()
            claim(queue, rina, after=HOUR, source=SourceFactory(slug=slug, name=slug))
    found = rows(client, PAGE)
    sums = {
        group: sum(int(each["Claimed"]) for each in found if each["Group"] == group)
        for group in ("By queue", "By source", "By type", "")
    }
    assert sums == {"By queue": 4, "By source": 4, "By type": 4, "": 4}


def test_the_leads_behind_a_figure_are_as_many_as_it_counts(client, manager, team, rina):
    smb, mql = QueueFactory(team=team, name="SMB", wait_goal_hours=2), QueueFactory(team=team, name="MQL")
    for hours in (1, 3, 3):
        claim(smb, rina, after=hours * HOUR)
    claim(mql, rina, after=HOUR)
    html = client.get(PAGE).content.decode()
    links = dict.fromkeys(re.findall(r'href="(/reports/leads/\?[^"]*)"', html))
    counts = {link: count_of(client.get(link.replace("&amp;", "&")).content.decode()) for link in links}
    assert counts[f"/reports/leads/?period=7d&amp;figure=wait_mean&amp;by=queue&amp;value={smb.pk}"] == 3
    assert counts["/reports/leads/?period=7d&amp;figure=wait_mean"] == 4
    assert counts["/reports/leads/?period=7d&amp;figure=wait_within"] == 2


def test_the_list_behind_opens_only_what_the_person_may_open(client, manager, team, rina):
    queue = QueueFactory(name="Everyone")  # of all teams: its waits count for every manager
    mine, theirs = make_rep(team), make_rep(TeamFactory())
    own = claim(queue, mine, after=HOUR, company_name="Own")
    foreign = claim(queue, theirs, after=HOUR, company_name="Foreign")
    html = client.get("/reports/leads/?period=7d&figure=wait_mean").content.decode()
    assert (count_of(html), "Own" in html, "Foreign" in html) == (2, True, True)
    assert [f'href="/leads/{each.lead_id}/"' in html for each in (own, foreign)] == [True, False]


def test_a_manager_sees_no_waits_of_other_teams(client, manager, team, rina):
    elsewhere = TeamFactory()
    foreign = QueueFactory(team=elsewhere, name="Theirs")
    claim(foreign, make_rep(elsewhere), after=HOUR)
    assert "No lead was claimed in this period." in plain_words(client.get(PAGE).content.decode())
    behind = f"/reports/leads/?period=7d&figure=wait_mean&by=queue&value={foreign.pk}"
    assert client.get(behind).status_code == 404


def test_filters_narrow_the_figures(client, manager, team, rina):
    other, trial = make_rep(team), SourceFactory(slug="trial", name="Trial")
    smb, mql = QueueFactory(team=team, name="SMB"), QueueFactory(team=team, name="MQL")
    claim(smb, rina, after=HOUR, source=trial)
    claim(smb, other, after=2 * HOUR, lead_type="cold", source=SourceFactory(slug="b"))
    claim(mql, rina, after=3 * HOUR, source=SourceFactory(slug="c"))
    asked = {
        f"&queue={smb.pk}": "2",
        f"&source={trial.pk}": "1",
        "&type=cold": "1",
        f"&rep={rina.pk}": "2",
        f"&team={team.pk}": "3",
        "&period=today": "0",
    }
    found = {}
    for query in asked:
        last = (rows(client, PAGE + query) or [{"Claimed": "0"}])[-1]
        found[query] = last["Claimed"]
    assert found == asked


def test_rows_follow_the_column_that_is_asked_for(client, manager, team, rina):
    for name, hours in (("B", 1), ("A", 3), ("C", 2)):
        claim(QueueFactory(team=team, name=name), rina, after=hours * HOUR)
    queues = {}
    for sort in ("", "mean", "-mean", "name", "-name", "nothing"):
        found = rows(client, f"{PAGE}&sort={sort}")
        queues[sort] = "".join(each["Queue, source or type"] for each in found if each["Group"] == "By queue")
    assert queues == {"": "ACB", "mean": "BCA", "-mean": "ACB", "name": "ABC", "-name": "CBA", "nothing": "ACB"}


def test_the_picture_of_twelve_weeks_has_a_point_for_each_week_with_claims(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB", wait_goal_hours=2)
    claim(smb, rina, after=HOUR)
    claim(smb, rina, after=3 * HOUR, since=MORNING - timedelta(weeks=2))
    count_all()
    html = client.get(f"{PAGE}&view=weeks").content.decode()
    picture = html[html.index("al-plot") :].split("</svg>")[0]
    assert (picture.count("<circle"), picture.count('class="late"')) == (2, 1)
    assert "target 2 h" in plain_words(picture)


def test_undone_claims_count_nowhere(client, manager, team, rina):
    taken = claim(QueueFactory(team=team), rina, after=HOUR)
    undo_assignment(taken, by=rina, at=taken.assigned_at + timedelta(minutes=1))
    assert "No lead was claimed in this period." in plain_words(client.get(PAGE).content.decode())


@pytest.mark.parametrize("view", ["distribution", "weeks"])
def test_a_page_costs_as_many_queries_for_three_rows_as_for_one(client, team, rina, view: str):
    client.force_login(make_ops())

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{PAGE}&view={view}").status_code == 200
        return len(asked)

    claim(QueueFactory(team=team), rina, after=HOUR)
    count_all()
    one = cost()
    for name in ("b", "c"):
        claim(QueueFactory(team=team), rina, after=HOUR, source=SourceFactory(slug=name))
    count_all()
    assert (cost(), one <= 20) == (one, True)


def test_days_that_are_being_counted_again_are_said(client, manager, team, rina):
    claim(QueueFactory(team=team), rina, after=HOUR)
    count_all()
    StaleDay.objects.create(day=MORNING.date(), marked_at=NOW)
    words = plain_words(client.get(PAGE).content.decode())
    assert "1 day of this period is being counted again; its figures may still change." in words


def test_a_file_of_leads_is_whole_or_refused(client, manager, team, rina, monkeypatch):
    for _each in range(3):
        claim(QueueFactory(team=team), rina, after=HOUR)
    address = "/reports/leads/?period=7d&figure=wait_mean&format=csv"
    whole = client.get(address)
    monkeypatch.setattr("dashboards.views.reports.leads.MOST_IN_FILE", 2)
    refused, unreadable = client.get(address), client.get(f"{address}&queue=x")
    assert (whole.status_code, len(whole.content.decode().strip().splitlines())) == (200, 4)
    assert (refused.status_code, refused.content.decode()) == (
        400,
        "A file holds at most 2 leads, and these are 3. Choose a shorter period or fewer filters.",
    )
    assert (unreadable.status_code, "None of your queues" in unreadable.content.decode()) == (400, True)
