"""The team: who takes leads, who holds what, what is left undone, and the switch a manager has (C7, D4, E3)."""

import csv
import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from queues.actions.dispatch.serve import serve
from queues.models import Entry, Queue
from routing.actions.availability.time_off import plan_time_off, set_available
from routing.actions.contact import log_contact
from routing.models import Assignment, Rep
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    make_entry,
    make_rep,
    make_rotation,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team():
    return TeamFactory(name="SMB")


@pytest.fixture
def maria(team):
    return make_rep(team, first_name="Maria", last_name="Kusuma")


@pytest.fixture
def mql(team) -> Queue:
    return QueueFactory(name="MQL", team=team)


def taken(queue: Queue, rep, *, at: datetime, contacted_after: timedelta | None = None, **lead) -> Assignment:
    make_entry(queue, since=at, **lead)
    held = take_next(queue, by=rep, at=at)
    if contacted_after is not None:
        log_contact(held, kind="call", outcome="reached", note="", by=rep, at=at + contacted_after)
    return held


def shown(client: Client, **query) -> list[tuple]:
    """(name, state, flags) of each row."""
    rows = client.get("/team/", query).context["rows"]
    return [(str(mate.rep), state.says, [flag.says for flag in flags]) for mate, state, flags, _response in rows]


def mate_of(client: Client):
    ((mate, _state, _flags, _response),) = client.get("/team/").context["rows"]
    return mate


def switch(client: Client, rep: Rep, state: str, **options):
    return client.post(f"/team/{rep.pk}/availability/", {"state": state}, **options)


def test_only_reps_of_the_own_teams_are_shown(client: Client, as_manager, maria):
    make_rep(TeamFactory(), first_name="Foreign")
    assert shown(client) == [("Maria Kusuma", "Available", [])]
    client.force_login(maria)
    assert client.get("/team/").status_code == 403


def test_states_say_why_not_and_until_when(client: Client, as_manager, team):
    off, paused, leave, meeting, gone = (
        make_rep(team, first_name=name, last_name=f"{number}") for number, name in enumerate(("A", "B", "C", "D", "E"))
    )
    set_available(off.rep, is_available=False, by=off, at=MORNING)
    set_available(paused.rep, is_available=False, by=off, at=MORNING, until=MORNING + HOUR)
    spans = ((leave, "leave", 2 * DAY), (leave, "sick", DAY), (meeting, "meeting", 5 * HOUR))
    for user, kind, lasts in spans:
        span = {"starts_at": MORNING - HOUR, "ends_at": MORNING + lasts}
        plan_time_off(user.rep, kind=kind, note="private", by=user, at=MORNING, **span)
    set_available(gone.rep, is_available=False, by=off, at=MORNING, until=MORNING + HOUR)
    plan_time_off(off.rep, kind="leave", note="", by=off, at=MORNING, starts_at=MORNING, ends_at=MORNING + DAY)
    gone.is_active = False
    gone.save()
    assert [(name, state) for name, state, _flags in shown(client)] == [
        ("A 0", "Paused"),
        ("B 1", "Paused until 11:42"),
        ("C 2", "On leave until Wed 10:42"),
        ("D 3", "In a meeting all day until 15:42"),
        ("E 4", "Account is off"),
    ]
    page = client.get("/team/")
    assert (page.context["free"], "private" in page.content.decode()) == (0, False)


def test_open_and_silent_leads_and_the_work_of_today_are_counted(client: Client, as_manager, mql: Queue, maria):
    taken(mql, maria, at=MORNING - DAY, contacted_after=DAY - HOUR)
    taken(mql, maria, at=MORNING - HOUR, contacted_after=MINUTE)
    taken(mql, maria, at=MORNING)
    mate = mate_of(client)
    assert (mate.open_leads, mate.uncontacted, mate.claimed, mate.contacted) == (3, 1, 2, 2)


def test_contacts_of_one_lead_count_once(client: Client, as_manager, mql: Queue, maria):
    held = taken(mql, maria, at=MORNING - HOUR, contacted_after=MINUTE)
    held.refresh_from_db()
    log_contact(held, kind="email", outcome="reached", note="", by=maria, at=MORNING)
    assert mate_of(client).contacted == 1


def test_time_to_contact_is_the_median_and_the_limit_itself_is_in_time(client: Client, as_manager, mql: Queue, maria):
    for minutes in (10, 120, 121):
        taken(mql, maria, at=MORNING - DAY, contacted_after=minutes * MINUTE)
    taken(mql, maria, at=MORNING - 31 * DAY, contacted_after=5 * DAY)
    Assignment.objects.filter(assigned_at=MORNING - 31 * DAY).update(ended_at=MORNING - 20 * DAY, ended_how="won")
    found = mate_of(client).response.now
    assert (found.median, found.time_share) == (2 * HOUR, 2 / 3)
    assert "67 % in time" in client.get("/team/").content.decode().replace("\xa0", " ")


def test_without_a_contact_there_is_no_median_and_no_share(client: Client, as_manager, mql: Queue, maria):
    taken(mql, maria, at=MORNING)
    found = mate_of(client).response.now
    row = client.get("/team/").content.decode().split(f'id="rep-{maria.rep.pk}"')[1].split("</tr>")[0]
    assert (found.median, found.time_share, found.contact_share, row.count("n/a")) == (None, None, None, 3)


def test_what_is_left_alone_counts_against_the_share_in_time(client: Client, as_manager, mql: Queue, maria):
    taken(mql, maria, at=MORNING - DAY, contacted_after=HOUR)
    taken(mql, maria, at=MORNING - 2 * HOUR)  # due this very moment
    assert mate_of(client).response.now.time_share == 1.0
    ignored = taken(mql, maria, at=MORNING - 2 * HOUR - MINUTE)
    assert mate_of(client).response.now.time_share == 0.5
    Assignment.objects.filter(pk=ignored.pk).update(ended_at=MORNING - HOUR, ended_how="returned")
    assert mate_of(client).response.now.time_share == 1.0  # given back while there was time


def test_open_leads_without_a_running_clock_stand_last(client: Client, as_manager, mql: Queue, maria):
    taken(mql, maria, at=MORNING - 2 * HOUR, contacted_after=MINUTE, company_name="Reached")
    taken(mql, maria, at=MORNING - HOUR, company_name="Silent")
    held = client.get("/team/", {"open": maria.rep.pk}).context["held"]
    assert [one.lead.label for one, _left in held] == ["Silent", "Reached"]


def test_flags_name_their_evidence(client: Client, as_manager, mql: Queue, maria):
    friday = MORNING - timedelta(days=2, hours=19)  # 15:42
    taken(mql, maria, at=friday, company_name="Bumi Hijau")
    taken(mql, maria, at=MORNING - 2 * HOUR, company_name="Not late yet")
    assert shown(client)[0][2] == [
        "1 contact overdue: Bumi Hijau",
        "1 taken on Friday afternoon, not contacted since: Bumi Hijau",
    ]
    page = " ".join(client.get("/team/").content.decode().split())
    assert "1 has a red flag." in page


def test_many_claims_and_few_contacts_are_a_flag(client: Client, as_manager, mql: Queue, maria):
    for number in range(10):
        taken(mql, maria, at=MORNING - HOUR, contacted_after=MINUTE if number < 4 else None)
    assert shown(client)[0][2] == ["10 claims in a week, 4 contacted"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [("", ["Budi", "Maria"]), ("-name", ["Maria", "Budi"]), ("-open", ["Maria", "Budi"]), ("x", ["Budi", "Maria"])],
)
def test_rows_are_sorted_as_the_address_says(
    client: Client, as_manager, mql: Queue, team, maria, sort: str, names: list
):
    make_rep(team, first_name="Budi", last_name="Santoso")
    taken(mql, maria, at=MORNING)
    assert [row[0].split()[0] for row in shown(client, sort=sort)] == names


def test_a_row_opens_with_what_the_rep_holds(client: Client, as_manager, mql: Queue, maria):
    taken(mql, maria, at=MORNING - HOUR, company_name="Silent")
    taken(mql, maria, at=MORNING - 2 * HOUR, contacted_after=MINUTE, company_name="Reached")
    opened = client.get("/team/", {"open": maria.rep.pk})
    assert {one.lead.label for one, _left in opened.context["held"]} == {"Silent", "Reached"}
    assert opened.content.decode().count("Open leads of Maria Kusuma") == 1
    for wrong in ("x", make_rep(TeamFactory()).rep.pk):
        assert client.get("/team/", {"open": wrong}).context["opened"] is None


def test_the_table_is_a_file_with_safe_cells(client: Client, as_manager, mql: Queue, maria, team):
    make_rep(team, first_name="=cmd()", last_name="")
    taken(mql, maria, at=MORNING - HOUR, contacted_after=10 * MINUTE)
    taken(mql, maria, at=MORNING - 3 * HOUR, company_name="Kopi Senja")
    answer = client.get("/team/", {"format": "csv"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="team.csv"'
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[1:]
    assert rows == [
        ["'=cmd()", "Available", "", "0", "0", "0", "0", *[""] * 6, "", "0"],
        [
            "Maria Kusuma",
            "Available",
            "",
            "2",
            "1",
            "2",
            "1",
            "10",
            "",
            "0.50",
            "",
            "0.50",
            "",
            "1 contact overdue: Kopi Senja",
            "0",
        ],
    ]


def test_a_part_that_is_shown_already_is_not_sent_again(htmx, client: Client, as_manager, maria):
    version = client.get("/team/").context["version"]
    assert htmx.get("/team/", {"v": version}).status_code == 204
    set_available(maria.rep, is_available=False, by=maria, at=MORNING)
    news = htmx.get("/team/", {"v": version})
    assert (news.status_code, news.context["version"] == version) == (200, False)


def test_three_reps_with_leads_ask_no_more_than_one(client: Client, as_manager, mql: Queue, team, maria):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/team/", {"open": maria.rep.pk})
        return len(asked)

    taken(mql, maria, at=MORNING)
    client.get("/team/")
    first = queries()
    for _number in range(2):
        taken(mql, make_rep(team), at=MORNING, contacted_after=MINUTE)
        taken(mql, maria, at=MORNING)
    assert queries() == first


@pytest.mark.parametrize(
    ("state", "is_available", "says"),
    [
        ("off", False, "Maria Kusuma is paused and gets no turns."),
        ("on", True, "Maria Kusuma takes leads again."),
    ],
)
def test_a_manager_switches_the_own_reps(client: Client, as_manager, maria, state: str, is_available: bool, says: str):
    Rep.objects.filter(pk=maria.rep.pk).update(is_available=not is_available)
    answer = switch(client, maria.rep, state, headers=HTMX)
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert (answer.status_code, answer.content, toast) == (204, b"", says)
    plain = switch(client, maria.rep, state)
    assert (plain["Location"], [str(each) for each in get_messages(plain.wsgi_request)]) == ("/team/", [says])
    rep = Rep.objects.get(pk=maria.rep.pk)
    assert (rep.is_available, rep.history.first().history_user) == (is_available, as_manager)


def test_leads_that_were_held_are_served_when_a_rep_is_switched_on(client: Client, as_manager, maria, team):
    set_available(maria.rep, is_available=False, by=maria, at=MORNING - HOUR)
    queue = QueueFactory(team=team, dispatch="push", rotation=make_rotation(maria))
    make_entry(queue, since=MORNING - HOUR)
    serve(queue, at=MORNING - HOUR)
    assert Entry.objects.waiting().count() == 1
    switch(client, maria.rep, "on")
    assert (Entry.objects.waiting().count(), Assignment.objects.get().holder) == (0, maria)


def test_reps_of_others_and_wrong_states_are_refused(client: Client, as_manager, maria):
    foreign = make_rep(TeamFactory()).rep
    answers = [switch(client, foreign, "off"), switch(client, maria.rep, "x")]
    answers.append(client.get(f"/team/{maria.rep.pk}/availability/"))
    client.force_login(maria)
    answers.append(switch(client, maria.rep, "off"))
    assert [answer.status_code for answer in answers] == [404, 400, 405, 403]
    assert Rep.objects.filter(is_available=False).count() == 0


def test_a_median_from_classes_is_called_about(client: Client, as_manager, mql: Queue, maria, monkeypatch, page_text):
    taken(mql, maria, at=MORNING, contacted_after=MINUTE)
    assert " about </span>" not in page_text(client.get("/team/"))
    monkeypatch.setattr("queues.queries.figures.times.MOST", 0)
    assert " about </span>" in page_text(client.get("/team/"))
