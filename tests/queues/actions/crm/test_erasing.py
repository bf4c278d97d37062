"""Who was erased here stays erased, whatever is done with their record over there (I4, J5)."""

import pytest

from leads.models import Activity, Capture, Lead
from queues.actions.crm import taking
from queues.actions.crm.erasing import erase_links
from queues.actions.crm.wishes import wish_all_again
from queues.models import Connection, CrmLink
from tests.crm.outbound import give, sent
from tests.crm.polls import MINUTE, poll
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_crm_link, make_remote_person

pytestmark = pytest.mark.django_db
FACTS = {"FirstName": "Dewi", "Email": "dewi@lead.example"}


@pytest.fixture
def erased(connected, crm) -> Lead:
    """As J5 leaves a lead: without what it said of the person."""
    crm.add("00Q1", owner="u-ani", **FACTS)
    poll(connected)
    lead = Lead.objects.get()
    assert erase_links(lead, at=MORNING + MINUTE) == 1
    lead.identities.all().delete()
    Lead.objects.update(first_name="", email="", external_id="", phone="")
    return lead


def known() -> tuple[int, int, str]:
    return Lead.objects.count(), Capture.objects.count(), Lead.objects.order_by("pk").values_list("email", flat=True)[0]


def test_the_link_keeps_ids_only(erased, connected):
    link = CrmLink.objects.get()
    assert (link.remote_id, link.lead, link.connection, link.gone) == ("00Q1", erased, connected, "erased")
    texts = {field.name: getattr(link, field.name) for field in CrmLink._meta.fields if field.name.startswith("seen")}
    assert texts == {"seen_digest": "", "seen_owner": "", "seen_status": "", "seen_at": None}
    assert erase_links(erased, at=MORNING) == 0


@pytest.mark.parametrize("what", ["facts", "owner", "status", "deleted", "converted", "nothing"])
def test_no_change_over_there_fills_it_again(erased, connected, crm, what):
    make_remote_person(connected, make_rep(), "u-rina")
    Connection.objects.update(owner_policy="crm", status_map={"captured": "Working"})
    crm.later(minutes=2)
    changes = {
        "facts": lambda: crm.edit("00Q1", values={"Phone": "0812 1111 2222"}),
        "owner": lambda: crm.edit("00Q1", owner="u-rina"),
        "status": lambda: crm.edit("00Q1", status="Junk"),
        "deleted": lambda: crm.delete("00Q1"),
        "converted": lambda: crm.convert("00Q1"),
        "nothing": lambda: None,
    }
    changes[what]()
    before = (Activity.objects.count(), erased.stage)
    for minutes in (3, 70, 140):  # with the hourly look as well
        poll(connected, at=MORNING + minutes * MINUTE)
    erased.refresh_from_db()
    assert known() == (1, 1, "")
    assert (Activity.objects.count(), erased.stage, CrmLink.objects.get().gone) == (*before, "erased")


def test_the_record_that_took_its_record_in_stays_out_as_well(erased, connected, crm):
    crm.later(minutes=2)
    crm.add("00Q9", **FACTS)
    crm.merge("00Q1", into="00Q9")
    poll(connected, at=MORNING + 3 * MINUTE)
    crm.later(minutes=2)
    crm.edit("00Q9", values={"Phone": "0812 1111 2222"})
    poll(connected, at=MORNING + 6 * MINUTE)
    assert (known(), CrmLink.objects.get().remote_id) == ((1, 1, ""), "00Q9")


def test_another_lead_whose_record_goes_into_it_is_no_duplicate_of_nobody(erased, connected, crm):
    other = make_lead(email="budi@lead.example")
    link = make_crm_link(connected, other, "00Q2", seen_status="New")
    crm.later(minutes=2)
    crm.add("00Q2", Email="budi@lead.example")
    crm.merge("00Q2", into="00Q1")
    poll(connected, at=MORNING + 3 * MINUTE)
    link.refresh_from_db()
    other.refresh_from_db()
    assert (link.gone, link.became, other.resembles) == ("merged", "00Q1", None)


def test_nothing_is_written_either(erased, connected, crm):
    rina = make_rep()
    make_remote_person(connected, rina, "u-rina")
    give(erased, rina, MORNING + 2 * MINUTE)
    wish_all_again(connected.pk)
    assert (sent(MORNING + 3 * MINUTE), crm.writes) == (0, [])


def test_who_is_erased_while_a_page_is_taken_stays_erased(connected, crm, monkeypatch):
    crm.add("00Q1", **FACTS)
    poll(connected)
    crm.later(minutes=2)
    crm.edit("00Q1", values={"Phone": "0812 1111 2222"})
    together = taking._take_together

    def slow(batch):
        erase_links(Lead.objects.get(), at=MORNING)
        return together(batch)

    monkeypatch.setattr(taking, "_take_together", slow)
    poll(connected, at=MORNING + 3 * MINUTE)
    assert Capture.objects.count() == 1
