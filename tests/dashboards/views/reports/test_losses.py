"""What do we lose? Figures of the page after real work on leads, the leads behind them, and the alarm (E4, E10)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.figures.losses import alert_losses
from queues.actions.figures.sweep import count_figures
from routing.actions.assignment import return_lead
from routing.actions.closing import close_held_lead
from routing.models import Notification
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    fill_line,
    make_entry,
    make_ops,
    make_rep,
)
from tests.markup import plain_words
from tests.report_pages import counts_that_open, leads_behind, table_row, table_rows

pytestmark = pytest.mark.django_db
PAGE = "/reports/losses/?period=30d"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 30 * HOUR


def fill(queue, count: int, since=MORNING, **lead):
    return fill_line(queue, [(since, lead)] * count)


def reject(entries, by) -> None:
    for entry in entries:
        close_lead(entry.lead, stage="rejected", by=by, at=MORNING + HOUR)


def give_back(queue, rep, reason: str, after=HOUR) -> None:
    held = take_next(queue, by=rep, at=MORNING + after)
    return_lead(held, reason=reason, note="", by=rep, at=MORNING + after + HOUR)


def words(client: Client, address: str = PAGE) -> str:
    return plain_words(client.get(address).content.decode())


@pytest.mark.parametrize(("left", "verdict", "says"), [(30, "fine", "15.0 %"), (31, "above 15 %", "15.5 %")])
def test_exactly_fifteen_percent_are_fine(client, manager, team, left: int, verdict: str, says: str):
    smb = QueueFactory(team=team, name="SMB")
    reject(fill(smb, 200)[:left], manager)
    found = table_row(client, PAGE, "By queue", "SMB")
    assert [found[name] for name in ("Entered", "Left without a claim", "Closed", "Verdict")] == [
        "200",
        str(left),
        str(left),
        verdict,
    ]
    page = words(client)
    assert f"{left} of 200 leads that entered left without a claim: {says}" in page
    assert ("No queue is above 15 %." in page) is (left == 30)
    assert ("1 queue is above 15 %: SMB 15.5 %." in page) is (left == 31)


def test_the_message_tells_the_figure_of_the_page(client, manager, team):
    smb = QueueFactory(team=team, name="SMB")
    fill(smb, 40, since=MORNING - 8 * DAY)
    clear_stale(at=NOW)
    fill(smb, 60)
    alert_losses(at=NOW)
    told = Notification.objects.get(user=manager, kind="queue_losing").details
    row = table_row(client, PAGE, "By queue", "SMB")
    assert (str(told["left"]), str(told["entered"])) == (row["Left without a claim"], row["Entered"]) == ("40", "100")
    assert (row["Nurture"], row["Archive"], row["Closed"]) == ("40", "0", "0")


def test_a_queue_in_which_nothing_entered_has_no_row_and_nothing_is_na(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    assert "Nothing entered a queue in this period." in words(client)
    fill(smb, 1, since=MORNING - 60 * DAY)
    held = take_next(smb, by=rina, at=MORNING)
    close_held_lead(held, stage="disqualified", reason="no_need", by=rina, at=MORNING + HOUR)
    assert "Nothing entered a queue in this period, so nothing could be lost." in words(client)
    assert table_row(client, PAGE, "", "All")["Abandonment"] == "n/a"


def test_reasons_with_their_share_and_change(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    fill(smb, 8)
    for number, reason in enumerate(("no_skill", "wrong_segment", "wrong_segment", "duplicate")):
        give_back(smb, rina, reason, after=(1 + 2 * number) * HOUR)
    held = take_next(smb, by=rina, at=MORNING + 20 * HOUR)
    close_held_lead(held, stage="disqualified", reason="no_budget", by=rina, at=MORNING + 21 * HOUR)
    found = table_row(client, PAGE, "Returned", "Wrong segment")
    assert (found["Times"], found["Share"], found["Before"], found["Change of share in points"]) == (
        "2",
        "0.5",
        "0",
        "n/a",
    )
    assert table_row(client, PAGE, "Disqualified", "No budget")["Share"] == "1.0"
    assert "Reps gave back 4 leads, most often for this reason: Wrong segment (50 %)." in words(client)


def test_reasons_that_tie_are_all_named(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    fill(smb, 5)
    for number, reason in enumerate(("no_skill", "wrong_segment", "wrong_segment", "no_skill", "duplicate")):
        give_back(smb, rina, reason, after=(1 + 2 * number) * HOUR)
    named = "Needs a skill I do not have and Wrong segment (40 % each)"
    assert f"Reps gave back 5 leads, most often for these reasons: {named}." in words(client)


def test_a_lead_given_back_from_a_blind_queue_unread_is_a_skip(client, manager, team, rina):
    blind = QueueFactory(team=team, name="Blind", is_blind=True)
    fill(blind, 1)
    give_back(blind, rina, "not_my_type")
    assert table_row(client, PAGE, "Skipped", "Not my type of lead")["Times"] == "1"


def test_every_number_opens_as_many_leads_as_it_says(client, manager, team, rina):
    smb, web = QueueFactory(team=team, name="SMB"), SourceFactory(slug="web", name="Web")
    reject(fill(smb, 3, source=web), manager)
    fill(smb, 4, since=MORNING - 8 * DAY)
    clear_stale(at=NOW)
    fill(smb, 6)
    give_back(smb, rina, "no_skill")
    html = client.get(PAGE).content.decode()
    found = counts_that_open(html)
    assert len(found) > 8
    for link, shown in found:
        assert leads_behind(client, link) == shown, link
    reasons = "/reports/leads/?period=30d&figure=loss_reason&by=reason&value=returned.no_skill"
    assert leads_behind(client, reasons) == 1
    entered = f"/reports/leads/?period=30d&figure=loss_entered&by=queue&value={smb.pk}"
    assert leads_behind(client, entered) == int(table_row(client, PAGE, "By queue", "SMB")["Entered"])


def test_kept_counts_say_the_same_as_the_rows(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    reject(fill(smb, 3), manager)
    fill(smb, 4, since=MORNING - 8 * DAY)
    clear_stale(at=NOW)
    fill(smb, 2)
    give_back(smb, rina, "no_skill")
    from_rows = table_rows(client, PAGE)
    while count_figures(at=NOW, patience=60) > 1:
        pass
    assert table_rows(client, PAGE) == from_rows
    assert len(from_rows) == 6


def test_a_manager_sees_nothing_of_other_teams(client, manager):
    elsewhere = TeamFactory()
    theirs = QueueFactory(team=elsewhere, name="Theirs")
    reject(fill(theirs, 2), None)
    fill(theirs, 1)
    give_back(theirs, make_rep(elsewhere), "no_skill")
    assert "Nothing entered a queue in this period." in words(client)
    for figure in ("loss_entered", "loss_left", "loss_reason"):
        assert leads_behind(client, f"/reports/leads/?period=30d&figure={figure}") == 0


def test_a_chosen_rep_narrows_the_reasons_only(client, manager, team, rina):
    smb, budi = QueueFactory(team=team, name="SMB"), make_rep(team)
    fill(smb, 5)
    give_back(smb, rina, "no_skill")
    give_back(smb, budi, "no_capacity", after=4 * HOUR)
    address = f"{PAGE}&rep={budi.pk}"
    lines = [line[:2] for line in table_rows(client, address)]
    assert (["Returned", "No time for it"] in lines, ["Returned", "Needs a skill I do not have"] in lines) == (
        True,
        False,
    )
    assert table_row(client, address, "By queue", "SMB")["Entered"] == "7"  # two came back
    assert "The filter of reps narrows the reasons only" in words(client, address)


@pytest.mark.parametrize(
    "query",
    [
        "loss_left&by=queue&value=x",
        "loss_left&by=queue&value=99999",
        "loss_left&by=nothing&value=1",
        "loss_reason&by=kind&value=nowhere",
        "loss_reason&by=reason&value=nowhere.duplicate",
    ],
)
def test_leads_behind_a_wrong_group_are_not_found(client, manager, query: str):
    assert client.get(f"/reports/leads/?figure={query}").status_code == 404


def test_a_page_costs_as_many_queries_for_three_rows_as_for_one(client, team, rina):
    client.force_login(make_ops())

    def cost() -> int:
        while count_figures(at=NOW, patience=60) > 1:
            pass
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    make_entry(QueueFactory(team=team), source=SourceFactory())
    one = cost()
    for _more in range(2):
        make_entry(QueueFactory(team=team), source=SourceFactory())
    assert (cost(), one <= 20) == (one, True)


def test_a_reason_that_stands_out_in_a_source_is_said(client, manager, team, rina):
    cold, web = SourceFactory(slug="cold", name="Cold list"), SourceFactory(slug="web", name="Web")
    for source, reasons in ((cold, {"no_skill": 20}), (web, {"no_skill": 1, "no_capacity": 19})):
        for reason, count in reasons.items():
            for _number in range(count):
                queue = QueueFactory(team=team)
                make_entry(queue, since=MORNING, source=source)
                held = take_next(queue, by=rina, at=MORNING + HOUR)
                return_lead(held, reason=reason, note="", by=rina, at=MORNING + 2 * HOUR)
    says = "Cold list stands out: 20 of 20 were given back for this reason: Needs a skill I do not have; elsewhere 5 %."
    assert says in words(client)
    assert "Web stands out" in words(client)
    assert "stands out" not in words(client, f"{PAGE}&source={cold.pk}")
