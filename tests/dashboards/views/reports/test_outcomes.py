"""What becomes of them? The figures of the page after real work on leads, and the leads behind them (E2, H2, E10)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.actions.stages import close_lead
from queues.actions.claims.take import take_next
from queues.actions.claims.undo import undo_assignment
from queues.actions.clocks.cleanup import clear_stale
from queues.actions.figures.sweep import count_figures
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
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
PAGE = "/reports/outcomes/?period=7d"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 30 * HOUR


def claim(queue, rep, *, after: timedelta = HOUR, since=MORNING, stage: str = "", **lead):
    """A lead claimed `after` it entered, and closed an hour later if a stage is given."""
    make_entry(queue, since=since, **lead)
    held = take_next(queue, by=rep, at=since + after)
    if stage:
        close_held_lead(held, stage=stage, by=rep, at=since + after + HOUR, reason="no_need")
    return held


def many(queue, rep, count: int, *, after: timedelta, converted: int) -> None:
    """Many claims, of which the first ones become opportunities."""
    fill_line(queue, [(MORNING, {})] * count)
    for number in range(count):
        held = take_next(queue, by=rep, at=MORNING + after)
        if number < converted:
            close_held_lead(held, stage="converted", by=rep, at=MORNING + after + MINUTE)


def words(client: Client, address: str = PAGE) -> str:
    return plain_words(client.get(address).content.decode())


def test_conversion_counts_opportunities_and_customers_among_claims(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    for stage in ("converted", "won", "lost", ""):
        claim(smb, rina, stage=stage)
    found = table_row(client, PAGE, "By queue", "SMB")
    names = ("Claimed", "Converted", "Won", "Conversion", "Range by chance", "Change in points")
    assert [found[name] for name in names] == ["4", "2", "1", "0.5", "15\u00a0–\u00a085\u00a0%", "n/a"]
    says = words(client)
    assert "50 % of 4 claims became an opportunity or a customer." in says
    assert "1 of these leads is still with a rep and may yet convert" in says


def test_the_period_before_is_compared_and_had_more_time(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    claim(smb, rina, stage="won")
    claim(smb, rina, stage="lost")
    claim(smb, rina, stage="lost", since=MORNING - 8 * DAY)
    assert "It was 0 % in the 7 days before, whose leads have had more time." in words(client)
    assert table_row(client, PAGE, "By queue", "SMB")["Change in points"] == "50.0"


def test_a_lead_that_was_given_back_converts_for_who_took_it_next(client, manager, team, rina):
    smb, budi = QueueFactory(team=team, name="SMB"), make_rep(team, first_name="Budi", last_name="")
    held = claim(smb, rina)
    undo_assignment(held, by=rina, at=held.assigned_at + MINUTE)
    close_held_lead(take_next(smb, by=budi, at=MORNING + 2 * HOUR), stage="won", by=budi, at=MORNING + 3 * HOUR)
    assert table_row(client, PAGE, "By queue", "SMB")["Claimed"] == "1"
    assert table_row(client, PAGE, "By rep", "Budi")["Win rate"] == "1.0"
    assert "Rina" not in [line[1] for line in table_rows(client, PAGE)]


def test_an_opportunity_that_became_a_customer_later_is_won_by_its_rep(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    held = claim(smb, rina, stage="converted")
    claim(smb, rina)
    count_figures(at=NOW - 2 * HOUR)
    assert table_row(client, PAGE, "By rep", "Rina")["Win rate"] == "0.0"
    close_lead(held.lead, stage="won", by=manager, at=NOW - HOUR)
    while count_figures(at=NOW, patience=60) > 1:
        pass
    found = table_row(client, PAGE, "By rep", "Rina")
    assert (found["Taken"], found["Converted"], found["Win rate"]) == ("2", "1", "0.5")


def test_a_faster_claim_converts_better_is_said_only_where_chance_does_not_explain_it(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    many(smb, rina, 20, after=MINUTE, converted=16)
    many(smb, rina, 20, after=10 * HOUR, converted=4)
    says = (
        "A faster claim converts better: 80 % of what waited below 15 min (58 – 92 %), and 20 % of what waited 15 min "
        "or longer (8 – 42 %)."
    )
    assert says in words(client)


def test_with_few_claims_it_cannot_be_told(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    claim(smb, rina, after=MINUTE, stage="won")
    claim(smb, rina, after=10 * HOUR)
    says = words(client)
    assert "Whether a faster claim converts better cannot be told: too few claims waited differently long." in says
    assert "Reps cannot be compared: fewer than two took 20 leads or more." in says


def test_twice_the_conversion_of_a_colleague_suggests_weights_or_training(client, manager, team, rina):
    smb, budi, new = QueueFactory(team=team), make_rep(team, first_name="Budi", last_name=""), make_rep(team)
    many(smb, rina, 20, after=MINUTE, converted=16)
    many(smb, budi, 20, after=MINUTE, converted=4)
    many(smb, new, 3, after=MINUTE, converted=0)
    says = words(client)
    assert "Rina converts 4.0 times as often as Budi: 80 % of 20 leads against 20 % of 20." in says
    assert "Look at their weights, or train." in says


def test_the_way_of_leads_adds_up_in_every_column(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    held = claim(smb, rina)
    log_contact(held, kind="call", outcome="reached", note="", by=rina, at=MORNING + 2 * HOUR)
    close_held_lead(held, stage="won", by=rina, at=MORNING + 3 * HOUR)
    claim(smb, rina, stage="lost")
    close_lead(make_entry(smb).lead, stage="rejected", by=manager, at=MORNING + HOUR)
    make_entry(smb)
    group = "How leads stand that arrived in this period"
    found = {line[1]: line[2:] for line in table_rows(client, PAGE) if line[0] == group}
    assert found == {
        "Converted": ["1", "0", "1", "1", "1", "0.25"],
        "Lost or rejected": ["2", "0", "2", "1", "0", "0.5"],
        "Nurture or archive": ["0", "0", "0", "0", "0", "0.0"],
        "With a partner": ["0", "0", "0", "0", "0", "0.0"],
        "Still open": ["1", "0", "1", "0", "0", "0.25"],
    }
    html = client.get(PAGE).content.decode()
    assert 'aria-label="Captured 4, Review desk 0, In a queue 4, Claimed 2, Contacted 1, Converted 1,' in html


def test_what_went_stale_is_stale_and_merged_leads_count_once(client, manager, team):
    smb = QueueFactory(team=team, name="SMB")
    fill_line(smb, [(MORNING - 8 * DAY, {})] * 3)
    clear_stale(at=NOW)
    address = "/reports/outcomes/?period=30d"
    assert table_row(client, address, "How leads stand that arrived in this period", "Nurture or archive")[
        "In a queue"
    ] == ("3")


def test_every_number_opens_as_many_leads_as_it_says(client, manager, team, rina):
    smb, web = QueueFactory(team=team, name="SMB"), SourceFactory(slug="web", name="Web")
    for stage in ("converted", "won", "lost", ""):
        claim(smb, rina, stage=stage, source=web)
    many(smb, rina, 25, after=10 * HOUR, converted=3)
    make_entry(smb)
    html = client.get(PAGE).content.decode()
    found = counts_that_open(html)
    assert len(found) > 15
    for link, shown in found:
        assert leads_behind(client, link) == shown, link
    assert leads_behind(client, "/reports/leads/?period=7d&figure=outcome_held") == 23
    waited = [link for link, _shown in found if "by=wait" in link]
    assert waited


def test_kept_counts_say_the_same_as_the_rows(client, manager, team, rina):
    smb = QueueFactory(team=team, name="SMB")
    claim(smb, rina, stage="won")
    claim(smb, rina, since=MORNING - DAY)
    close_lead(make_entry(smb).lead, stage="rejected", by=manager, at=MORNING + HOUR)
    from_rows = table_rows(client, PAGE)
    while count_figures(at=NOW, patience=60) > 1:
        pass
    assert table_rows(client, PAGE) == from_rows
    assert len(from_rows) > 10


def test_a_manager_sees_nothing_of_other_teams(client, manager):
    elsewhere = TeamFactory()
    theirs = QueueFactory(team=elsewhere, name="Theirs")
    claim(theirs, make_rep(elsewhere, first_name="Zed"), stage="won")
    says = words(client)
    assert "No lead arrived or was claimed in this period." in says
    assert "Zed" not in says.split("Rep ")[0]
    for figure in ("outcome_claimed", "outcome_rep_converted", "outcome_captured"):
        assert leads_behind(client, f"/reports/leads/?period=7d&figure={figure}") == 0


def test_leads_in_no_queue_are_counted_for_sales_ops(client, team):
    client.force_login(make_ops())
    make_entry(QueueFactory(team=team))
    group = "How leads stand that arrived in this period"
    assert table_row(client, PAGE, group, "Still open")["Captured"] == "1"


def test_filters_narrow_the_figures(client, manager, team, rina):
    budi, web = make_rep(team), SourceFactory(slug="web", name="Web")
    smb, mql = QueueFactory(team=team, name="SMB"), QueueFactory(team=team, name="MQL")
    claim(smb, rina, source=web)
    claim(smb, budi, lead_type="cold")
    claim(mql, rina)
    wanted = {f"&queue={smb.pk}": "2", f"&source={web.pk}": "1", "&type=cold": "1", f"&rep={rina.pk}": "2"}
    found = {}
    for query in wanted:
        lines = table_rows(client, PAGE + query)
        head = next(number for number, line in enumerate(lines) if line[1] == "Queue or source")
        found[query] = next(line for line in lines[head:] if line[:2] == ["", "All"])[2]
    assert found == wanted
    assert "With a rep chosen there is no picture of the way of leads" in words(client, f"{PAGE}&rep={rina.pk}")


@pytest.mark.parametrize("slug", ["outcomes", "losses"])
def test_bad_filters_are_said_and_only_managers_and_ops_may_read(client, manager, team, rina, slug: str):
    claim(QueueFactory(team=team), rina)
    found = {
        query: client.get(f"/reports/{slug}/?{query}").status_code
        for query in ("period=2126-01", "queue=x", "queue=999999", "rep=999999", "type=x", "sort=-nothing", "view=x")
    }
    assert list(found.values()) == [400, 400, 404, 404, 400, 200, 200]
    client.force_login(rina)
    assert client.get(f"/reports/{slug}/").status_code == 403


@pytest.mark.parametrize("value", ["x", "9-x", "", "-5"])
def test_leads_behind_a_wrong_time_are_not_found(client, manager, value: str):
    assert client.get(f"/reports/leads/?figure=outcome_claimed&by=wait&value={value}").status_code == 404


def test_leads_behind_an_unknown_end_are_not_found(client, manager):
    for query in ("by=end&value=nowhere", "by=step&value=nowhere", "by=nothing&value=1", "by=at&value=x"):
        assert client.get(f"/reports/leads/?figure=outcome_captured&{query}").status_code == 404


@pytest.mark.parametrize("view", ["flow", "speed", "flow&type=warm"])
def test_a_page_costs_as_many_queries_for_three_rows_as_for_one(client, team, rina, view: str):
    """A filter of types counts what reps took from the rows, which takes two more."""
    client.force_login(make_ops())

    def cost() -> int:
        while count_figures(at=NOW, patience=60) > 1:
            pass
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{PAGE}&view={view}").status_code == 200
        return len(asked)

    claim(QueueFactory(team=team), rina, source=SourceFactory())
    one = cost()
    for _more in range(2):
        claim(QueueFactory(team=team), make_rep(team), source=SourceFactory())
    assert (cost(), one <= (22 if "type" in view else 20)) == (one, True)
