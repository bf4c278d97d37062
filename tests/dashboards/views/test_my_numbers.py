"""My numbers: figures of the rep alone, the leads behind each, and of the team no more than a median (C5, C9, E10)."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboards.queries import my_numbers as queries
from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve
from queues.actions.figures.sweep import count_figures
from routing.actions.closing import close_held_lead
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_rep, make_rotation, make_user

pytestmark = pytest.mark.django_db
PAGE, LEADS = "/my-numbers/", "/my-numbers/leads/"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = MORNING + 6 * HOUR
COUNTED = [("taken", 3), ("waited", 2), ("contact", 2), ("within", 2), ("conversion", 3)]


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def queue(team):
    return QueueFactory(team=team)


def take(queue, user, *, at=MORNING, waited=10 * MINUTE, contact: timedelta | None = None, **fields) -> Assignment:
    make_entry(queue, since=at - waited, **fields)
    held = take_next(queue, by=user, at=at)
    if contact is not None:
        log_contact(held, kind="call", outcome="reached", note="", by=user, at=at + contact)
    return held


def table(client, query: str = "") -> dict[str, tuple[str, str, str]]:
    return {row.key: (row.mine, row.before, row.team) for row in client.get(f"{PAGE}{query}").context["rows"]}


def behind(client, figure: str, query: str = "") -> list[tuple[str, str]]:
    return [(row.lead, row.fact) for row in client.get(f"{LEADS}?figure={figure}{query}").context["rows"]]


def test_figures_are_of_the_own_leads_of_this_week(client, as_rep, queue, team, page_text):
    take(queue, as_rep, waited=10 * MINUTE, contact=5 * MINUTE)
    take(queue, as_rep, waited=30 * MINUTE, contact=3 * HOUR)
    won = take(queue, as_rep, waited=20 * MINUTE, contact=15 * MINUTE)
    close_held_lead(won, stage="won", by=as_rep, at=NOW - HOUR)
    take(queue, as_rep, at=MORNING - 8 * DAY, waited=HOUR)
    take(queue, make_rep(team))
    found = table(client)
    assert {key: mine for key, (mine, _before, _team) in found.items()} == {
        "taken": "3",
        "waited": "20\u00a0min",
        "contacted": "3",
        "contact": "15\u00a0min",
        "within": "67\u00a0%",
        "conversion": "33\u00a0%",
    }
    assert "You took 3 leads this week." in page_text(client.get(PAGE))


def test_the_own_past_stands_beside_it(client, as_rep, queue):
    take(queue, as_rep, at=MORNING - 7 * DAY, waited=HOUR)
    take(queue, as_rep, at=MORNING - 14 * DAY, waited=2 * HOUR, contact=MINUTE)
    take(queue, as_rep, at=MORNING - 6 * DAY)  # after this time of the week
    found = table(client)
    assert found["taken"] == ("0", "0.5", "n/a")
    assert found["waited"] == ("n/a", "1\u00a0h\u00a030\u00a0min", "n/a")
    assert found["contacted"] == ("0", "0.2", "n/a")


def test_the_team_has_a_median_from_three_colleagues_on(client, as_rep, queue, team, page_text):
    take(queue, as_rep)
    mates = [make_rep(team) for _number in range(3)]
    for number, mate in enumerate(mates[:2], start=2):
        for _lead in range(number):
            take(queue, mate)
    assert table(client)["taken"] == ("1", "0", "n/a")
    assert "because fewer than 3 colleagues worked in this time" in page_text(client.get(PAGE))
    for _lead in range(8):
        take(queue, mates[2])
    assert table(client)["taken"] == ("1", "0", "2.5")
    assert "names nobody" in page_text(client.get(PAGE))


@pytest.mark.parametrize("query", ["", "?p=last-week", "?p=4-weeks"])
def test_kept_days_and_rows_say_the_same(client, as_rep, queue, team, query):
    for user in [as_rep, *(make_rep(team) for _number in range(3))]:
        for days in (0, 1, 6, 7, 8, 13, 14, 20, 27, 28, 35):
            for hours in (-4, -1, 2):
                at = MORNING - days * DAY + hours * HOUR
                held = take(queue, user, at=at, waited=(days + 1) * 7 * MINUTE, contact=(days + 2) * 5 * MINUTE)
                if days in (8, 20):
                    close_held_lead(held, stage="won", by=user, at=at + 5 * HOUR)
    undone = take(queue, as_rep, at=MORNING - 8 * DAY)
    Assignment.objects.filter(pk=undone.pk).update(ended_at=MORNING - 8 * DAY, ended_how="undone")
    rows = table(client, query)
    count_figures(at=NOW, patience=60)
    assert table(client, query) == rows
    taken = int(rows["taken"][0])
    Assignment.objects.all().delete()
    assert query == "" or table(client, query)["taken"][0] == str(taken) != "0"


def test_medians_of_very_many_leads_say_that_they_are_about_right(client, as_rep, queue, monkeypatch):
    take(queue, as_rep, waited=10 * MINUTE, contact=4 * MINUTE)
    assert table(client)["contact"][0] == "4\u00a0min"
    monkeypatch.setattr(queries, "MOST_READ", 0)
    found = table(client)
    assert [found[name][0][:6] for name in ("waited", "contact")] == ["about ", "about "]
    assert found["taken"][0] == "1"


def test_no_colleague_is_named_and_other_teams_do_not_count(client, as_rep, queue, team):
    take(queue, as_rep)
    mates = [make_rep(team, first_name="Zaenab", last_name="Zubaidah") for _number in range(3)]
    for mate in mates:
        take(queue, mate)
    elsewhere = TeamFactory()
    other = QueueFactory(team=elsewhere)
    for _number in range(3):
        stranger = make_rep(elsewhere)
        for _lead in range(9):
            take(other, stranger)
    assert table(client)["taken"] == ("1", "0", "1")
    assert b"Zubaidah" not in client.get(PAGE).content


@pytest.mark.parametrize(("figure", "count"), COUNTED)
def test_the_leads_behind_a_figure_add_up_to_it(client, as_rep, queue, team, figure, count):
    take(queue, as_rep, contact=5 * MINUTE)
    take(queue, as_rep, contact=3 * HOUR)
    Assignment.objects.create(
        lead=make_entry(QueueFactory()).lead, holder=as_rep, how="by_hand", assigned_at=MORNING, first_due_at=NOW + HOUR
    )
    assert len(behind(client, figure)) == count
    shares = {"within": "50\u00a0%", "conversion": "0\u00a0%", "taken": "3"}
    assert table(client)[figure][0] == shares.get(figure, table(client)[figure][0])


def test_a_lead_contacted_twice_is_one(client, as_rep, queue):
    held = take(queue, as_rep, contact=5 * MINUTE, company_name="Kopi Senja")
    log_contact(held, kind="email", outcome="reached", note="", by=as_rep, at=NOW - HOUR)
    assert table(client)["contacted"][0] == "1"
    assert behind(client, "contacted") == [("Kopi Senja", "5\u00a0min")]


def test_a_lead_that_is_no_longer_mine_keeps_its_row_without_its_name(client, as_rep, queue):
    held = take(queue, as_rep, company_name="Kopi Senja")
    Assignment.objects.filter(pk=held.pk).update(ended_at=NOW, ended_how="reassigned")
    rows = client.get(f"{LEADS}?figure=taken").context["rows"]
    assert [(row.lead, row.href_id) for row in rows] == [("A lead that is no longer yours", None)]


def test_share_against_due_for_each_rotation_with_its_leads(client, as_rep, team):
    rotation = make_rotation(as_rep, make_rep(team), name="SMB turns")
    queue = QueueFactory(team=team, dispatch="push", rotation=rotation)
    for company in ("Acme", "Bumi", "Cakra"):
        make_entry(queue, company_name=company)
        serve(queue, at=MORNING)
    (part,) = client.get(PAGE).context["parts"]
    assert part.says == (
        "SMB turns gave you 2 leads, and your due was 1.5. That is your share, as near as whole leads allow."
    )
    assert behind(client, "turns", f"&rotation={rotation.pk}") == [("Cakra", "3"), ("Acme", "1")]
    assert f'href="/rotations/mine/{rotation.pk}/"' in client.get(PAGE).content.decode()


def test_periods_live_in_the_address(client, as_rep, queue):
    take(queue, as_rep, at=MORNING - 7 * DAY)
    take(queue, as_rep, at=MORNING - 21 * DAY)
    found = [table(client, query)["taken"][:2] for query in ("?p=last-week", "?p=4-weeks", "?p=2026-W44", "")]
    assert found == [("1", "0.2"), ("2", "0"), ("1", "0"), ("0", "0.5")]


@pytest.mark.parametrize(
    ("p", "says"),
    [("century", "This is no period. Write a week as 2026-W47."), ("2027-W10", "This week lies in the future.")],
)
def test_a_bad_period_is_said_and_this_week_shown(client, as_rep, p, says, page_text):
    for address in (PAGE, f"{LEADS}?figure=taken"):
        answer = client.get(address, {"p": p, "figure": "taken"})
        assert (answer.status_code, answer.context["period"].key) == (400, "this-week")
        assert says in page_text(answer)


@pytest.mark.parametrize("query", ["", "?figure=secrets", "?figure=turns", "?figure=turns&rotation=x"])
def test_an_unknown_figure_is_not_found(client, as_rep, query):
    assert client.get(f"{LEADS}{query}").status_code == 404


def test_turns_of_a_rotation_of_others_are_none(client, as_rep, team):
    rotation = make_rotation(make_rep(team))
    assert behind(client, "turns", f"&rotation={rotation.pk}") == []


def test_both_tables_and_the_leads_can_be_downloaded(client, as_rep, queue):
    take(queue, as_rep, company_name="Kopi Senja", contact=MINUTE)
    make_rotation(as_rep, name="SMB turns")
    lines = client.get(f"{PAGE}?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[:2] == ["What,Mine,My four weeks before,Median of the team", "Leads that I took,1.0,0.0,"]
    assert lines[-1] == "SMB turns,0.0,0.0,0"
    leads = client.get(f"{LEADS}?figure=contact&format=csv").content.decode("utf-8-sig").splitlines()
    assert leads == ["Lead,Time,To contact", f"Kopi Senja,{MORNING.isoformat()},1\u00a0min"]


def test_the_letter_and_the_survey_wait_there(client, as_rep, page_text):
    shown = page_text(client.get(PAGE))
    assert "None yet. It comes each Monday at 7:00" in shown
    assert 'href="/my-numbers/survey/"' in shown and 'href="/rotations/mine/"' in shown
    client.post("/my-numbers/survey/", {"month": "2026-11-01", "fair": "4", "understands": "yes"})
    assert 'href="/my-numbers/survey/"' not in page_text(client.get(PAGE))


def test_somebody_without_a_rep_reads_why_there_is_nothing(client, page_text):
    client.force_login(make_user(is_superuser=True))
    assert "You take no leads" in page_text(client.get(PAGE))
    assert client.get(f"{LEADS}?figure=taken").status_code == 404


def test_it_stands_in_the_navigation_of_reps_alone(client, as_rep, page_text):
    assert re.search(r'<a href="/my-numbers/"[^>]*aria-current="page"', page_text(client.get(PAGE)))


def test_more_leads_rotations_and_colleagues_cost_no_more_statements(client, as_rep, queue, team):
    counts = []
    for number in (1, 3):
        for n in range(number):
            mate = make_rep(team)
            for user in (as_rep, mate):
                take(queue, user, contact=MINUTE)
                take(queue, user, at=MORNING - 7 * DAY)
            rotation = make_rotation(as_rep, mate, name=f"Turns {number} {n}")
            serve(QueueFactory(team=team, dispatch="push", rotation=rotation), at=MORNING)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
    assert counts[0] <= 20, counts


def test_the_list_costs_no_more_statements_for_more_leads(client, as_rep, queue):
    counts = []
    for number in (1, 3):
        for _lead in range(number):
            take(queue, as_rep)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{LEADS}?figure=taken")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20
