"""The doors of guarded queues: kind refusals, a closer look, skips (C4c, C9)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leads.models import Lead, OwnField
from queues.actions.claims.reservations import reserve
from queues.actions.claims.take import take_next
from queues.models import Entry
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import MORNING, QueueFactory, TeamFactory, fill, make_entry, make_manager, make_rep

pytestmark = pytest.mark.django_db
NOW = MORNING + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def rep(client: Client):
    rep = make_rep()
    client.force_login(rep)
    return rep


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def toast(answer) -> dict:
    return json.loads(answer.headers["HX-Trigger"])["toast"]


def test_the_refusal_names_the_leads_to_contact_first(htmx, client: Client, rep):
    queue = QueueFactory(name="MQL", uncontacted_limit=2)
    for company in ("Acme", "<Bumi> & Hijau", "Pelita"):
        make_entry(queue, company_name=company)
    first, second = (take_next(queue, by=rep, at=NOW) for _time in range(2))
    refused = htmx.post("/take-next/", {"queue": queue.slug})
    assert (refused.status_code, refused.headers["HX-Reswap"]) == (409, "none")
    assert toast(refused) == {
        "text": "MQL gives you its next lead after 1 more first contact. Still to contact (2):",
        "level": "warning",
        "links": [["Acme", f"/desk/?lead={first.lead_id}"], ["<Bumi> & Hijau", f"/desk/?lead={second.lead_id}"]],
    }
    plain = client.post("/take-next/")
    links = f'<a href="/desk/?lead={first.lead_id}">Acme</a>, '
    links += f'<a href="/desk/?lead={second.lead_id}">&lt;Bumi&gt; &amp; Hijau</a>'
    assert (plain["Location"], said(plain)) == ("/desk/", [f"{toast(refused)['text']} {links}"])
    assert links in client.get("/desk/").content.decode()
    assert Assignment.objects.count() == 2


def test_a_batch_says_that_the_limit_cut_it(client: Client, rep):
    queue = QueueFactory(name="MQL", uncontacted_limit=2, batch_size=5)
    fill(queue, 5)
    answer = client.post("/take-batch/", {"queue": queue.slug, "count": "4"})
    assert said(answer) == ["Took 2 leads from MQL: you may have 2 that are not contacted yet."]


def test_the_next_bar_says_so_before_and_offers_another_queue(client: Client, rep):
    full = QueueFactory(name="MQL", uncontacted_limit=1, wait_minutes=60)
    fill(full, 2)
    take_next(full, by=rep, at=NOW)
    alone = client.get("/desk/next/").content.decode()
    make_entry(QueueFactory(name="SMB", wait_minutes=600), company_name="Kopi Senja")
    beside = client.get("/desk/next/").content.decode()
    chosen = client.get("/desk/next/", {"queue": full.slug}).content.decode()
    says = "MQL gives you its next lead after 1 more"
    assert [says in shown for shown in (alone, beside, chosen)] == [True, False, True]
    assert "Kopi Senja" in beside


def test_a_blind_queue_shows_how_many_wait_and_not_which(htmx, client: Client, rep):
    queue = QueueFactory(name="MQL", slug="mql", is_blind=True)
    entries = [make_entry(queue, company_name=f"Hidden {n}", title="Chief", city="Solo", score=61) for n in range(3)]
    addresses = ["/desk/", "/desk/?queue=mql", "/desk/next/", "/desk/next/?queue=mql", "/desk/waiting/?queue=mql"]
    shown = "".join(client.get(address).content.decode() for address in [*addresses, "/my-queues/?queue=mql"])
    hidden = ["Hidden", "Chief", "Solo", "score 61", *(f'entry-{entry.pk}"' for entry in entries), "/take/"]
    assert [each for each in hidden if each in shown] == []
    wanted = ["3 waiting", "This queue is blind", "The next of MQL", "Take next only, unseen"]
    assert [each for each in wanted if each not in shown] == []
    assert "batch-" not in client.get("/desk/next/").content.decode()
    refused = htmx.post("/take-batch/", {"queue": "mql"})
    assert (refused.status_code, toast(refused)["text"]) == (409, "MQL gives leads only through Take next.")


def test_what_came_unseen_offers_a_skip_with_a_reason_and_no_undo(htmx, client: Client, rep):
    queue = QueueFactory(name="MQL", is_blind=True)
    entry = make_entry(queue, company_name="Acme")
    taken = htmx.post("/take-next/", {"queue": queue.slug})
    held = Assignment.objects.get()
    assert ("undo" in toast(taken), f"/assignments/{held.pk}/undo/" in taken.content.decode()) == (False, False)
    assert "Skip it" in client.get(f"/leads/{held.lead_id}/?on_desk=1").content.decode()
    undone = client.post(f"/assignments/{held.pk}/undo/")
    assert said(undone) == ["Acme came from the blind queue MQL. Skip it with a reason instead."]
    refused = htmx.post(f"/leads/{entry.lead_id}/return/", {"note": "kept"})
    form = refused.content.decode()
    assert (refused.status_code, 'value="kept"' in form, "Skip it" in form) == (422, True, True)
    skipped = client.post(f"/leads/{entry.lead_id}/return/", {"reason": "not_my_type"})
    assert said(skipped)[-1] == "Acme is skipped; it waits in MQL in its old place."
    assert Assignment.objects.get().end_reason == "not_my_type"


def test_after_a_contact_it_is_a_return_as_any_other(client: Client, rep):
    queue = QueueFactory(is_blind=True)
    fill(queue, 1)
    taken = take_next(queue, by=rep, at=NOW)
    log_contact(taken, kind="call", outcome="reached", note="", by=rep, at=NOW)
    shown = client.get("/desk/").content.decode()
    assert ("Skip it" in shown, "Return to queue" in shown) == (False, True)


def test_managers_read_who_skipped_how_often_and_why(client: Client):
    team = TeamFactory()
    rep, queue = make_rep(team, first_name="Rina"), QueueFactory(name="MQL", slug="mql", is_blind=True, team=team)
    fill(queue, 2)
    client.force_login(rep)
    for reason in ("not_my_type", "no_skill"):
        held = take_next(queue, by=rep, at=NOW)
        client.post(f"/leads/{held.lead_id}/return/", {"reason": reason})
        make_rep(team)
    client.force_login(make_manager(team))
    says = "Needs a skill I do not have 1, Not my type of lead 1"
    assert f"2 skips of MQL in 30 d: {says}" in client.get("/team/").content.decode()
    assert says in client.get("/queues/mql/").content.decode()
    assert client.get("/team/?format=csv").content.decode().splitlines()[0].endswith('"Skips, 30 d"')


@pytest.fixture
def entries(rep) -> list[Entry]:
    queue = QueueFactory(name="SMB", slug="smb", picks_within=2, is_reserving=True)
    lead = {"first_name": "Dewi", "city": "Solo", "message": "my number is 0812", "email": "dewi@senja.example"}
    return [make_entry(queue, company_name="Kopi Senja", **lead), *fill(queue, 3)]


def test_a_closer_look_shows_more_and_never_who_it_is(htmx, client: Client, entries):
    answer = htmx.post(f"/take/{entries[0].pk}/look/", {"queue": "smb", "page": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/waiting/?queue=smb&page=1")
    shown = client.get("/desk/").content.decode()
    wanted = [f'id="closer-{entries[0].pk}"', "Kept for you for", "Entered a queue", "Done looking", "Solo"]
    assert [each for each in wanted if each not in shown] == []
    assert [each for each in ("Dewi", "dewi@", "0812", "@senja") if each in shown] == []


def test_a_closer_look_shows_the_own_fields_that_are_open(htmx, client: Client, entries):
    for key, is_open in (("quality", True), ("birthday", False)):
        OwnField.objects.create(key=key, name=key.title(), kind="text", is_open=is_open)
    own = {"text:quality": "Keen", "text:birthday": "4 May"}
    Lead.objects.filter(pk=entries[0].lead_id).update(own=own)
    htmx.post(f"/take/{entries[0].pk}/look/", {"queue": "smb", "page": "1"})
    page = client.get("/desk/").content.decode()
    assert ("Keen" in page, "4 May" in page, "Birthday" in page) == (True, False, False)


def test_without_htmx_the_look_goes_to_its_row_and_ends_by_a_button(client: Client, entries):
    answer = client.post(f"/take/{entries[1].pk}/look/")
    assert answer["Location"] == f"/desk/#entry-{entries[1].pk}"
    left = client.post("/take/look-away/", {"queue": "smb", "page": "2"})
    assert left["Location"] == "/desk/?queue=smb&page=2#waiting"
    assert Entry.objects.filter(reserved_by__isnull=False).count() == 0


def test_others_see_who_looks_and_take_it_not(htmx, client: Client, entries, time_machine):
    reserve(entries[0], by=make_rep(first_name="Budi"), at=NOW)
    shown = client.get("/desk/").content.decode()
    assert ("viewing: Budi" in shown, f"/take/{entries[0].pk}/" in shown) == (True, False)
    assert "Kopi Senja" not in client.get("/desk/next/").content.decode()
    for address in (f"/take/{entries[0].pk}/", f"/take/{entries[0].pk}/look/"):
        refused = htmx.post(address)
        assert (refused.status_code, toast(refused)["level"]) == (409, "warning")
        assert toast(refused)["text"].startswith("Budi is looking at this lead.")
    time_machine.move_to(NOW + timedelta(seconds=60), tick=False)
    assert "viewing" not in client.get("/desk/").content.decode()


def test_a_lead_behind_the_first_places_or_gone_is_refused_kindly(htmx, entries):
    behind = htmx.post(f"/take/{entries[3].pk}/look/")
    take_next(entries[0].queue, by=make_rep(first_name="Maria", last_name="K"), at=NOW)
    gone = htmx.post(f"/take/{entries[0].pk}/look/")
    says = ["In SMB you can pick from the first 2 leads.", "Somebody was faster: Maria K took this lead"]
    assert [toast(answer)["text"][: len(words)] for answer, words in zip((behind, gone), says, strict=True)] == says
    assert (behind.status_code, gone.status_code) == (409, 409)


def test_a_strange_lead_is_unknown(client: Client, rep):
    (entry,) = fill(QueueFactory(team=TeamFactory(), picks_within=2, is_reserving=True), 1)
    addresses = [f"/take/{entry.pk}/look/", f"/take/{2**70}/look/", f"/take/{2**70}/"]
    with nothing_changes():
        assert [refusal(client.post(address)) for address in addresses] == [NOT_FOUND] * 3


def test_the_list_asks_as_much_however_many_are_looked_at(client: Client, entries):
    counts = []
    for entry in entries[:2]:
        reserve(entry, by=make_rep(), at=NOW)
        with CaptureQueriesContext(connection) as asked:
            client.get("/desk/waiting/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
