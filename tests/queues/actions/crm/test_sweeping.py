"""Somebody says who a person of a CRM is: their leads over there follow, though nothing changes there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from config.reach.crm.records import CrmPerson
from leads.models import Activity, Lead
from queues.actions.crm import polling
from queues.models import Connection, CrmLeft, CrmLink, EntryRule, RemotePerson
from routing.models import Assignment, Turn
from tests.crm.polls import MINUTE, Clock, poll
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation
from tests.factories.crm import make_remote_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)
SOON = MORNING + 15 * MINUTE  # what changed at first is no longer read with each poll


@pytest.fixture
def sarah(connected):
    """A rep who is nobody over there yet."""
    Connection.objects.update(owner_policy="crm", looked_at=MORNING + 2 * DAY, people_at=MORNING + 2 * DAY)
    return make_rep(first_name="Sarah")


def say(client, person, who):
    client.post(f"/connections/people/{person.pk}/{'undo' if who is None else 'match'}/", {"user": who or ""})


def test_leads_that_were_left_with_somebody_come_in_once_it_is_known_who_that_is(client, as_ops, connected, crm, sarah):
    person = make_remote_person(connected, None, "u-sarah", how="hand")
    crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
    crm.add("00Q2", owner="u-sarah", Email="b@lead.example", status="Junk")
    poll(connected, at=SOON)
    assert (Lead.objects.count(), list(CrmLeft.objects.values_list("remote_id", "owner"))) == (0, [("00Q1", "u-sarah")])
    Connection.objects.update(next_poll_at=MORNING + DAY)
    say(client, person, sarah.pk)
    connected.refresh_from_db()
    assert connected.next_poll_at == MORNING
    poll(connected, at=MORNING + DAY)
    assert (Lead.objects.get().external_id, Assignment.objects.get().holder) == ("00Q1", sarah)
    assert (Turn.objects.count(), CrmLeft.objects.count(), crm.calls.count("read")) == (0, 0, 1)
    poll(connected, at=MORNING + DAY + MINUTE)
    assert crm.calls.count("read") == 1


def test_what_is_no_longer_left_with_anybody_comes_in_without_an_owner_a_little_later(
    client, as_ops, connected, crm, sarah
):
    person = make_remote_person(connected, None, "u-sarah", how="hand")
    crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
    poll(connected, at=SOON)
    say(client, person, None)
    poll(connected, at=MORNING + 9 * MINUTE)
    assert Lead.objects.count() == 0  # who undoes a match mostly makes another
    poll(connected, at=MORNING + 10 * MINUTE)
    assert (Lead.objects.count(), Assignment.objects.count()) == (1, 0)


def test_what_is_left_with_another_by_then_or_gone_stays_out(client, as_ops, connected, crm, sarah):
    person = make_remote_person(connected, None, "u-sarah", how="hand")
    make_remote_person(connected, None, "u-ani", how="hand")
    for number in range(3):
        crm.add(f"00Q{number}", owner="u-sarah", Email=f"a{number}@lead.example")
    poll(connected, at=SOON)
    crm.records["00Q0"] = crm.add("00Q0", owner="u-ani", Email="a0@lead.example")
    crm.delete("00Q1")
    say(client, person, sarah.pk)
    poll(connected, at=MORNING + DAY)
    assert list(Lead.objects.values_list("external_id", flat=True)) == ["00Q2"]
    assert list(CrmLeft.objects.values_list("remote_id", "owner")) == [("00Q0", "u-ani")]


def test_many_come_in_slice_by_slice_and_a_killed_reader_goes_on(client, as_ops, connected, crm, sarah):
    person = make_remote_person(connected, None, "u-sarah", how="hand")
    for number in range(220):
        crm.add(f"00Q{number:03}", owner="u-sarah", Email=f"a{number}@lead.example")
    poll(connected, at=SOON)
    say(client, person, sarah.pk)

    class Killed(BaseException):
        pass

    def before(call):
        if call == "read" and crm.calls.count("read") == 2:
            raise Killed

    crm.before = before
    with pytest.raises(Killed):
        poll(connected, at=MORNING + DAY)
    assert (Lead.objects.count(), CrmLeft.objects.count()) == (50, 170)
    at, slices = MORNING + DAY + MINUTE, 0
    while slices < 20:
        OrmQ.objects.all().delete()
        polling.poll(connected.pk, clock=Clock(at, timedelta(milliseconds=500)), lasts=timedelta(seconds=5))
        slices += 1
        if not OrmQ.objects.exists():
            break
    assert Lead.objects.count() == CrmLink.objects.count() == Assignment.objects.filter(holder=sarah).count() == 220
    assert (CrmLeft.objects.count(), 1 < slices < 20) == (0, True)


class TestTheyAreHereAlready:
    @pytest.fixture
    def person(self, connected, sarah):
        return make_remote_person(connected, None, "u-sarah")

    def test_where_the_crm_wins_they_go_to_their_owner(self, client, as_ops, connected, crm, sarah, person):
        queue = QueueFactory()
        EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=queue, conditions=[])
        for number in range(3):
            crm.add(f"00Q{number}", owner="u-sarah", Email=f"a{number}@lead.example")
        poll(connected, at=SOON)
        Lead.objects.filter(external_id="00Q2").update(stage="lost")
        asked = len(crm.calls)
        say(client, person, sarah.pk)
        poll(connected, at=MORNING + DAY)
        held = Assignment.objects.open().order_by("pk").values_list("lead__external_id", "holder", "how")
        assert list(held) == [("00Q0", sarah.pk, "crm"), ("00Q1", sarah.pk, "crm")]
        assert crm.calls[asked:] == ["changed"]
        story = Activity.objects.filter(kind="crm", details__code="owner_theirs")
        assert story.count() == 2
        poll(connected, at=MORNING + DAY + MINUTE)
        assert story.count() == 2

    def test_a_match_by_e_mail_does_the_same(self, connected, crm, sarah, person):
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected, at=SOON)
        sarah.email = person.email = "sarah@company.example"
        sarah.save()
        crm.people = [CrmPerson("u-sarah", "Sarah", "sarah@company.example")]
        Connection.objects.update(people_at=None)
        poll(connected, at=MORNING + DAY)
        assert Assignment.objects.get().holder == sarah

    def test_where_alur_wins_or_wants_another_owner_nobody_loses_a_lead(
        self, client, as_ops, connected, crm, sarah, person
    ):
        rina = make_rep(first_name="Rina")
        make_remote_person(connected, rina, "u-rina")
        queue = QueueFactory(dispatch="push", rotation=make_rotation(rina))
        EntryRule.objects.create(name="Everybody", position=1, outcome="queue", queue=queue, conditions=[])
        crm.add("00Q1", owner="u-sarah", Email="a@lead.example")
        poll(connected, at=SOON)
        CrmLink.objects.update(wanted_owner="u-rina")  # waits to be written
        say(client, person, sarah.pk)
        poll(connected, at=MORNING + DAY)
        assert Assignment.objects.get().holder == rina
        CrmLink.objects.update(wanted_owner="")
        Connection.objects.update(owner_policy="alur")
        say(client, person, sarah.pk)
        poll(connected, at=MORNING + DAY + MINUTE)
        person.refresh_from_db()
        assert (Assignment.objects.get().holder, person.swept_to) == (rina, None)


def test_many_who_are_matched_at_once_cost_no_more_statements_than_one(connected, crm, sarah):
    def statements(number: int, at) -> int:
        for _each in range(number):
            person = make_remote_person(connected, make_rep())
            person.swept_to = 0
            person.save()
        with CaptureQueriesContext(connection) as asked:
            poll(connected, at=at)
        assert not RemotePerson.objects.filter(swept_to__isnull=False).exists()
        return len(asked)

    assert statements(1, SOON) == statements(12, SOON + MINUTE)
