"""A figure that stands on several pages is the same on all of them, and the list behind it is as long (E10)."""

import csv
import io
import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from leads.actions.intake.capture import capture_lead
from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.figures.sweep import count_figures
from queues.models import EntryRule
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from tests.factories import MORNING, QueueFactory, SourceFactory, TeamFactory, fill, make_manager, make_rep
from tests.markup import plain_words

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 16 * DAY
PERIOD = "period=30d"


@pytest.fixture(params=["counted", "not counted yet"])
def manager(request, client: Client, time_machine) -> User:
    """Eleven days of two queues, two sources and two reps, in which some of everything happened."""
    time_machine.move_to(NOW, tick=False)
    team = TeamFactory(name="Jakarta")
    queues = [QueueFactory(name=name, slug=name.lower(), team=team) for name in ("SMB", "Hot")]
    reps = [make_rep(team, first_name=name, last_name="H") for name in ("Rina", "Budi")]
    sources = [SourceFactory(slug="web", name="Web"), SourceFactory(slug="cold", name="Cold list")]
    for day in range(11):
        at = MORNING + day * DAY
        queue, rep, source = queues[day % 2], reps[day % 3 // 2], sources[day // 2 % 2]
        fill(queue, 4, since=at, source=source)
        held = [take_next(queue, by=rep, at=at + (place + 1) * HOUR) for place in range(3)]
        log_contact(held[0], kind="call", outcome="reached", note="", by=rep, at=at + 90 * MINUTE)
        stage = ("won", "converted", "disqualified")[day % 3]
        reason = "student" if stage == "disqualified" else ""
        close_held_lead(held[0], stage=stage, by=rep, at=at + 5 * HOUR, reason=reason)
        log_contact(held[1], kind="call", outcome="reached", note="", by=rep, at=at + (9 + day) * HOUR)
        if day % 4 == 1:
            return_lead(held[2], reason="no_capacity", note="", by=rep, at=at + 6 * HOUR)
    close_held_lead(held[1], stage="lost", by=rep, at=at + 20 * HOUR, reason="competitor")
    back = QueueFactory(name="Back", slug="back", team=team)
    EntryRule.objects.create(name="Everybody", position=9, outcome="queue", queue=back)
    capture_lead({"email": held[1].lead.email, "source": "Web"}, channel="api", at=at + 21 * HOUR)
    again = take_next(back, by=reps[0], at=at + 22 * HOUR)
    close_held_lead(again, stage="converted", by=reps[0], at=at + 23 * HOUR)
    clear_stale(at=NOW - HOUR)
    if request.param == "counted":
        count_figures(at=NOW, patience=60)
    person = make_manager(team)
    client.force_login(person)
    return person


def tables(client: Client, address: str) -> list[dict[str, str]]:
    """All rows of all tables of a page's CSV; a line that begins with "Group" is the head of the next table."""
    text = client.get(f"{address}{'&' if '?' in address else '?'}format=csv").content.decode("utf-8-sig")
    found: list[dict[str, str]] = []
    head: list[str] = []
    for line in csv.reader(io.StringIO(text)):
        if not head or line[:1] == ["Group"]:
            head = line
        elif line:
            found.append(dict(zip(head, line, strict=True)))
    return found


def given_back(client: Client) -> list[dict[str, str]]:
    rows = tables(client, f"/reports/radar/?{PERIOD}")
    return [row for row in rows if row.get("What") == "Gave back" and not row["Source or reason"]]


def count_behind(client: Client, figure: str, **group: str) -> int:
    query = "&".join(f"{name}={value}" for name, value in group.items())
    words = plain_words(client.get(f"/reports/leads/?figure={figure}&{PERIOD}&{query}").content.decode())
    found = re.search(r"([\d\u00a0]+) (?:leads?|times)", words)
    assert found, words[:600]
    return int(found.group(1).replace("\u00a0", ""))


def test_what_was_claimed_is_the_same_everywhere(client, manager):
    waits = tables(client, f"/reports/waits/?{PERIOD}")
    total = next(r for r in waits if not r["Group"])
    parts = {name: sum(int(r["Claimed"]) for r in waits if r["Group"] == name) for name in ("By queue", "By source")}
    assert parts == {"By queue": int(total["Claimed"]), "By source": int(total["Claimed"])}
    assert count_behind(client, "wait_claimed") == int(total["Claimed"])
    contact = tables(client, f"/reports/contact/?{PERIOD}")
    taken = {name: sum(int(r["Taken"]) for r in contact if r["Group"] == name) for name in ("By rep", "By queue")}
    assert taken == {"By rep": int(total["Claimed"]), "By queue": int(total["Claimed"])}
    assert count_behind(client, "contact_taken") == int(total["Claimed"])
    assert sum(int(r["Of"]) for r in given_back(client)) == int(total["Claimed"])


def test_first_contact_of_a_rep_is_the_same_on_team_and_in_the_report(client, manager):
    for name in ("Rina H", "Budi H"):
        team = next(r for r in tables(client, "/team/") if r["Rep"] == name)
        report = next(r for r in tables(client, f"/reports/contact/?{PERIOD}") if r["Rep or queue"] == name)
        assert float(team["Within the limit, 30 d"]) == round(float(report["Within the limit"]), 2)


def test_every_conversion_is_the_same_everywhere(client, manager):
    outcomes = tables(client, f"/reports/outcomes/?{PERIOD}")
    claimed = next(r for r in outcomes if not r["Group"] and "Won" in r)
    taken = next(r for r in outcomes if not r["Group"] and "Win rate" in r)
    assert [claimed[name] for name in ("Claimed", "Converted")] == [taken[name] for name in ("Taken", "Converted")]
    for group in ("By queue", "By source", "By time waited", "By rep"):
        assert (
            sum(int(r["Converted"]) for r in outcomes if r["Group"] == group and "Conversion" in r)
            == int(claimed["Converted"])
            == 9
        )
    assert [count_behind(client, name) for name in ("outcome_converted", "outcome_rep_converted")] == [9, 9]
    assert [int(claimed["Won"]), count_behind(client, "outcome_won")] == [4, 4]
    assert float(taken["Win rate"]) == pytest.approx(4 / int(taken["Taken"]), abs=0.001)


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "America/New_York"])
@pytest.mark.parametrize("when", ["counted", "not counted yet"])
def test_thirty_days_are_the_same_days_everywhere(client, time_machine, zone: str, when: str):
    """Today and the 29 days before it by the reader's clock: a claim before that first midnight is in none of the
    figures, one after it in all."""
    time_machine.move_to(NOW, tick=False)
    team = TeamFactory(time_zone=zone)
    queue, rep = QueueFactory(name="SMB", team=team, is_blind=True), make_rep(team, first_name="Budi", last_name="H")
    midnight = datetime.combine(NOW.astimezone(ZoneInfo(zone)).date() - 29 * DAY, time(), ZoneInfo(zone))
    for at in (midnight - 10 * MINUTE, midnight):
        fill(queue, 2, since=at - HOUR)
        held, skipped = (take_next(queue, by=rep, at=at) for _number in range(2))
        return_lead(skipped, reason="no_skill", note="", by=rep, at=at)
        close_lead(skipped.lead, stage="archived", by=rep, at=at + MINUTE)
        if at == midnight:
            log_contact(held, kind="call", outcome="reached", note="", by=rep, at=at + MINUTE)
            close_held_lead(held, stage="won", by=rep, at=at + HOUR)
    if when == "counted":
        count_figures(at=NOW, patience=60)
    client.force_login(make_manager(team))
    on_team = next(r for r in tables(client, "/team/") if r["Rep"] == "Budi H")
    names = ("Within the limit, 30 d", "Contacted of claimed, 30 d", "Contacted of claimed, 30 d before", "Skips, 30 d")
    assert [on_team[name] for name in names] == ["1.00", "0.50", "0.00", "1"]
    assert "Budi H: 1" in plain_words(client.get(f"/queues/{queue.slug}/").content.decode())
    contact = next(r for r in tables(client, f"/reports/contact/?{PERIOD}") if r["Rep or queue"] == "Budi H")
    assert [contact[name] for name in ("Taken", "Contacted", "Within the limit")] == ["2", "1", "1.0"]
    outcomes = next(r for r in tables(client, f"/reports/outcomes/?{PERIOD}") if r.get("Rep") == "Budi H")
    assert [outcomes[name] for name in ("Taken", "Converted", "Conversion")] == ["2", "1", "0.5"]
    skips = [r for r in tables(client, f"/reports/losses/?{PERIOD}") if r["Group"] == "Skipped"]
    assert [(r["Times"], r["Before"]) for r in skips] == [("1", "1")]
    assert count_behind(client, "contact_taken") == 2


def test_what_was_lost_and_given_back_is_the_same_everywhere(client, manager):
    losses = tables(client, f"/reports/losses/?{PERIOD}")
    total = next(r for r in losses if not r["Group"] and r.get("Queue or source") == "All")
    ways = ("Nurture", "Archive", "Partner", "Closed")
    assert int(total["Left without a claim"]) == sum(int(total[name]) for name in ways) > 0
    by_queue = [r for r in losses if r["Group"] == "By queue" and r.get("Entered")]
    assert sum(int(r["Entered"]) for r in by_queue) == int(total["Entered"])
    reasons = [r for r in losses if r.get("Reason") == "No time for it"]
    assert sum(int(r["Leads"]) for r in given_back(client)) == 3 == sum(int(r["Times"]) for r in reasons)


def test_what_waits_now_is_the_same_everywhere(client, manager):
    queues = {r["Queue"]: int(r["Waiting"]) for r in tables(client, "/queues/")}
    goals = tables(client, f"/reports/goals/?{PERIOD}")
    depth = next(r for r in goals if r.get("Goal", "").startswith("Depth"))
    assert int(depth["Now"]) == sum(queues.values()) > 0
    forecast = {r["Queue"]: r for r in tables(client, "/reports/forecast/") if r.get("Overdue now")}
    late = {r["Queue"]: int(r["Late now"]) for r in tables(client, "/queues/")}
    assert {name: int(r["Overdue now"]) for name, r in forecast.items()} == {name: late[name] for name in forecast}
