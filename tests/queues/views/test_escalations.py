"""The doors of a manager's decisions: what changes, what is said, who comes second, who may not (C7, C9)."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.clocks.contact import escalate_overdue
from queues.actions.clocks.escalations import escalate, reassign_escalated, take_over
from queues.models import Entry, Escalation, Queue
from queues.queries.waiting import first_positions
from routing.models import Assignment
from tests.clients import nothing_changes
from tests.factories import MORNING, QueueFactory, TeamFactory, make_entry, make_manager, make_rep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]

HOUR = timedelta(hours=1)
ACTS = ("take-over", "reassign", "front", "snooze", "leave")


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def rep(team):
    return make_rep(team, first_name="Maria", last_name="Kusuma")


@pytest.fixture
def mql(team) -> Queue:
    return QueueFactory(name="MQL", slug="mql", team=team)


@pytest.fixture
def case(mql: Queue) -> Escalation:
    """Two wait; the second one stands before the manager."""
    make_entry(mql, since=MORNING - 3 * HOUR)
    entry = make_entry(mql, since=MORNING - 2 * HOUR, company_name="Kopi Senja")
    return escalate(entry.lead, queue=mql, kind="wait", broke_at=MORNING - HOUR, at=MORNING)


def path(case: Escalation, act: str) -> str:
    return f"/escalations/{case.pk}/{act}/"


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def told(answer) -> tuple[str, str]:
    """The toast and its level."""
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    return toast["text"], toast["level"]


def sent(act: str, rep) -> dict[str, object]:
    return {"reassign": {"rep": rep.rep.pk}, "snooze": {"reason": "in talks", "preset": "hour"}}.get(act, {})


def holder_of(case: Escalation):
    return Assignment.objects.open().get(lead=case.lead_id).holder


SAYS = [
    ("take-over", "Kopi Senja is yours now.", "taken_over"),
    ("reassign", "Kopi Senja went to Maria Kusuma.", "reassigned"),
    ("front", "Kopi Senja is now first in MQL.", "front"),
    ("snooze", "Kopi Senja is snoozed until 11:42.", ""),
    ("leave", "Kopi Senja stays as it is.", "dismissed"),
]


@pytest.mark.parametrize(("act", "says", "closed"), SAYS)
def test_each_act_says_what_it_did(htmx, as_manager, case, rep, act: str, says: str, closed: str):
    answer = htmx.post(path(case, act), sent(act, rep))
    assert (answer.status_code, answer.content, told(answer)) == (204, b"", (says, "success"))
    assert "alur:decided" in json.loads(answer.headers["HX-Trigger"])
    case.refresh_from_db()
    assert (case.closed_how, case.closed_by) == (closed, as_manager if closed else None)


@pytest.mark.parametrize(("act", "says", "closed"), SAYS)
def test_each_act_works_without_scripts(client: Client, as_manager, case, rep, act: str, says: str, closed: str):
    answer = client.post(path(case, act), sent(act, rep))
    assert (answer.status_code, answer["Location"], said(answer)) == (302, "/escalations/", [says])
    case.refresh_from_db()
    assert case.closed_how == closed


def test_taking_over_makes_the_manager_the_holder(client: Client, as_manager, case):
    client.post(path(case, "take-over"))
    assert holder_of(case) == as_manager
    assert Entry.objects.get(lead=case.lead_id).left_how == "assigned"


def test_reassigning_ends_the_wait_and_names_who_decided(client: Client, as_manager, case, rep):
    client.post(path(case, "reassign"), {"rep": rep.rep.pk})
    held = Assignment.objects.open().get(lead=case.lead_id)
    assert (held.holder, held.assigned_by, held.how) == (rep, as_manager, "by_hand")
    assert (held.receipt["kind"], held.receipt["by"]) == ("decision", "Sari Dewanti")


def test_reassigning_takes_a_held_lead_from_its_holder(htmx, as_manager, mql: Queue, rep, team):
    late = make_rep(team)
    make_entry(mql, since=MORNING - 5 * HOUR)
    first = take_next(mql, by=late, at=MORNING - 5 * HOUR)
    escalate_overdue(at=MORNING - HOUR / 2)
    case = Escalation.objects.get()
    assert htmx.post(path(case, "reassign"), {"rep": rep.rep.pk}).status_code == 204
    first.refresh_from_db()
    assert (first.ended_how, first.ended_by, holder_of(case)) == ("reassigned", as_manager, rep)


def test_the_front_is_before_everybody(client: Client, as_manager, case, mql: Queue):
    client.post(path(case, "front"))
    assert first_positions(mql, at=MORNING, limit=1)[0].entry.id == Entry.objects.get(lead=case.lead_id).pk


def test_a_lead_that_waits_nowhere_has_no_front(htmx, as_manager, mql: Queue, rep):
    make_entry(mql, since=MORNING - 5 * HOUR)
    take_next(mql, by=rep, at=MORNING - 5 * HOUR)
    escalate_overdue(at=MORNING - HOUR / 2)
    answer = htmx.post(path(Escalation.objects.get(), "front"))
    words = "This lead is in no queue, so it cannot be moved to the front."
    assert (answer.status_code, told(answer)) == (409, (words, "warning"))


@pytest.mark.parametrize(
    ("sent_until", "until"),
    [
        ({"preset": "hour"}, MORNING + HOUR),
        ({"preset": "four"}, MORNING + 4 * HOUR),
        ({"preset": "tomorrow"}, MORNING + timedelta(hours=22, minutes=18)),
        ({"until": "2026-11-16T15:00"}, MORNING + timedelta(hours=4, minutes=18)),
        ({"until": "2026-11-16T10:00:00Z"}, MORNING + timedelta(hours=6, minutes=18)),
    ],
)
def test_snoozing_keeps_the_reason_and_the_time_as_meant_here(
    client: Client, as_manager, case, sent_until: dict, until
):
    client.post(path(case, "snooze"), {"reason": " in talks ", **sent_until})
    case.refresh_from_db()
    assert (case.snoozed_until, case.snooze_reason, case.closed_at) == (until, "in talks", None)
    line = Activity.objects.get(kind="snoozed")
    assert (line.by, line.details["reason"]) == (as_manager, "in talks")


@pytest.mark.parametrize(
    ("act", "wrong", "says"),
    [
        ("snooze", {"preset": "hour"}, "Write why it can wait."),
        ("snooze", {"preset": "hour", "reason": "  "}, "Write why it can wait."),
        ("snooze", {"reason": "in talks"}, "Choose a time."),
        ("snooze", {"reason": "in talks", "preset": "never"}, "Choose a time."),
        ("snooze", {"reason": "in talks", "until": "2026-11-31T10:00"}, "Choose a time."),
        (
            "snooze",
            {"reason": "in talks", "until": "2026-11-16T10:42"},
            "This time has passed. Choose a later time.",
        ),
        ("reassign", {}, "Choose who gets the lead."),
        ("reassign", {"rep": "0"}, "Choose who gets the lead."),
        ("reassign", {"rep": "x"}, "Choose who gets the lead."),
        ("reassign", {"rep": "9" * 30}, "Choose who gets the lead."),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(
    htmx, client: Client, as_manager, case, act: str, wrong: dict, says: str
):
    answer = htmx.post(path(case, act), wrong)
    assert (answer.status_code, told(answer), answer["HX-Reswap"]) == (422, (says, "warning"), "none")
    assert said(client.post(path(case, act), wrong)) == [says]
    case.refresh_from_db()
    assert (case.snoozed_until, case.closed_at, Assignment.objects.count()) == (None, None, 0)


def test_a_rep_of_another_team_or_without_account_cannot_be_given_it(htmx, as_manager, case, team):
    for user in (make_rep(TeamFactory()), make_rep(team, is_active=False)):
        with nothing_changes():
            assert htmx.post(path(case, "reassign"), {"rep": user.rep.pk}).status_code == 422


def test_reassigning_to_the_holder_says_who_has_it(htmx, as_manager, mql: Queue, rep):
    make_entry(mql, since=MORNING - 5 * HOUR)
    take_next(mql, by=rep, at=MORNING - 5 * HOUR)
    escalate_overdue(at=MORNING - HOUR / 2)
    case = Escalation.objects.get()
    answer = htmx.post(path(case, "reassign"), {"rep": rep.rep.pk})
    assert (answer.status_code, told(answer)) == (409, ("Maria Kusuma has this lead already.", "warning"))
    case.refresh_from_db()
    assert (case.closed_at, Assignment.objects.count()) == (None, 1)


@pytest.mark.parametrize("act", ACTS)
def test_the_second_to_decide_reads_who_did_how_and_when(htmx, client: Client, as_manager, case, rep, team, act: str):
    other = make_manager(team, first_name="Agus", last_name="Wijaya")
    reassign_escalated(case, to=rep.rep, by=other, at=MORNING - timedelta(minutes=2))
    says = "Decided already: Reassigned, by Agus Wijaya at 10:40."
    answer = htmx.post(path(case, act), sent(act, rep))
    assert (answer.status_code, told(answer)) == (409, (says, "warning"))
    plain = client.post(path(case, act), sent(act, rep))
    assert (plain.status_code, said(plain), Assignment.objects.count()) == (302, [says], 1)


def test_a_lead_that_a_colleague_took_over_is_still_told_of(htmx, client: Client, as_manager, case, team):
    take_over(case, by=make_manager(team, first_name="Agus", last_name="Wijaya"), at=MORNING)
    answer = htmx.post(path(case, "take-over"))
    says = "Decided already: Taken over, by Agus Wijaya at 10:42."
    assert (answer.status_code, told(answer)) == (409, (says, "warning"))
    assert "Taken over by Agus Wijaya at 10:42" in client.get("/escalations/?tab=done").content.decode()


def test_what_settled_itself_says_so(htmx, as_manager, case, rep, mql: Queue):
    for _number in range(2):
        take_next(mql, by=rep, at=MORNING)
    answer = htmx.post(path(case, "take-over"))
    assert (answer.status_code, told(answer)[0]) == (409, "Settled already: Taken by a rep at 10:42.")
    assert holder_of(case) == rep


@pytest.mark.parametrize("act", ACTS)
def test_cases_of_other_teams_do_not_exist_here(client: Client, as_manager, rep, act: str):
    foreign = QueueFactory(team=TeamFactory())
    entry = make_entry(foreign, since=MORNING - HOUR)
    case = escalate(entry.lead, queue=foreign, kind="wait", broke_at=MORNING, at=MORNING)
    assert client.post(path(case, act), sent(act, rep)).status_code == 404
    assert client.post(f"/escalations/{case.pk + 1}/{act}/", sent(act, rep)).status_code == 404
    assert Escalation.objects.filter(closed_at__isnull=True, snoozed_until__isnull=True).count() == 1


@pytest.mark.parametrize("act", ACTS)
def test_decisions_are_posted_and_by_managers_only(client: Client, as_manager, case, rep, act: str):
    assert client.get(path(case, act)).status_code == 405
    client.force_login(rep)
    assert client.post(path(case, act), sent(act, rep)).status_code == 403
    case.refresh_from_db()
    assert (case.closed_at, case.snoozed_until) == (None, None)
