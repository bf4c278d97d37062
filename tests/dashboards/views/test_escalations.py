"""The escalations: tabs, what broke and what happened so far, who could be given it, what runs out next (C7)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.queries import escalations as reading
from dashboards.queries.coming_breaches import upcoming_breaches
from queues.actions.claims.take import take_next
from queues.actions.clocks.ages import lift_aged
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import dismiss_escalation, escalate, snooze_escalation, take_over
from queues.models import Escalation, Queue
from queues.queries.escalations import open_escalations
from routing.actions.assignment import AssignmentRequest, assign, return_lead
from routing.actions.availability.time_off import set_available
from routing.models import TimeOff
from tests.clients import FORBIDDEN, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_lead, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def mql(team) -> Queue:
    return QueueFactory(name="MQL", slug="mql", team=team, wait_minutes=60)


def broken(queue: Queue, *, ago: timedelta = HOUR, kind: str = "wait", **lead) -> Escalation:
    """A lead that waits, and whose clock ran out this long ago."""
    entry = make_entry(queue, since=MORNING - ago - HOUR, **lead)
    return escalate(entry.lead, queue=queue, kind=kind, broke_at=MORNING - ago, at=MORNING)


def shown(client: Client, **query) -> list[tuple]:
    """(company, kind, situation, story) of each case on the page."""
    found = client.get("/escalations/", query).context["cases"]
    return [
        (case.escalation.lead.label, kind, says, [(one.time, one.says) for one in story])
        for case, kind, says, story, _choices in found
    ]


def case_of(as_manager) -> reading.Case:
    (case,) = reading.cases(open_escalations(as_manager, at=MORNING), at=MORNING, chooser=as_manager)
    return case


def queries_of(act) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def test_each_tab_has_its_cases_in_its_order_and_all_are_counted(client: Client, as_manager, mql: Queue):
    for minutes, name in ((20, "Second"), (90, "First")):
        broken(mql, ago=minutes * MINUTE, company_name=name)
    for hours, name in ((4, "Later"), (1, "Sooner")):
        until = MORNING + hours * HOUR
        snooze_escalation(broken(mql, company_name=name), until=until, reason="in talks", by=as_manager, at=MORNING)
    dismiss_escalation(broken(mql, company_name="Done before"), by=as_manager, at=MORNING - HOUR)
    take_over(broken(mql, company_name="Done last"), by=as_manager, at=MORNING)
    dismiss_escalation(broken(mql, company_name="Yesterday"), by=as_manager, at=MORNING - 11 * HOUR)
    broken(QueueFactory(team=TeamFactory()), company_name="Foreign")
    tabs = [(key, count) for key, _label, count in client.get("/escalations/").context["tabs"]]
    assert tabs == [("open", 2), ("snoozed", 2), ("done", 2)]
    names = [[row[0] for row in shown(client, tab=tab)] for tab in ("open", "snoozed", "done", "nonsense")]
    assert names == [["First", "Second"], ["Sooner", "Later"], ["Done last", "Done before"], ["First", "Second"]]


def test_a_snoozed_case_is_open_again_when_its_time_has_come(client: Client, as_manager, mql: Queue):
    snooze_escalation(broken(mql), until=MORNING, reason="in talks", by=as_manager, at=MORNING - HOUR)
    assert [count for _key, _label, count in client.get("/escalations/").context["tabs"]] == [1, 0, 0]


def test_snoozed_and_decided_cases_say_how(client: Client, as_manager, mql: Queue):
    snooze_escalation(broken(mql), until=MORNING + HOUR, reason="in talks", by=as_manager, at=MORNING)
    take_over(broken(mql), by=as_manager, at=MORNING - MINUTE)
    pages = [client.get("/escalations/", {"tab": tab}).content.decode() for tab in ("snoozed", "done")]
    assert "Comes back at 11:42: in talks" in pages[0]
    assert "Taken over by Sari Dewanti at 10:41" in pages[1]
    assert 'data-key="o"' not in pages[1]


def test_a_waiting_case_says_where_it_stands(client: Client, as_manager, mql: Queue):
    broken(mql, ago=90 * MINUTE, company_name="Kopi Senja")
    says = "Nobody holds it. It waits in MQL, its time of entry is 08:12."
    story = [("08:12", "entered MQL"), ("now", "waits for you")]
    assert shown(client) == [("Kopi Senja", "longest wait ran out", says, story)]


def test_a_held_case_tells_who_has_it_and_every_step(client: Client, as_manager, mql: Queue, team):
    maria = make_rep(team, first_name="Maria", last_name="Kusuma")
    make_entry(mql, since=MORNING - 5 * HOUR, company_name="Kopi Senja")
    take_next(mql, by=maria, at=MORNING - 4 * HOUR - 5 * MINUTE)
    escalate_overdue(at=MORNING - 2 * HOUR)
    escalate_overdue(at=MORNING)
    says = "Maria Kusuma: holds it since 06:37, no contact logged."
    story = [("06:37", "Maria Kusuma got it"), ("08:42", "Maria Kusuma was reminded"), ("10:42", "you were notified")]
    (found,) = shown(client)
    assert found[:3] == ("Kopi Senja", "first contact is overdue", says)
    assert found[3] == [("05:42", "entered MQL"), *story, ("now", "waits for you")]


def test_who_gave_it_back_is_named_with_the_reason(client: Client, as_manager, mql: Queue, team):
    budi = make_rep(team, first_name="Budi", last_name="Santoso")
    make_entry(mql, since=MORNING - 5 * HOUR)
    held = take_next(mql, by=budi, at=MORNING - 2 * HOUR)
    return_lead(held, reason="no_capacity", note="", by=budi, at=MORNING - HOUR)
    (found,) = shown(client)
    assert found[1] == "everybody available declined"
    assert [says for _time, says in found[3]][1:3] == [
        "Budi Santoso got it",
        "Budi Santoso gave it back: No time for it",
    ]


def test_free_reps_come_first_and_of_them_the_least_loaded(as_manager, mql: Queue, team):
    names = ("Away", "Loaded", "Free", "Declined")
    away, loaded, free, declined = (make_rep(team, first_name=name, last_name="Rep") for name in names)
    make_rep(TeamFactory(), first_name="Foreign")
    make_rep(team, is_active=False, first_name="Gone")
    make_entry(mql, since=MORNING - 3 * HOUR)
    take_next(mql, by=loaded, at=MORNING - 3 * HOUR)
    make_entry(mql, since=MORNING - 2 * HOUR)
    held = take_next(mql, by=declined, at=MORNING - 2 * HOUR)
    return_lead(held, reason="no_capacity", note="", by=declined, at=MORNING - HOUR)
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    escalate(held.lead, queue=mql, kind="wait", broke_at=MORNING, at=MORNING)
    choices = [(one.rep.user.first_name, one.is_free, one.load) for one in case_of(as_manager).choices]
    assert choices == [("Free", True, 0), ("Loaded", True, 1), ("Declined", True, 0), ("Away", False, 0)]


def test_the_line_of_each_person_is_true_and_who_is_away_says_until_when(client, as_manager, mql: Queue, team):
    names = ("Budi", "Sari", "Tono", "Wati")
    budi, sari, tono, wati = (make_rep(team, first_name=name, last_name="") for name in names)
    make_entry(mql, since=MORNING - 2 * HOUR)
    held = take_next(mql, by=budi, at=MORNING - 2 * HOUR)
    return_lead(held, reason="no_capacity", note="", by=budi, at=MORNING - HOUR)
    set_available(sari.rep, is_available=False, by=sari, at=MORNING)
    set_available(tono.rep, is_available=False, until=MORNING + HOUR, by=tono, at=MORNING)
    TimeOff.objects.create(rep=wati.rep, starts_at=MORNING - HOUR, ends_at=MORNING + 2 * HOUR, kind="leave")
    escalate(held.lead, queue=mql, kind="wait", broke_at=MORNING, at=MORNING)
    assert choice_lines(client) == [
        "Budi: 0 open, free, gave it back before",
        "Sari: 0 open, away",
        "Tono: 0 open, away until 11:42",
        "Wati: 0 open, away until 12:42",
    ]
    text = client.get("/escalations/").content.decode()
    assert text.count("Budi: 0 open, free, gave it back before") == 3  # proposed, and so for all ticked leads
    assert "Choose who gets" not in text


def test_somebody_who_is_away_is_never_proposed(client, as_manager, mql: Queue, team):
    away = make_rep(team, first_name="Sari", last_name="")
    set_available(away.rep, is_available=False, by=away, at=MORNING)
    escalate(make_entry(mql, since=MORNING - HOUR).lead, queue=mql, kind="wait", broke_at=MORNING, at=MORNING)
    assert choice_lines(client) == ["Choose who gets it", "Sari: 0 open, away"]
    assert case_of(as_manager).best is None
    text = client.get("/escalations/").content.decode()
    assert "No rep of this queue is available now." in text
    assert "Choose who gets them" in text


def choice_lines(client: Client) -> list[str]:
    """The options of the first case."""
    text = client.get("/escalations/").content.decode()
    options = text.split('id="rep-')[1].split("</select>")[0]
    return [line.split("</option>")[0].split(">")[1] for line in options.split("<option")[1:]]


def test_the_holder_is_no_choice(as_manager, mql: Queue, team):
    holder, other = make_rep(team), make_rep(team)
    make_entry(mql, since=MORNING - 5 * HOUR)
    take_next(mql, by=holder, at=MORNING - 5 * HOUR)
    escalate_overdue(at=MORNING - HOUR / 2)
    assert [one.rep for one in case_of(as_manager).choices] == [other.rep]


def test_a_lead_from_no_queue_may_go_to_the_own_reps(as_manager, team):
    holder, other = make_rep(team), make_rep(team)
    make_rep(TeamFactory())
    assign(
        AssignmentRequest(lead=make_lead(), holder_id=holder.pk, how="by_hand", receipt={}),
        by=None,
        at=MORNING - 5 * HOUR,
    )
    escalate_overdue(at=MORNING - HOUR / 2)
    assert [one.rep for one in case_of(as_manager).choices] == [other.rep]


def test_next_breaches_are_within_reach_and_soonest_first(client: Client, as_manager, mql: Queue, team):
    maria = make_rep(team, first_name="Maria", last_name="Kusuma")
    stranger = make_rep(TeamFactory())
    foreign = QueueFactory(team=TeamFactory())
    everyones = QueueFactory(name="Everyone", wait_minutes=7200)
    make_entry(mql, since=MORNING - 100 * MINUTE, company_name="Held")
    take_next(mql, by=maria, at=MORNING - 90 * MINUTE)
    make_entry(everyones, since=MORNING - 100 * MINUTE, company_name="Of a stranger")
    take_next(everyones, by=stranger, at=MORNING - 90 * MINUTE)
    make_entry(mql, since=MORNING - 40 * MINUTE, company_name="Waits", score=95)
    make_entry(everyones, since=MORNING - 72 * HOUR + 50 * MINUTE, company_name="Ages")
    make_entry(foreign, since=MORNING, company_name="Foreign")
    make_entry(mql, since=MORNING - 61 * MINUTE, company_name="Ran out")
    coming = [
        (one.label, one.due_at - MORNING, clock, then)
        for one, clock, then in client.get("/escalations/").context["coming"]
        if one.due_at <= MORNING + HOUR
    ]
    assert coming == [
        ("Waits", 20 * MINUTE, "Wait limit 1 h", "comes to you"),
        ("Held", 30 * MINUTE, "First contact 2 h", "Maria Kusuma is reminded"),
        ("Ages", 50 * MINUTE, "3 d in the queue", "comes to you"),
    ]


def test_the_sentence_counts_and_names_the_next_clock(client: Client, as_manager, mql: Queue):
    assert client.get("/escalations/").context["bold"] == "Nothing needs a decision."
    broken(mql, ago=90 * MINUTE)
    make_entry(mql, since=MORNING - 40 * MINUTE, company_name="Waits")
    page = " ".join(client.get("/escalations/").content.decode().split())
    assert "<strong>1 needs a decision.</strong> The next clock runs out at 11:02, Waits." in page


def test_two_clocks_at_one_moment_are_one_breach(as_manager, team):
    make_entry(QueueFactory(team=team, wait_minutes=72 * 60), since=MORNING - HOUR)
    assert [one.clock for one in upcoming_breaches(as_manager, at=MORNING)] == ["wait"]


def test_what_is_too_old_comes_here_by_itself(client: Client, as_manager, mql: Queue):
    make_entry(mql, since=MORNING - 72 * HOUR, company_name="Old")
    lift_aged(at=MORNING + MINUTE)
    assert [row[:2] for row in shown(client)] == [("Old", "waits 72 h and more")]


def test_the_next_breaches_are_a_file_with_safe_cells(client: Client, as_manager, mql: Queue):
    make_entry(mql, since=MORNING - 40 * MINUTE, company_name="=cmd()")
    answer = client.get("/escalations/", {"format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="breaches-next.csv"'
    due = (MORNING + 20 * MINUTE).isoformat()
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1] == [due, "'=cmd()", "Wait limit 1 h", "", "MQL", "comes to you"]


def test_only_managers_see_the_page(client: Client, team):
    client.force_login(make_rep(team))
    assert refusal(client.get("/escalations/")) == FORBIDDEN


@pytest.mark.parametrize("kind", ["wait", "declined"])
def test_three_cases_of_one_queue_ask_no_more_than_one(client: Client, as_manager, mql: Queue, team, kind: str):
    make_rep(team)
    broken(mql, kind=kind)
    client.get("/escalations/")
    first = queries_of(lambda: client.get("/escalations/"))
    for _number in range(2):
        make_rep(team)
        broken(mql, kind=kind)
    assert queries_of(lambda: client.get("/escalations/")) == first


def test_a_part_that_is_shown_already_is_not_sent_again(htmx, client: Client, as_manager, mql: Queue):
    one = broken(mql)
    version = client.get("/escalations/").context["version"]
    asked = {"v": version}
    assert htmx.get("/escalations/", asked).status_code == 204
    dismiss_escalation(one, by=as_manager, at=MORNING)
    answer = htmx.get("/escalations/", asked)
    assert (answer.status_code, answer.content.decode().count("Nothing needs a decision")) == (200, 2)


def test_a_rep_who_goes_away_is_news(htmx, client: Client, as_manager, mql: Queue, team):
    rep = make_rep(team)
    broken(mql)
    version = client.get("/escalations/").context["version"]
    set_available(rep.rep, is_available=False, by=rep, at=MORNING)
    news = htmx.get("/escalations/", {"v": version})
    assert (news.status_code, news.context["version"] == version) == (200, False)
