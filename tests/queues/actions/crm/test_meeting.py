"""A record meets its lead: who wins, what the story says, what is closed, and what is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from config.reach.crm.records import CrmRecord
from leads.models import Activity, Identity, Lead, SourceSystem
from queues.actions.crm.meeting import meet, meeting_link
from queues.models import CrmLog, Entry, RemotePerson, ReviewItem
from queues.queries.waiting import waiting_entry
from routing.actions.assignment import AssignmentRequest, assign
from routing.models import Assignment, LedgerLine, Turn
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep, make_user
from tests.factories.crm import make_connection, make_crm_link, make_remote_person

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(minutes=10)


@pytest.fixture
def people():
    return [make_rep(first_name=name, last_name="") for name in ("Rina", "Sarah", "Dimas")]


@pytest.fixture
def connection(people):
    system = SourceSystem.objects.create(key="sf-org-1", name="Salesforce")
    connection = make_connection(
        kind="salesforce", system=system, field_map={"email": "Email"}, closing_map={"Junk": "disqualified"}
    )
    for user, remote_id in zip(people, ("u-rina", "u-sarah", "u-dimas"), strict=True):
        make_remote_person(connection, user, remote_id, name=user.first_name)
    return connection


@pytest.fixture
def linked(connection, people):
    """Rina holds the lead here, and owns its record there."""
    lead = make_lead()
    assign(AssignmentRequest(lead, people[0].pk, Assignment.How.BY_HAND), by=None, at=MORNING)
    return link_of(connection, lead)


def link_of(connection, lead, **more):
    seen = {"seen_owner": "u-rina", "seen_status": "Working", "seen_at": MORNING}
    return make_crm_link(connection, lead, "00Q1", **seen | more)


def record(**changes) -> CrmRecord:
    usual = CrmRecord("00Q1", {}, "u-rina", "Working", changed_at=LATER)
    return replace(usual, **changes)


def met(link, at=LATER, **changes):
    with transaction.atomic():
        locked = meeting_link(link.pk)
        meeting = meet(locked, record(**changes), at=at)
    link.refresh_from_db()
    return meeting


def test_an_owner_who_is_already_the_holder_here_ends_an_older_wish(linked):
    linked.wanted_owner, linked.seen_owner, linked.next_at = "u-dimas", "u-sarah", MORNING
    linked.save()
    assert met(linked, owner="u-rina").codes == ()
    assert (linked.wanted_owner, linked.seen_owner) == ("u-rina", "u-rina")


def stories():
    rows = Activity.objects.filter(kind="crm").order_by("pk")
    return [{name: value for name, value in row.details.items() if name not in ("crm", "connection")} for row in rows]


def holder(lead):
    return Assignment.objects.open().get(lead=lead).holder.first_name


def test_our_own_write_that_comes_back_is_no_story(linked):
    assert met(linked).codes == ()
    assert (stories(), linked.next_at) == ([], None)


def test_a_write_that_alur_did_not_live_to_note_is_no_story(linked):
    linked.seen_owner = "u-dimas"
    linked.save()
    assert met(linked).codes == ()
    assert (stories(), linked.seen_owner) == ([], "u-rina")


def test_alurs_owner_goes_back_and_the_story_names_all_three(linked):
    assert met(linked, owner="u-sarah", changed_by="u-dimas").codes == ("owner_ours",)
    assert stories() == [{"code": "owner_ours", "theirs": "Sarah", "was": "Rina", "ours": "Rina", "who": "Dimas"}]
    assert (linked.seen_owner, linked.wanted_owner, linked.next_at) == ("u-sarah", "u-rina", LATER)
    assert holder(linked.lead) == "Rina"


def test_a_record_that_was_read_before_the_last_write_says_nothing(linked):
    linked.seen_at = LATER + timedelta(seconds=1)
    linked.save()
    assert met(linked, owner="u-sarah").is_stale
    assert (stories(), linked.seen_owner) == ([], "u-rina")


def test_the_third_change_back_is_left_and_shown(linked):
    for number, minutes in enumerate((0, 20, 40)):
        at = LATER + timedelta(minutes=minutes)
        met(linked, at=at, owner="u-sarah", changed_at=at)
        if number < 2:  # Alur writes
            linked.seen_owner, linked.next_at = "u-rina", None
            linked.save()
    assert [each["code"] for each in stories()] == ["owner_ours", "owner_ours", "owner_fight"]
    assert (linked.problem, linked.wanted_owner, linked.next_at) == ("fight", "u-sarah", None)
    line = CrmLog.objects.get()
    assert (line.what, line.tone, line.way, line.lead_id) == ("fight", "bad", "in", linked.lead_id)


class TestTheirsWins:
    @pytest.fixture(autouse=True)
    def crm_wins(self, connection):
        connection.owner_policy = "crm"
        connection.save()

    def test_the_lead_goes_to_their_owner_without_a_turn(self, linked, people):
        met(linked, owner="u-sarah")
        assert holder(linked.lead) == "Sarah"
        given = Assignment.objects.open().get()
        assert (given.how, given.turn_id, given.receipt["kind"]) == ("crm", None, "crm")
        assert Assignment.objects.get(ended_at__isnull=False).ended_how == "reassigned"
        assert (Turn.objects.count(), LedgerLine.objects.count()) == (0, 0)
        assert (linked.wanted_owner, linked.next_at, linked.problem) == ("u-sarah", None, "")
        assert stories()[0]["code"] == "owner_theirs"

    def test_a_wish_on_its_way_is_dropped(self, linked):
        linked.wanted_owner, linked.next_at, linked.wanted_seq = "u-rina", MORNING, 1
        linked.save()
        met(linked, owner="u-sarah")
        assert (linked.wanted_owner, linked.next_at) == ("u-sarah", None)
        assert linked.owner_seq == Activity.objects.get(kind="crm").pk

    def test_a_waiting_lead_leaves_its_queue(self, connection):
        entry = make_entry(QueueFactory(name="Hot"))
        met(link_of(connection, entry.lead, seen_owner="q-all"), owner="u-sarah")
        entry.refresh_from_db()
        assert (entry.left_how, entry.assignment.holder.first_name) == ("assigned", "Sarah")
        assert entry.assignment.place_name == "Hot"
        entry.queue.refresh_from_db()
        assert waiting_entry(entry.lead_id) is None

    def test_a_lead_on_the_review_desk_leaves_it(self, connection):
        lead = make_lead(stage="review")
        item = ReviewItem.objects.create(lead=lead, opened_at=MORNING)
        met(link_of(connection, lead, seen_owner=""), owner="u-sarah")
        item.refresh_from_db()
        assert (item.closed_how, holder(lead)) == ("closed", "Sarah")

    @pytest.mark.parametrize("why", ["inactive", "no_rep"])
    def test_who_cannot_hold_leads_gets_none(self, linked, connection, people, why):
        if why == "inactive":
            people[1].is_active = False
            people[1].save()
        else:
            connection.people.filter(remote_id="u-sarah").update(user=make_user())
        met(linked, owner="u-sarah")
        assert (holder(linked.lead), linked.problem) == ("Rina", "cannot_hold")
        assert stories()[0]["code"] == "owner_cannot"

    def test_an_owner_whom_nobody_here_knows_changes_nothing(self, linked, connection):
        make_remote_person(connection, None, "u-else", name="Siti", how="hand")
        met(linked, owner="u-else")
        assert stories()[0] == {"code": "owner_unknown", "theirs": "Siti", "was": "Rina", "ours": "Rina"}
        assert (holder(linked.lead), linked.wanted_owner, linked.next_at) == ("Rina", "u-else", None)

    def test_a_closed_lead_is_given_to_nobody(self, connection):
        lead = make_lead(stage="lost")
        met(link_of(connection, lead), owner="u-sarah")
        assert (Assignment.objects.count(), stories()[0]["code"]) == (0, "owner_noted")


def test_a_status_there_closes_the_lead_here(linked):
    assert met(linked, status="Junk").codes == ("closed",)
    lead = Lead.objects.get()
    assert (lead.stage, lead.closed_reason, linked.seen_status) == ("disqualified", "crm", "Junk")
    assert Assignment.objects.get().ended_how == "disqualified"
    assert stories() == [{"code": "closed", "theirs": "Junk", "was": "Working", "stage": "disqualified"}]


def test_a_status_there_closes_a_waiting_lead(connection):
    entry = make_entry(QueueFactory())
    met(link_of(connection, entry.lead), status="Junk")
    assert (Lead.objects.get().stage, Entry.objects.get().left_how) == ("disqualified", "closed")


def test_another_status_is_a_story_only(linked):
    assert met(linked, status="New").codes == ("status",)
    assert (Lead.objects.get().stage, linked.seen_status) == ("held", "New")


def test_a_status_that_closes_nothing_because_of_its_stage_is_shown(linked, connection):
    connection.closing_map = {"Junk": "captured"}
    connection.save()
    met(linked, status="Junk")
    assert (Lead.objects.get().stage, linked.problem) == ("held", "cannot_close")


def test_changed_facts_are_left_for_the_poll(linked):
    before = linked.seen_digest
    assert met(linked, values={"Email": "new@lead.example"}).has_new_facts
    assert linked.seen_digest == before


def test_a_deleted_record_leaves_the_lead(linked):
    linked.wanted_owner, linked.next_at = "u-sarah", MORNING
    linked.save()
    assert not met(linked, is_gone=True).is_there
    assert met(linked, is_gone=True).codes == ()
    assert (linked.gone, linked.gone_at, linked.wanted_owner, linked.next_at) == ("deleted", LATER, "", None)
    assert (holder(linked.lead), [each["code"] for each in stories()]) == ("Rina", ["deleted"])
    assert met(linked).codes == ("restored",)
    assert (linked.gone, linked.gone_at) == ("", None)


@pytest.mark.parametrize("stage", ["held", "waiting"])
def test_a_converted_record_makes_a_deal_of_the_lead(linked, connection, stage):
    if stage == "waiting":
        linked.lead = make_entry(QueueFactory()).lead
        linked.save()
    met(linked, converted_to="006A")
    linked.lead.refresh_from_db()
    assert (linked.lead.stage, linked.gone, linked.became) == ("converted", "converted", "006A")
    assert met(linked, converted_to="006A").codes == ()


def test_a_merged_record_takes_the_lead_with_it(linked, connection):
    assert met(linked, merged_into="00Q2").codes == ("merged",)
    assert (linked.remote_id, linked.gone, linked.seen_digest) == ("00Q2", "", "")
    assert Identity.objects.get(kind="external_id", value="00Q2", system="sf-org-1").lead == linked.lead


def test_a_record_merged_into_that_of_another_lead_asks_a_person(connection):
    entry = make_entry(QueueFactory())
    other = make_lead()
    make_crm_link(connection, other, "00Q2")
    link = link_of(connection, entry.lead)
    assert met(link, merged_into="00Q2").codes == ("merged_beside",)
    entry.refresh_from_db()
    lead = Lead.objects.get(pk=entry.lead_id)
    assert (lead.stage, lead.resembles, entry.left_how) == ("review", other, "closed")
    assert ReviewItem.objects.get(closed_at__isnull=True).reasons == ["several_leads"]
    assert (link.gone, link.became) == ("merged", "00Q2")


def test_a_record_merged_into_another_of_the_same_lead_is_just_gone(linked, connection):
    make_crm_link(connection, linked.lead, "00Q2")
    met(linked, merged_into="00Q2")
    assert (linked.gone, holder(linked.lead), ReviewItem.objects.count()) == ("merged", "Rina", 0)


def test_the_lead_of_a_link_may_have_been_merged_here(linked, connection, people):
    connection.owner_policy = "crm"
    connection.save()
    absorbed = make_lead(stage="merged", merged_into=linked.lead)
    linked.lead, kept = absorbed, linked.lead
    linked.save()
    met(linked, owner="u-sarah")
    assert (holder(kept), Activity.objects.get(kind="crm").lead) == ("Sarah", kept)


def test_an_owner_who_has_left_there_is_not_written_back(linked):
    """The CRM would refuse it, each time that somebody there takes over."""
    RemotePerson.objects.filter(remote_id="u-rina").update(is_active=False)
    met(linked, owner="u-sarah")
    assert (linked.wanted_owner, linked.next_at) == ("u-sarah", None)
    assert [each["code"] for each in stories()] == ["owner_noted"]
