"""Readers of CRMs at the same moment take each record once, and nobody holds a lead twice (I4)."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db import connection as database

from leads.actions.intake.capture import capture_lead
from leads.models import Capture, Lead, SourceSystem
from queues.actions.claims.take import QueueIsEmpty, take_next
from queues.actions.crm.polling import poll
from queues.models import Connection, CrmLink, Entry, EntryRule
from routing.models import Assignment
from tests.crm.memory_crm import MemoryClient, MemoryCrm
from tests.factories import MORNING, QueueFactory, make_entry, make_rep
from tests.factories.crm import make_connection, make_crm_link, make_remote_person
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + timedelta(minutes=1)
RECORDS = 30


@pytest.fixture
def connect(settings):
    settings.CRM_CLIENTS = dict.fromkeys(settings.CRM_CLIENTS, "tests.crm.memory_crm.MemoryClient")

    def made(number: int, **more) -> tuple[Connection, MemoryCrm]:
        address = f"https://memory{number}.example"
        MemoryClient.accounts[address] = MemoryCrm(MORNING, account_id=f"org-{number}")
        system = SourceSystem.objects.create(key=f"crm-{number}", name=f"CRM {number}")
        connection = make_connection(
            base_url=address,
            account_id=f"org-{number}",
            system=system,
            field_map={"email": "Email"},
            people_at=MORNING,
            **more,
        )
        return connection, MemoryClient.accounts[address]

    yield made
    MemoryClient.accounts.clear()


def test_four_readers_at_once_take_each_record_once(connect):
    connection, crm = connect(1)
    for number in range(RECORDS):
        crm.add(f"r{number:03}", Email=f"a{number}@lead.example")

    began = all_at_once([lambda: poll(connection.pk, clock=lambda: LATER)] * 4)

    assert set(began) <= {True, False} and True in began
    assert Lead.objects.count() == CrmLink.objects.count() == Capture.objects.count() == RECORDS
    connection.refresh_from_db()
    assert connection.polling_until is None


def test_two_connections_and_a_form_with_the_same_people_make_each_lead_once(connect):
    pairs = [connect(1), connect(2)]
    mails = [f"a{number}@lead.example" for number in range(RECORDS)]
    for _connection, crm in pairs:
        for number, mail in enumerate(mails):
            crm.add(f"r{number:03}", Email=mail)

    def send_all():
        return [capture_lead({"email": mail}, channel="api", at=LATER).state for mail in reversed(mails)]

    results = all_at_once([*(lambda pk=each.pk: poll(pk, clock=lambda: LATER) for each, _crm in pairs), send_all])

    assert results[:2] == [True, True] and isinstance(results[2], list)
    assert Lead.objects.count() == RECORDS
    assert {lead.crm_links.count() for lead in Lead.objects.all()} == {2}


def test_where_every_try_ends_in_a_deadlock_fewer_are_taken_together(connect):
    connection, crm = connect(1)
    for number in range(RECORDS):
        crm.add(f"r{number:03}", Email=f"a{number}@lead.example")
    sizes = []

    def refuse_many(execute, sql, params, many, context):
        if sql.startswith("SELECT") and "leads_identity" in sql and (size := str(params).count("@lead.example")):
            sizes.append(size)
            if size > 4:
                raise OperationalError("deadlock detected")
        return execute(sql, params, many, context)

    with database.execute_wrapper(refuse_many):
        assert poll(connection.pk, clock=lambda: LATER)
    assert Lead.objects.count() == CrmLink.objects.count() == Capture.objects.count() == RECORDS
    assert max(sizes) == RECORDS and min(sizes) <= 4


def test_an_owner_set_there_and_a_claim_here_leave_one_holder(connect):
    connection, crm = connect(1, owner_policy="crm", takes_in=False)
    sarah, rina = make_rep(first_name="Sarah"), make_rep(first_name="Rina")
    make_remote_person(connection, sarah, "u-sarah")
    queue = QueueFactory()
    for number in range(8):
        entry = make_entry(queue)
        make_crm_link(connection, entry.lead, f"r{number}", seen_at=MORNING, seen_status="New")
        crm.add(f"r{number}", owner="u-sarah")
    EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=queue, conditions=[])

    def take_all():
        taken = 0
        while True:
            try:
                take_next(queue, by=rina, at=LATER)
                taken += 1
            except QueueIsEmpty:
                return taken

    read, taken = all_at_once([lambda: poll(connection.pk, clock=lambda: LATER), take_all])

    assert read is True and isinstance(taken, int)
    held = Assignment.objects.open()
    assert set(held.values_list("holder", flat=True)) == {sarah.pk}  # theirs wins, no matter who was first
    assert (held.count(), Entry.objects.waiting().count()) == (8, 0)
    assert Assignment.objects.filter(holder=rina, ended_how="reassigned").count() == taken
