"""The page of connections: cards, headline, log, what was not taken, and the acts (I4)."""

import json
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from config.sealing import seal
from queues.models import Connection, CrmLink
from routing.actions.assignment import AssignmentRequest, assign
from routing.models import Assignment
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_connection_row, make_crm_link, make_line, make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
MINUTE = timedelta(minutes=1)


def test_without_a_connection_the_page_explains_and_offers_the_three(client, as_ops, page_text):
    page = page_text(client.get("/connections/"))
    assert "No system is connected" in page
    for crm in ("salesforce:Lead", "hubspot:contacts", "dynamics:leads"):
        assert f'href="/connections/new/?records={crm}"' in page


def test_the_worst_comes_first_and_the_headline_says_who_needs_a_person(client, as_ops, page_text):
    make_connection_row("salesforce", last_in_at=MORNING - 2 * MINUTE)
    make_connection_row("hubspot", state="paused", problem="limit", paused_until=MORNING + 83 * MINUTE)
    at = MORNING - 90 * MINUTE
    broken = make_connection_row("dynamics", state="broken", problem="sign_in", problem_at=at)
    for minutes in (90, 20):
        make_crm_link(broken, next_at=MORNING, wanted_at=MORNING - minutes * MINUTE)
    page = page_text(client.get("/connections/"))
    assert "One needs you: <strong>Dynamics 365 has been refused since 09:12</strong>." in page
    assert "No lead is lost, 2 changes wait here." in page
    states = ("Broken since 09:12", "Paused until 12:05: too many calls", "Working, last lead 2 min ago")
    places = [page.index(says) for says in states]
    assert places == sorted(places)
    for says in (
        "Microsoft refuses the app’s sign-in",
        "2 waiting, oldest 1 h 30 min",
        "Enter a new secret",
        "Ask less often",
        "Fields and status",
    ):
        assert says in page.replace("\xa0", " ")


def test_facts_count_today_and_people(client, as_ops, page_text):
    row = make_connection_row(last_in_at=MORNING)
    make_crm_link(row, made_at=MORNING - timedelta(days=1))
    wrote = {"wanted_at": MORNING - MINUTE, "written_at": MORNING - MINUTE + timedelta(seconds=9)}
    make_crm_link(row, made_at=MORNING, **wrote)
    make_remote_person(row, user=make_rep(), how="email")
    make_remote_person(row), make_remote_person(row, is_group=True), make_remote_person(row, is_active=False)
    page = page_text(client.get("/connections/")).replace("\xa0", " ")
    for says in ("1 today, every 2 min", "1 today, none waiting", "1 of 2 matched", "within 9 s for 95 of 100"):
        assert says in page


def test_the_page_asks_as_often_with_six_connections_as_with_two(client, as_ops):
    def statements() -> int:
        with CaptureQueriesContext(
            database,
        ) as asked:
            client.get("/connections/")
        return len(asked)

    def make(n: int) -> None:
        for _each in range(n):
            row = make_connection_row(account_id=f"a-{Connection.objects.count()}", state="paused", problem="limit")
            make_remote_person(row), make_crm_link(row), make_line(row, "taken", lead=make_lead())

    make(2)
    client.get("/connections/")
    before = statements()
    make(4)
    assert (statements(), before <= 20) == (before, True)


def test_what_was_not_taken_is_shown_and_tried_again_or_left(client, as_ops, page_text):
    row = make_connection_row()
    said = "bad value for restricted picklist field"
    fields = {"problem": "wrong", "problem_words": said, "problem_at": MORNING, "wanted_status": "Nurturing"}
    links = [make_crm_link(row, make_lead(company_name=f"Kopi {n}"), **fields) for n in (1, 2)]
    assert "2 changes were not taken" in page_text(client.get("/connections/"))
    page = page_text(client.get(f"/connections/{row.pk}/"))
    for says in ("Kopi 1", f"HubSpot does not take this value. It says: “{said}”", "Waits: status “Nurturing”"):
        assert says in page
    client.post(f"/connections/links/{links[0].pk}/again/")
    client.post(f"/connections/links/{links[1].pk}/leave/")
    again, left = CrmLink.objects.order_by("pk")
    assert (again.problem, again.next_at, again.wanted_status) == ("", MORNING, "Nurturing")
    assert (left.problem, left.next_at, left.wanted_status) == ("", None, "")


@pytest.mark.parametrize(
    ("kind", "secret", "is_shown"),
    [("hubspot", "s", True), ("hubspot", "", False), ("salesforce", "s", False), ("dynamics", "s", False)],
)
def test_an_app_of_hubspot_alone_has_an_address_for_hints(client, as_ops, settings, kind, secret, is_shown):
    """Calls of a private app are not signed, so that its address would hear nothing."""
    settings.SITE_URL = "https://alur.example"
    row = make_connection_row(kind, credentials=seal(json.dumps({"client_secret": secret})))
    page = client.get(f"/connections/{row.pk}/").content.decode()
    assert (f"https://alur.example/connections/{row.pk}/hint/" in page) == is_shown


def test_it_is_asked_less_often_off_on_and_removed_with_its_leads_staying(client, as_ops, page_text):
    row = make_connection_row()
    lead = make_crm_link(row).lead
    wrong = client.post(f"/connections/{row.pk}/often/", {"minutes": "61"})
    assert (wrong.status_code, "Write a number of minutes from 1 to 60." in page_text(wrong)) == (422, True)
    client.post(f"/connections/{row.pk}/often/", {"minutes": "15"})
    client.post(f"/connections/{row.pk}/off/")
    row.refresh_from_db()
    assert (row.poll_minutes, row.state) == (15, "off")
    assert "Switched off" in page_text(client.get("/connections/"))
    client.post(f"/connections/{row.pk}/on/")
    row.refresh_from_db()
    assert row.state == "working"
    sure = page_text(client.get(f"/connections/{row.pk}/remove/"))
    assert "all leads here with their story, and all records in the CRM as they are." in sure
    client.post(f"/connections/{row.pk}/remove/")
    lead.refresh_from_db()
    assert (Connection.objects.count(), CrmLink.objects.count()) == (0, 0)
    assert Connection.history.get(history_type="-").history_user == as_ops


def test_one_that_was_off_is_not_switched_on_beside_its_successor(client, as_ops, page_text):
    old = make_connection_row(state="off")
    make_connection_row()
    page = page_text(client.post(f"/connections/{old.pk}/on/", follow=True))
    assert "Another connection reads the same records now." in page
    old.refresh_from_db()
    assert old.state == "off"


@pytest.mark.parametrize(
    ("problem", "short", "says"),
    [
        ("limit", "too many calls", "HubSpot takes no more calls for now"),
        ("usage", "daily limit", "it stops at 80 %"),
    ],
)
def test_a_pause_says_whose_limit_it_is(client, as_ops, page_text, problem, short, says):
    make_connection_row(state="paused", problem=problem, paused_until=MORNING + MINUTE)
    page = page_text(client.get("/connections/"))
    assert (f"Paused until 10:43: {short}" in page, says in page) == (True, True)


def test_a_holder_without_a_match_is_named_and_only_the_owner_waits(client, as_ops, page_text):
    row, lead = make_connection_row(), make_lead()
    rep = make_rep(first_name="David", last_name="Siregar")
    assign(AssignmentRequest(lead, rep.pk, Assignment.How.BY_HAND), by=None, at=MORNING)
    make_crm_link(row, lead, problem="unmatched", problem_at=MORNING, wanted_status="OPEN")
    page = page_text(client.get(f"/connections/{row.pk}/"))
    assert "Here David Siregar holds the lead, without a match in HubSpot, so the owner cannot be written." in page
    assert ("Waits: owner " in page, "OPEN" in page) == (True, False)


@pytest.mark.parametrize(("seconds", "after"), [(0, "at once"), (9, "9 s after the act")])
def test_the_log_says_how_soon_a_change_was_written(client, as_ops, page_text, seconds, after):
    row, lead = make_connection_row(), make_lead(company_name="Kopi Senja")
    make_line(row, "wrote", way="out", lead=lead, details={"owner": "9", "seconds": seconds})
    page = page_text(client.get("/connections/log/")).replace("\xa0", " ")
    assert f"owner written, {after} · <a" in page


def test_an_act_names_the_crm_and_the_connection(client, as_ops, page_text):
    row = make_connection_row(name="leads, Surabaya")
    for act in ("off", "on", "again", "remove"):
        assert "HubSpot: leads, Surabaya is " in page_text(client.post(f"/connections/{row.pk}/{act}/", follow=True))


def test_two_connections_to_one_crm_have_their_names_in_the_log(client, as_ops, page_text):
    one, alone = make_connection_row(name="leads, Surabaya"), make_connection_row("dynamics", name="leads")
    for row in (one, alone, make_connection_row(account_id="two", name="leads, Jakarta")):
        make_line(row, "switched_on")
    for path in ("/connections/", "/connections/log/"):
        page = page_text(client.get(path))
        names = [f">{name}</b>" in page for name in ("HubSpot: leads, Surabaya", "HubSpot: leads, Jakarta", "HubSpot")]
        assert (names, ">Dynamics 365</b>" in page) == ([True, True, False], True)


def test_a_draft_is_thrown_away_without_talk_of_leads_and_people(client, as_ops, page_text):
    row = make_connection_row(state="draft", name="leads, Surabaya")
    page = page_text(client.get(f"/connections/{row.pk}/remove/"))
    assert ("Throw HubSpot: leads, Surabaya away?" in page, "of 0 leads" in page) == (True, False)
    page = page_text(client.post(f"/connections/{row.pk}/remove/", follow=True))
    assert ("HubSpot: leads, Surabaya is thrown away." in page, Connection.objects.count()) == (True, 0)


def test_try_again_now_starts_what_is_broken(client, as_ops):
    row = make_connection_row(state="broken", problem="rights", problem_at=MORNING)
    client.post(f"/connections/{row.pk}/again/")
    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == ("working", MORNING)


def test_ask_again_asks_what_works_at_once(client, as_ops, page_text):
    row = make_connection_row(next_poll_at=MORNING + 60 * MINUTE)
    assert "HubSpot: leads is asked again within a minute." in page_text(
        client.post(f"/connections/{row.pk}/again/", follow=True)
    )
    row.refresh_from_db()
    assert row.next_poll_at == MORNING


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("off", "HubSpot: leads is switched off, so it is not asked. Switch it on first."),
        ("draft", "HubSpot: leads is being set up, so it is not asked yet. Finish the steps first."),
    ],
)
def test_ask_again_says_why_nothing_is_asked(client, as_ops, page_text, state, says):
    row = make_connection_row(state=state)
    page = page_text(client.post(f"/connections/{row.pk}/again/", follow=True))
    assert (says in page, "is asked again within a minute" in page) == (True, False)
    row.refresh_from_db()
    assert (row.state, row.next_poll_at) == (state, None)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "It is tried again within a minute."),
        ({"state": "off"}, "It is tried again when the connection is switched on."),
        ({"state": "broken"}, "It is tried again when the connection is mended."),
        ({"state": "paused"}, "It is tried again when the pause of the connection is over."),
        ({"writes_out": False}, "It is not tried again: this connection writes nothing."),
    ],
)
def test_a_link_that_is_tried_again_says_when(client, as_ops, page_text, fields, says):
    row = make_connection_row(**fields)
    link = make_crm_link(row, problem="wrong", problem_at=MORNING, wanted_status="Nurturing")
    assert says in page_text(client.post(f"/connections/links/{link.pk}/again/", follow=True))


def test_the_log_is_filtered_by_its_address_and_is_a_file(client, as_ops, page_text):
    one, other = make_connection_row("hubspot"), make_connection_row("salesforce")
    make_line(one, "taken", way="in", details={"made": 1, "joined": 1})
    make_line(other, "paused", tone="warn", details={"problem": "limit", "until": (MORNING + MINUTE).isoformat()})
    page = page_text(client.get("/connections/log/"))
    assert "2 leads in, 1 known and joined" in page and "paused until 10:43: too many calls" in page
    page = page_text(client.get(f"/connections/log/?in={other.pk}&tone=warn"))
    assert ("2 leads in" in page, "paused until" in page) == (False, True)
    assert "No line matches the filters." in page_text(client.get("/connections/log/?way=out"))
    file = client.get("/connections/log/?format=csv&way=in").content.decode()
    assert len(file.strip().splitlines()) == 2 and "joined=1; made=1" in file
    make_line(one, "wrote", way="out", details={"owner": None, "seconds": 9, "status": "OPEN"})
    assert ",seconds=9; status=OPEN" in client.get("/connections/log/?format=csv&way=out").content.decode()


def test_the_change_log_shows_what_was_changed_and_no_secret(client, as_ops, page_text):
    row = make_connection_row()
    client.post(f"/connections/{row.pk}/often/", {"minutes": "15"})
    page = page_text(client.get("/changes/?kind=connections"))
    assert ("Ask every … minutes" in page, row.credentials in page, "redentials" in page) == (True, False, False)


def test_a_lead_shows_its_records_to_who_may_see_it(client, as_ops, page_text):
    row = make_connection_row("hubspot", account_id="77")
    lead = make_lead()
    make_crm_link(row, lead, remote_id="501", next_at=MORNING)
    page = page_text(client.get(f"/leads/{lead.pk}/"))
    assert "leads: a change waits to be written" in page
    assert 'href="https://app.hubspot.com/contacts/77/record/0-1/501"' in page
