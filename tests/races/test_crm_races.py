"""Several processes read and write wishes at once, and one dies in the midst of it: no wish is lost or written twice,
and our own write is known when it is found there (I4)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.models import Activity
from queues.actions.crm.wishes import read_wishes
from queues.actions.crm.writing import LEASE, write_wishes
from queues.models import Connection, CrmLink
from routing.models import Assignment
from tests.crm.outbound import CLIENTS, connected, give, linked, pass_on, sent
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_remote_person
from tests.races.crowd import all_at_once, killed

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MORNING + LEASE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clients(settings):
    settings.CRM_CLIENTS = CLIENTS


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Rina", "Budi")]


@pytest.fixture
def place(people):
    connection, crm = connected()
    for user, remote_id in zip(people, ("u-rina", "u-budi"), strict=True):
        make_remote_person(connection, user, remote_id)
    return connection, crm


def test_three_that_read_and_write_at_once_write_each_wish_once(place, people):
    other, beside = connected("beside", kind="salesforce")
    make_remote_person(other, people[0], "005R")
    leads = [make_lead() for _number in range(12)]
    for lead in leads:
        linked(*place, lead, owner="u-api")
        linked(other, beside, lead, owner="005API")
        give(lead, people[0])
    all_at_once([lambda: sent(MORNING)] * 3)
    sent(MORNING)
    for crm in (place[1], beside):
        assert Counter(record for record, _owner, _status in crm.writes) == {f"r{lead.pk}": 1 for lead in leads}
    assert not CrmLink.objects.exclude(next_at=None, leased_until=None).exists()
    assert not Connection.objects.exclude(writing_until=None).exists()


def test_who_reads_while_leads_change_hands_loses_no_wish(place, people):
    rina, budi = people
    leads = [make_lead() for _number in range(6)]
    for lead in leads:
        linked(*place, lead)
    held = [give(lead, rina) for lead in leads]

    def pass_all(mine):
        for each in mine:
            pass_on(each, budi, MORNING)

    def read():
        for _time in range(5):
            read_wishes(at=MORNING)

    all_at_once([lambda: pass_all(held[:3]), lambda: pass_all(held[3:]), read, read])
    sent(MORNING)
    assert {record.owner for record in place[1].records.values()} == {"u-budi"}


def test_a_write_whose_process_died_is_known_when_it_is_found_there(place, people, process_env, tmp_path):
    """Where the CRM's owner wins, it would otherwise be taken for somebody else's change, and the lead handed back."""
    (connection, crm), (rina, budi) = place, people
    Connection.objects.update(owner_policy="crm")
    link = linked(connection, crm, make_lead(), owner="u-api")
    held = give(link.lead, rina)
    read_wishes(at=MORNING)
    written = tmp_path / "written"
    killed(
        "die_in_a_crm_write.py", [MORNING.isoformat(), connection.base_url, link.remote_id, str(written)], process_env
    )
    assert written.read_text() == f"{link.remote_id} u-rina Open"
    crm.later(seconds=1)
    crm.edit(link.remote_id, owner="u-rina", status="Open")
    pass_on(held, budi, MORNING + timedelta(seconds=2))
    read_wishes(at=MORNING + timedelta(seconds=3))
    assert write_wishes(clock=lambda: MORNING + LEASE / 2) == 0
    assert sent(LATER) == 1
    assert (crm.records[link.remote_id].owner, Assignment.objects.open().get().holder) == ("u-budi", budi)
    assert not Activity.objects.filter(kind="crm").exists()
