"""Leads of known accounts go to the account's owner before anybody else, in every kind of queue (G1)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import Activity
from queues.actions.claims.undo import undo_assignment
from queues.actions.dispatch.assign_next import NobodyToAssign, assign_next
from queues.actions.dispatch.serve import serve, serve_waiting
from queues.actions.entries.placement import place_leads
from queues.models import Entry, EntryRule
from queues.queries.waiting import first_positions
from routing.actions.assignment import return_lead
from routing.actions.availability.time_off import set_available
from routing.actions.people import deactivate_person
from routing.models import Assignment, Notification, TimeOff, Turn
from tests.factories import (
    MORNING,
    AccountFactory,
    QueueFactory,
    make_entry,
    make_lead,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def owner():
    return make_rep(first_name="Rina", last_name="Dewanti")


@pytest.fixture
def other():
    return make_rep(first_name="Dimas", last_name="Aditya")


@pytest.fixture
def account(owner):
    return AccountFactory(name="Maju Jaya Tbk", domain="maju.co.id", owner=owner)


def push(*members, **fields):
    rotation = fields.pop("rotation", None) or make_rotation(*members)
    return QueueFactory(**({"dispatch": "push", "owner_match": "name", "rotation": rotation} | fields))


def arrive(queue, **lead):
    """A new lead that enters the queue and is served, as an arrival is."""
    entry = make_entry(queue, **({"company_domain": "maju.co.id", "company_name": "Maju Jaya"} | lead))
    serve(queue, at=MORNING)
    entry.refresh_from_db()
    return entry


def away(user, days=2):
    return TimeOff.objects.create(rep=user.rep, starts_at=MORNING - HOUR, ends_at=MORNING + timedelta(days=days))


def test_the_owner_gets_it_and_no_turn_is_taken(owner, other, account):
    entry = arrive(push(other))
    given = entry.assignment
    assert (given.holder, given.how, given.turn, entry.left_how) == (owner, "owner", None, "assigned")
    assert (Turn.objects.count(), given.receipt["kind"], given.receipt["account"]) == (0, "owner", "Maju Jaya Tbk")
    assert Notification.objects.get(user=owner).details["how"] == "owner"


def test_the_receipt_says_with_which_account_and_how_alike(owner, other, account):
    given = arrive(push(other), company_domain="", company_name="PT Maju Jya").assignment
    told = given.receipt
    assert (given.holder, told["by"], told["typed"], told["percent"]) == (owner, "name", "PT Maju Jya", 94)


def test_below_the_threshold_it_goes_on_to_the_rotation(owner, other, account):
    entry = arrive(push(other, owner_alike=95), company_domain="", company_name="PT Maju Jya")
    assert (entry.assignment.holder, entry.assignment.how) == (other, "rotation")
    assert entry.assignment.receipt["trail"] == [{"step": "owner", "then": "unknown"}]


@pytest.mark.parametrize("match", ["off", "domain"])
def test_a_queue_that_does_not_ask_for_names_or_owners_does_not(owner, other, account, match):
    entry = arrive(push(other, owner_match=match), company_domain="", company_name="Maju Jaya")
    assert entry.assignment.holder == other


def test_in_a_queue_of_take_next_the_owner_gets_it_at_once_and_others_wait_as_ever(owner, other, account):
    queue = QueueFactory(owner_match="domain")
    mine, theirs = arrive(queue), arrive(queue, company_domain="else.co.id")
    assert (mine.assignment.holder, theirs.left_at) == (owner, None)


def test_an_owner_who_is_away_where_leads_go_on(owner, other, account):
    away(owner)
    entry = arrive(push(other))
    assert (entry.assignment.holder, entry.owner) == (other, None)
    step = entry.assignment.receipt["trail"][0]
    assert (step["then"], step["reason"], step["name"]) == ("goes_on", "on_leave", "Rina Dewanti")


def test_an_owner_who_is_away_where_the_stand_in_gets_it(owner, other, account):
    stand_in = make_rep()
    owner.rep.delegate = stand_in.rep
    owner.rep.save(update_fields=["delegate"])
    away(owner)
    given = arrive(push(other, owner_away="delegate")).assignment
    assert (given.holder, given.receipt["then"], given.receipt["name"]) == (stand_in, "delegate", "Rina Dewanti")


def test_without_a_stand_in_who_is_there_it_goes_on(owner, other, account):
    stand_in = make_rep()
    owner.rep.delegate = stand_in.rep
    owner.rep.save(update_fields=["delegate"])
    away(owner)
    away(stand_in)
    assert arrive(push(other, owner_away="delegate")).assignment.holder == other


def test_an_owner_who_is_away_is_waited_for_and_the_others_are_served(owner, other, account):
    away(owner, days=1)
    queue = push(other, owner_away="wait")
    kept, plain = arrive(queue), arrive(queue, company_domain="else.co.id", company_name="Else")
    assert (kept.left_at, kept.owner, plain.assignment.holder) == (None, owner, other)
    assert serve_waiting(at=MORNING + HOUR) == 0
    assert serve_waiting(at=MORNING + timedelta(days=1)) == 1
    kept.refresh_from_db()
    assert (kept.assignment.holder, kept.assignment.receipt["then"]) == (owner, "owner")


def test_who_pauses_and_comes_back_has_the_lead_at_that_moment(
    owner, other, account, django_capture_on_commit_callbacks
):
    set_available(owner.rep, is_available=False, until=None, by=owner, at=MORNING)
    entry = arrive(push(other, owner_away="wait"))
    assert entry.left_at is None
    with django_capture_on_commit_callbacks(execute=True):
        set_available(owner.rep, is_available=True, until=None, by=owner, at=MORNING + HOUR)
    entry.refresh_from_db()
    assert (entry.assignment.holder, entry.assignment.assigned_at) == (owner, MORNING + HOUR)


def test_a_lead_that_waits_for_its_owner_goes_on_once_the_queue_says_so(owner, other, account):
    away(owner)
    queue = push(other, owner_away="wait")
    entry = arrive(queue)
    queue.owner_away = "rotate"
    queue.save(update_fields=["owner_away"])
    serve(queue, at=MORNING)
    entry.refresh_from_db()
    assert (entry.assignment.holder, entry.assignment.how) == (other, "rotation")


@pytest.mark.parametrize("choice", ["rotate", "delegate", "wait"])
def test_a_deactivated_owner_never_gets_a_lead_and_is_never_waited_for(owner, other, account, choice):
    deactivate_person(owner, by=make_ops(), at=MORNING)
    entry = arrive(push(other, owner_away=choice))
    assert (entry.assignment.holder, entry.assignment.receipt["trail"][0]["then"]) == (other, "inactive")


def test_an_owner_who_is_deactivated_while_a_lead_waits_for_him(owner, other, account):
    away(owner)
    queue = push(other, owner_away="wait")
    entry = arrive(queue)
    deactivate_person(owner, by=make_ops(), at=MORNING)
    serve(queue, at=MORNING + HOUR)
    entry.refresh_from_db()
    assert entry.assignment.holder == other


def test_an_account_that_changes_hands_while_a_lead_waits_takes_the_lead_along(owner, other, account):
    away(owner)
    queue = push(make_rep(), owner_away="wait")
    entry = arrive(queue)
    account.owner = other
    account.save(update_fields=["owner"])
    serve(queue, at=MORNING + HOUR)
    entry.refresh_from_db()
    assert (entry.assignment.holder, entry.assignment.how) == (other, "owner")


def test_an_owner_who_takes_no_leads_is_no_owner_here(other):
    AccountFactory(domain="maju.co.id", owner=make_manager())
    assert arrive(push(other)).assignment.holder == other


def test_who_gave_it_back_does_not_get_it_again(owner, other, account):
    queue = push(other)
    given = arrive(queue).assignment
    return_lead(given, reason="not_my_type", note="", by=owner, at=MORNING + HOUR)
    serve_waiting(at=MORNING + HOUR)
    now = Assignment.objects.open().get()
    assert (now.holder, now.receipt["trail"][0]["then"]) == (other, "declined")


def test_assign_next_leaves_a_lead_to_its_owner_and_gives_the_next(owner, other, account):
    away(owner)
    set_available(other.rep, is_available=False, until=None, by=other, at=MORNING)
    queue = push(other, owner_away="wait")
    kept = make_entry(queue, company_domain="maju.co.id")
    boss = make_manager()
    with pytest.raises(NobodyToAssign) as nobody:
        assign_next(queue, by=boss, at=MORNING)
    assert nobody.value.skipped == (("Rina Dewanti", "waits_for_owner"),)
    set_available(other.rep, is_available=True, until=None, by=other, at=MORNING)
    make_entry(queue, since=MORNING + HOUR, company_domain="else.co.id", company_name="Else")
    assert assign_next(queue, by=boss, at=MORNING + HOUR).holder == other
    kept.refresh_from_db()
    assert kept.left_at is None


def test_a_hybrid_queue_opens_after_its_time_for_leads_that_wait_for_owners_too(owner, other, account):
    away(owner)
    queue = push(other, dispatch="hybrid", owner_away="wait", opens_after_minutes=10)
    entry = arrive(queue)
    assert first_positions(queue, at=MORNING + timedelta(minutes=9), limit=1, for_rep=other) == []
    (first,) = first_positions(queue, at=MORNING + timedelta(minutes=10), limit=1, for_rep=other)
    assert first.entry.id == entry.pk


def test_undo_puts_it_back_where_it_waited(owner, other, account):
    queue = push(other)
    given = arrive(queue).assignment
    undo_assignment(given, by=make_ops(), at=MORNING)
    entry = Entry.objects.get()
    assert (entry.left_at, entry.owner, Activity.objects.filter(kind="undone").count()) == (None, owner, 1)


def test_of_many_owners_each_gets_the_own_leads_in_one_go(other):
    owners = [make_rep() for _number in range(3)]
    for number, user in enumerate(owners):
        AccountFactory(domain=f"maju{number}.co.id", owner=user)
    queue = push(other)
    EntryRule.objects.create(name="All", position=1, conditions=[], outcome="queue", queue=queue)
    leads = [make_lead(company_domain=f"maju{n % 4}.co.id", company_name=f"Firm {n}") for n in range(8)]
    place_leads(leads, at=MORNING)
    assert serve_waiting(at=MORNING) == 8
    held = dict(Assignment.objects.values_list("lead", "holder"))
    assert [held[lead.pk] for lead in leads] == [each.pk for each in (*owners, other)] * 2


def test_queries_do_not_grow_with_the_leads_of_an_owner(owner, other, account):
    def counted(leads: int) -> int:
        queue = push(other, rotation=make_rotation(other, name=f"Rotation of {leads}"))
        for _lead in range(leads):
            make_entry(queue, company_domain="maju.co.id")
        with CaptureQueriesContext(connection) as queries:
            assert len(serve(queue, at=MORNING)) == leads
        return len([sql for each in queries if (sql := each["sql"]) and not _tells(sql)])

    def _tells(sql: str) -> bool:
        """Each lead is told to its holder by a message of its own."""
        return any(word in sql.casefold() for word in ("notif", "livetopic", "savepoint"))

    one, many = counted(1), counted(9)
    assert many - one <= 1
