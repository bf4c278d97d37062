"""The doors that take leads: with htmx and without, and when somebody was faster (C2, L8)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from queues.actions.claims.take import pick, take_next
from queues.models import Entry
from queues.queries.counts import queue_counts
from routing.actions.assignment import return_lead
from routing.models import Assignment
from tests.clients import NOT_FOUND, nothing_changes, refusal
from tests.factories import (
    MORNING,
    QueueFactory,
    TeamFactory,
    fill,
    make_entry,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)
from tests.markup import markup

pytestmark = pytest.mark.django_db

NOW = MORNING + timedelta(minutes=30)
TAKE, BATCH = "/take-next/", "/take-batch/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def toast(answer) -> str:
    return json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def signed_in(client: Client, *teams):
    rep = make_rep(*teams)
    client.force_login(rep)
    return rep


def test_take_next_answers_with_the_card_ready_for_the_contact(htmx, client: Client):
    rep, queue = signed_in(client), QueueFactory(name="MQL")
    entry = make_entry(queue, company_name="Acme Widgets")
    answer = htmx.post(TAKE, {"queue": queue.slug})
    shown = markup(answer)
    held = Assignment.objects.get()
    assert (answer.status_code, held.holder, held.lead_id, held.how) == (200, rep, entry.lead_id, "take_next")
    assert (held.assigned_at, held.receipt["queue"]) == (NOW, "MQL")
    assert shown.startswith('<article class="al-panel al-open on-desk" id="lead"')
    assert (entry.lead.email in shown, shown.count("autofocus")) == (True, 1)
    assert answer.headers["HX-Push-Url"] == f"/desk/?lead={entry.lead_id}"
    assert toast(answer) == "Acme Widgets is yours, from MQL."


def test_take_next_without_htmx_goes_to_the_desk(client: Client):
    signed_in(client)
    entry = make_entry(QueueFactory(name="MQL"), company_name="Acme Widgets")
    answer = client.post(TAKE)
    assert (answer.status_code, answer["Location"]) == (302, f"/desk/?lead={entry.lead_id}#lead")
    assert said(answer) == ["Acme Widgets is yours, from MQL."]


def test_take_next_of_all_queues_gives_what_the_desk_announced(htmx, client: Client):
    signed_in(client)
    slow, fast = QueueFactory(wait_minutes=600), QueueFactory(wait_minutes=60)
    make_entry(slow, company_name="Patient one")
    urgent = make_entry(fast, company_name="Urgent one", since=MORNING + timedelta(minutes=10))
    announced = client.get("/desk/next/").content.decode()
    htmx.post(TAKE)
    assert ("Urgent one" in announced, "Patient one" in announced) == (True, False)
    assert Assignment.objects.get().lead_id == urgent.lead_id


def test_take_next_from_a_chosen_queue_gives_what_the_desk_announced(htmx, client: Client):
    signed_in(client)
    slow, fast = QueueFactory(wait_minutes=600), QueueFactory(wait_minutes=60)
    patient = make_entry(slow, company_name="Patient one")
    make_entry(fast, company_name="Urgent one")
    announced = client.get("/desk/next/", {"queue": slow.slug}).content.decode()
    htmx.post(TAKE, {"queue": slow.slug})
    assert ("Patient one" in announced, "Urgent one" in announced) == (True, False)
    assert Assignment.objects.get().lead_id == patient.lead_id


def test_take_next_on_nothing_says_so_kindly(htmx, client: Client):
    signed_in(client)
    queue, _other = QueueFactory(name="MQL"), QueueFactory()
    with_htmx = htmx.post(TAKE, {"queue": queue.slug})
    without = client.post(TAKE)
    assert (with_htmx.status_code, with_htmx.content) == (204, b"")
    assert toast(with_htmx) == "Nothing is waiting for you in MQL. Well done."
    assert (without.status_code, without["Location"]) == (302, "/desk/")
    assert said(without) == ["Nothing is waiting for you in any of your queues. Well done."]
    assert Assignment.objects.count() == 0


def test_take_next_pressed_twice_on_one_page_takes_one_lead(client: Client):
    signed_in(client)
    fill(QueueFactory(), 3)
    first = client.post(TAKE, {"known": "0"})
    second = client.post(TAKE, {"known": "0"})
    assert (Assignment.objects.count(), second["Location"]) == (1, first["Location"])
    client.post(TAKE, {"known": str(Assignment.objects.get().pk)})
    assert Assignment.objects.count() == 2


@pytest.mark.parametrize("known", ["", "x", "-3", "9" * 40, "\u00b2"])
def test_take_next_minds_no_strange_page_mark(client: Client, known: str):
    signed_in(client)
    fill(QueueFactory(), 1)
    assert client.post(TAKE, {"known": known}).status_code == 302
    assert Assignment.objects.count() == 1


def test_take_next_knows_no_queue_of_another_team(htmx, client: Client):
    strange = QueueFactory(team=TeamFactory())
    make_entry(strange)
    signed_in(client, TeamFactory())
    answers = [htmx.post(address, {"queue": strange.slug}) for address in (TAKE, BATCH)]
    answers += [client.post(TAKE, {"queue": "no-such"}), client.post(BATCH)]
    answers += [client.post(f"/take/{Entry.objects.get().pk}/"), client.post("/take/999999/")]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert queue_counts(strange, at=NOW).waiting == 1


def test_take_next_gives_nothing_of_a_push_queue(client: Client):
    rep = signed_in(client)
    queue = QueueFactory(dispatch="push", rotation=make_rotation(rep))
    entry = make_entry(queue)
    with nothing_changes():
        assert refusal(client.post(TAKE, {"queue": queue.slug})) == NOT_FOUND
        assert refusal(client.post(f"/take/{entry.pk}/")) == NOT_FOUND


@pytest.mark.parametrize("make", [make_manager, make_ops])
def test_claims_are_for_reps_only(client: Client, make):
    entry = make_entry(QueueFactory(picks_within=1))
    client.force_login(make())
    answers = [client.post(address) for address in (TAKE, BATCH, f"/take/{entry.pk}/")]
    assert ([answer.status_code for answer in answers], Assignment.objects.count()) == ([403] * 3, 0)


def test_claims_are_no_links(client: Client):
    signed_in(client)
    entry = make_entry(QueueFactory(picks_within=1))
    answers = [client.get(address) for address in (TAKE, BATCH, f"/take/{entry.pk}/")]
    assert ([answer.status_code for answer in answers], Assignment.objects.count()) == ([405] * 3, 0)


def test_claims_need_the_form_of_our_own_page():
    client = Client(enforce_csrf_checks=True)
    signed_in(client)
    make_entry(QueueFactory())
    assert (client.post(TAKE).status_code, Assignment.objects.count()) == (403, 0)


def test_batch_takes_several_in_order(client: Client):
    rep, queue = signed_in(client), QueueFactory(name="MQL", batch_size=5)
    entries = fill(queue, 7)
    answer = client.post(BATCH, {"queue": queue.slug, "count": "3"})
    held = list(Assignment.objects.filter(holder=rep).order_by("pk").values_list("lead", flat=True))
    assert held == [entry.lead_id for entry in entries[:3]]
    assert (answer["Location"], said(answer)) == (f"/desk/?lead={held[0]}", ["Took 3 leads from MQL."])


def test_batch_larger_than_what_waits_says_so(client: Client):
    signed_in(client)
    queue = QueueFactory(name="MQL", batch_size=5)
    fill(queue, 2)
    answer = client.post(BATCH, {"queue": queue.slug, "count": "5"})
    assert (Assignment.objects.count(), said(answer)) == (2, ["Took 2 leads: all that MQL had for you."])


@pytest.mark.parametrize("count", ["4", "50", "0", "x", "9" * 30, "-2", "1.5", "\u00b2"])
def test_batch_outside_the_queues_limits_is_refused_with_the_limits(htmx, client: Client, count: str):
    signed_in(client)
    queue = QueueFactory(name="MQL", batch_size=3)
    fill(queue, 5)
    says = f"MQL gives 1 to 3 leads at once, and you asked for {count[:12]}. No lead was taken."
    with nothing_changes():
        refused = htmx.post(BATCH, {"queue": queue.slug, "count": count})
    assert (refused.status_code, toast(refused)) == (409, says)
    assert said(client.post(BATCH, {"queue": queue.slug, "count": count})) == [says]
    assert Assignment.objects.count() == 0


@pytest.mark.parametrize(("count", "taken"), [("", 3), ("3", 3), (" 2 ", 2), ("1", 1)])
def test_batch_within_the_queues_limits_is_given(client: Client, count: str, taken: int):
    signed_in(client)
    queue = QueueFactory(batch_size=3)
    fill(queue, 5)
    client.post(BATCH, {"queue": queue.slug, "count": count})
    assert Assignment.objects.count() == taken


def test_batch_sent_twice_takes_one_batch(client: Client):
    signed_in(client)
    queue = QueueFactory(batch_size=2)
    fill(queue, 5)
    for _ in range(2):
        client.post(BATCH, {"queue": queue.slug, "count": "2", "known": "0"})
    assert Assignment.objects.count() == 2


def test_pick_takes_within_the_first_places(htmx, client: Client):
    rep, queue = signed_in(client), QueueFactory(picks_within=2)
    _first, second, third = fill(queue, 3)
    refused = htmx.post(f"/take/{third.pk}/")
    taken = htmx.post(f"/take/{second.pk}/")
    assert (refused.status_code, refused.headers["HX-Reswap"], taken.status_code) == (409, "none", 200)
    assert "pick from the first 2 leads" in toast(refused)
    assert list(Assignment.objects.values_list("holder", "lead")) == [(rep.pk, second.lead_id)]


def test_pick_is_refused_where_take_next_rules(client: Client):
    signed_in(client)
    (entry,) = fill(QueueFactory(name="MQL", picks_within=0), 1)
    answer = client.post(f"/take/{entry.pk}/")
    assert (answer["Location"], said(answer)) == ("/desk/", ["MQL gives leads only through Take next."])
    assert Assignment.objects.count() == 0


def test_pick_of_a_lead_that_somebody_took_says_who_and_when(htmx, client: Client):
    faster = make_rep(first_name="Maria", last_name="Kusuma")
    (entry,) = fill(QueueFactory(picks_within=1), 1)
    pick(entry, by=faster, at=NOW - timedelta(seconds=4))
    signed_in(client)
    answer = htmx.post(f"/take/{entry.pk}/")
    assert answer.status_code == 409
    assert toast(answer) == "Somebody was faster: Maria Kusuma took this lead at Mon 16 Nov 2026, 11:11:56 WIB."
    assert entry.lead.email not in answer.content.decode()
    assert Assignment.objects.get().holder == faster


def test_pick_clicked_twice_shows_the_lead_again(htmx, client: Client):
    signed_in(client)
    (entry,) = fill(QueueFactory(picks_within=1), 1)
    answers = [htmx.post(f"/take/{entry.pk}/") for _ in range(2)]
    assert ([answer.status_code for answer in answers], Assignment.objects.count()) == ([200, 200], 1)


def test_take_next_offers_no_lead_again_that_was_given_back(htmx, client: Client):
    rep, queue = signed_in(client), QueueFactory()
    make_rep()
    first, second = fill(queue, 2)
    return_lead(take_next(queue, by=rep, at=MORNING), reason="not_my_type", note="", by=rep, at=MORNING)
    announced = client.get("/desk/next/").content.decode()
    htmx.post(TAKE)
    assert (second.lead.company_name in announced, first.lead.company_name in announced) == (True, False)
    assert Assignment.objects.open().get().lead_id == second.lead_id


def test_take_next_asks_as_much_at_thirty_waiting_leads_as_at_three(htmx, client: Client):
    signed_in(client)
    queue, counts = QueueFactory(), []
    for more in (3, 28):
        fill(queue, more)
        with CaptureQueriesContext(connection) as asked:
            htmx.post(TAKE, {"queue": queue.slug})
        counts.append(len(asked))
    assert counts[0] == counts[1]
