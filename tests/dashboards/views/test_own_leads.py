"""My leads: the whole list of a rep, its filters, columns and order (C5, M8)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import take_next
from routing.actions.contact import log_contact, snooze
from tests.factories import MORNING, QueueFactory, SourceFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW, HOUR = MORNING + timedelta(minutes=30), timedelta(hours=1)
PAGE = "/my-leads/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def rep(client: Client):
    made = make_rep(TeamFactory())
    client.force_login(made)
    return made


def hold(rep, company: str, **fields):
    queue = QueueFactory(team=rep.rep.teams.get(), name=f"Queue of {company}")
    make_entry(queue, company_name=company, **fields)
    return take_next(queue, by=rep, at=MORNING)


@pytest.fixture
def four(rep):
    """One without a contact, one snoozed, one to call back in the past, one without a next step."""
    new, snoozed = (
        hold(rep, "New", source=SourceFactory(slug="fair", name="Fair"), score=10),
        hold(rep, "Snoozed", score=90),
    )
    late, idle = hold(rep, "Late", score=50), hold(rep, "Idle", score=70)
    for each in (snoozed, late, idle):
        log_contact(each, kind="call", outcome="reached", note="", by=rep, at=MORNING)
    snooze(snoozed, until=NOW + HOUR, by=rep, at=MORNING)
    log_contact(
        late, kind="call", outcome="call_back", note="", follow_up_at=NOW - HOUR / 6, by=rep, at=MORNING + HOUR / 12
    )
    return {"New": new, "Snoozed": snoozed, "Late": late, "Idle": idle}


def shown(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    return [row.lead.label for row in answer.context["rows"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Late", "Snoozed", "New", "Idle"]),
        ("sort=-next", ["New", "Snoozed", "Late", "Idle"]),
        ("sort=-score", ["Snoozed", "Idle", "Late", "New"]),
        ("sort=company", ["Idle", "Late", "New", "Snoozed"]),
        ("sort=contacted", ["Snoozed", "Late", "Idle", "New"]),
        ("show=due", ["Late"]),
        ("show=first", ["New"]),
        ("show=snoozed", ["Snoozed"]),
        ("show=none", ["Idle"]),
        ("source=fair", ["New"]),
        ("from=Queue+of+Idle", ["Idle"]),
        ("show=shoes&source=shoes&from=shoes", ["Late", "Snoozed", "New", "Idle"]),
    ],
)
def test_the_list_has_filters_and_orders(client: Client, four, query: str, names: list[str]):
    assert shown(client, query) == names


def test_the_chips_say_how_many_each_shows_and_the_head_what_is_due(client: Client, four):
    answer = client.get(PAGE)
    assert [(name, n) for name, _label, n in answer.context["chips"]] == [
        ("", 4), ("due", 1), ("first", 1), ("snoozed", 1), ("none", 1),
    ]  # fmt: skip
    words = answer.content.decode()
    assert ("1 lead is due now." in words, "1 has no next step." in words) == (True, True)


def test_a_filter_that_is_gone_is_said(client: Client, four):
    words = client.get(f"{PAGE}?from=Old+queue&view=").content.decode()
    assert "“Old queue” is not a choice of “from”" in words


def test_the_file_has_the_filtered_list_with_the_columns_that_were_chosen(client: Client, four):
    lines = client.get(f"{PAGE}?show=first&columns=task,next,score&format=csv").content.decode("utf-8-sig").splitlines()
    due = four["New"].first_due_at.isoformat()
    assert lines == ["Company,Next,Due,Score", f"New,First contact,{due},10"]


def test_only_own_leads_are_listed_and_only_for_reps(client: Client, four, rep):
    client.force_login(make_rep(rep.rep.teams.get()))
    assert (shown(client), "You hold no leads" in client.get(PAGE).content.decode()) == ([], True)
    client.force_login(make_manager(rep.rep.teams.get()))
    assert client.get(PAGE).status_code == 403


def test_fifty_stand_on_a_page(client: Client, rep):
    queue = QueueFactory(team=rep.rep.teams.get(), name="MQL")
    for number in range(51):
        make_entry(queue, company_name=f"Acme {number}")
    for _number in range(51):
        take_next(queue, by=rep, at=MORNING)
    assert (len(shown(client)), len(shown(client, "page=2")), len(shown(client, "page=x"))) == (50, 1, 50)


def test_three_rows_ask_as_much_as_one(client: Client, rep):
    hold(rep, "First")
    client.get(PAGE)
    asked = []
    for company in ("Second", "Third", "Fourth"):
        with CaptureQueriesContext(connection) as found:
            client.get(f"{PAGE}?columns=person,phone,source,score")
        asked.append(len(found))
        hold(rep, company)
    assert asked == [asked[0]] * 3
