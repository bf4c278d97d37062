"""What happened to leads becomes wishes: once, the newest, also late, merged, unmatched or of a new link (I4)."""

from datetime import timedelta

import pytest

from leads.actions.merging import merge_leads, split_leads
from leads.actions.stages import close_lead
from leads.models import Activity
from queues.actions.claims.take import take_next
from queues.actions.crm.links import try_link_again
from queues.actions.crm.people import match_person
from queues.actions.crm.wishes import READ_AGAIN, read_wishes
from queues.models import CrmLink, CrmLog
from routing.actions.assignment import AssignmentRequest, assign, reassign, return_lead
from routing.actions.contact import log_contact
from routing.models import Assignment
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_rep
from tests.factories.crm import make_connection, make_crm_link, make_remote_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def rina():
    return make_rep(first_name="Rina", last_name="")


@pytest.fixture
def budi():
    return make_rep(first_name="Budi", last_name="")


@pytest.fixture
def connection(rina, budi):
    connection = make_connection()
    make_remote_person(connection, rina, "u-rina")
    make_remote_person(connection, budi, "u-budi")
    return connection


@pytest.fixture
def link(connection):
    """As old as the outbox: its first wish was found."""
    link = make_crm_link(connection, make_lead(), seen_owner="u-api", seen_status="NEW")
    read_wishes(at=MORNING)
    return link


def give(lead, user, at=MORNING + SECOND) -> Assignment:
    return assign(AssignmentRequest(lead, user.pk, Assignment.How.BY_HAND), by=None, at=at)


def contact(held, at):
    return log_contact(held, kind="call", outcome="reached", note="", by=held.holder, at=at)


def wanted(link) -> tuple[str, str, bool]:
    """Owner, status, and whether they wait to be written."""
    link.refresh_from_db()
    return link.wanted_owner, link.wanted_status, link.next_at is not None


def test_who_holds_the_lead_becomes_its_owner_there(link, rina):
    give(link.lead, rina)
    assert read_wishes(at=MORNING + 2 * SECOND) == 1
    assert wanted(link) == ("u-rina", "OPEN", True)
    assert (link.wanted_at, link.next_at) == (MORNING + SECOND, MORNING + 2 * SECOND)
    assert link.wanted_seq == Activity.objects.filter(kind="assigned").get().pk


def test_a_claim_and_a_contact_are_heard_too(connection, rina):
    queue = QueueFactory()
    link = make_crm_link(connection, make_entry(queue).lead)
    read_wishes(at=MORNING)
    assert wanted(link) == ("", "", False)
    held = take_next(queue, by=rina, at=MORNING + SECOND)
    read_wishes(at=MORNING + SECOND)
    assert wanted(link) == ("u-rina", "OPEN", True)
    contact(held, MORNING + 2 * SECOND)
    read_wishes(at=MORNING + 3 * SECOND)
    assert wanted(link) == ("u-rina", "IN_PROGRESS", True)
    close_lead(held.lead, stage="converted", by=rina, at=MORNING + 4 * SECOND)
    read_wishes(at=MORNING + 4 * SECOND)
    assert wanted(link) == ("", "QUALIFIED", True)


def test_the_newest_wish_replaces_older_ones(link, rina, budi):
    held = give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    request = AssignmentRequest(link.lead, budi.pk, Assignment.How.BY_HAND)
    reassign(held, request=request, ended_how="reassigned", by=None, at=MORNING + 2 * SECOND)
    assert read_wishes(at=MORNING + 2 * SECOND) == 1
    assert (wanted(link), link.wanted_at) == (("u-budi", "OPEN", True), MORNING + 2 * SECOND)


def test_a_lead_that_is_given_back_wants_no_owner(connection, rina):
    queue = QueueFactory()
    link = make_crm_link(connection, make_entry(queue).lead)
    held = take_next(queue, by=rina, at=MORNING)
    read_wishes(at=MORNING)
    return_lead(held, reason="no_capacity", note="", by=rina, at=MORNING + SECOND)
    read_wishes(at=MORNING + 2 * SECOND)
    assert wanted(link) == ("", "", False)


def test_what_stands_there_already_is_no_wish(link, rina):
    CrmLink.objects.update(seen_owner="u-rina", seen_status="OPEN")
    give(link.lead, rina)
    assert read_wishes(at=MORNING + SECOND) == 0
    assert wanted(link) == ("u-rina", "OPEN", False)
    assert link.done_status == "OPEN"


def test_reading_again_repeats_nothing(link, rina):
    """Within five minutes everything is read some ten times, also after the wish was carried out, and after an owner
    from over there was accepted."""
    give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    story = Activity.objects.create(lead=link.lead, kind="crm", at=MORNING + SECOND)
    done = {"next_at": None, "wanted_owner": "u-else", "seen_owner": "u-else", "owner_seq": story.pk}
    CrmLink.objects.update(seen_status="OPEN", done_status="OPEN", **done)
    for seconds in range(2, 700, 7):
        assert read_wishes(at=MORNING + seconds * SECOND) == 0
    assert wanted(link) == ("u-else", "OPEN", False)
    connection = link.connection
    connection.refresh_from_db()
    assert connection.out_cursor == connection.out_near == Activity.objects.latest("pk").pk


def test_a_contact_writes_no_owner_over_one_that_was_accepted(link, rina):
    held = give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    story = Activity.objects.create(lead=link.lead, kind="crm", at=MORNING + SECOND)
    CrmLink.objects.update(next_at=None, wanted_owner="u-else", seen_owner="u-else", owner_seq=story.pk)
    contact(held, MORNING + 2 * SECOND)
    assert read_wishes(at=MORNING + 2 * SECOND) == 1
    assert wanted(link) == ("u-else", "IN_PROGRESS", True)


def test_what_was_committed_late_is_read_later(link, rina, connection):
    """Its id is smaller than those that were read before it."""
    other = make_lead()
    act = give(link.lead, rina) and Activity.objects.get(kind="assigned")
    late, fields = act.pk, {"lead": act.lead, "kind": act.kind, "at": act.at}
    act.delete()
    Activity.objects.create(lead=other, kind="noted", at=MORNING + SECOND)
    for seconds in (1, 17, 18):
        read_wishes(at=MORNING + seconds * SECOND)
    connection.refresh_from_db()
    assert connection.out_near > late > connection.out_cursor
    Activity.objects.create(pk=late, **fields)
    assert read_wishes(at=MORNING + 19 * SECOND) == 0
    assert read_wishes(at=MORNING + READ_AGAIN + 2 * SECOND) == 1
    assert wanted(link) == ("u-rina", "OPEN", True)


def test_an_unmatched_holder_is_shown_once_and_wanted_as_soon_as_matched(link, connection):
    agus = make_rep(first_name="Agus")
    held = give(link.lead, agus)
    for seconds in (1, 2, 40):
        read_wishes(at=MORNING + seconds * SECOND)
    assert wanted(link) == ("", "OPEN", True)
    assert link.problem == "unmatched"
    (line,) = CrmLog.objects.all()
    assert (line.what, line.lead_id, line.details["user"]) == ("unmatched", link.lead_id, held.holder_id)
    person = make_remote_person(connection, None, "u-agus")
    match_person(person, agus, by=agus, at=MORNING + 50 * SECOND)
    assert read_wishes(at=MORNING + 60 * SECOND) == 1
    assert wanted(link) == ("u-agus", "OPEN", True)
    assert link.problem == ""


@pytest.mark.parametrize("person", [{"is_active": False}, {"is_group": True}])
def test_who_cannot_own_a_record_there_is_unmatched(link, connection, person):
    agus = make_rep(first_name="Agus")
    make_remote_person(connection, agus, "u-agus", **person)
    give(link.lead, agus)
    read_wishes(at=MORNING + SECOND)
    assert (wanted(link)[0], link.problem) == ("", "unmatched")


def test_a_new_link_of_a_held_lead_has_its_wish(connection, rina):
    lead = make_lead()
    give(lead, rina)
    read_wishes(at=MORNING)
    later = MORNING + timedelta(days=3)
    link = make_crm_link(connection, lead, seen_owner="u-api", seen_status="OPEN")
    assert read_wishes(at=later) == 1
    assert (wanted(link), link.wanted_at) == (("u-rina", "OPEN", True), later)


def test_a_new_link_keeps_an_owner_that_was_accepted_before(connection, rina):
    lead = make_lead()
    give(lead, rina)
    link = make_crm_link(connection, lead, seen_owner="u-x", wanted_owner="u-x", owner_seq=5)
    read_wishes(at=MORNING)
    assert wanted(link) == ("u-x", "OPEN", True)


def test_after_a_merge_the_lead_that_stays_counts(link, connection, rina, budi):
    """Both records are one lead; a split gives each its own again."""
    kept = make_lead()
    held = give(kept, budi)
    beside = make_crm_link(connection, kept, "r-kept", seen_owner="u-budi", seen_status="OPEN")
    merge = merge_leads(link.lead, kept, picks={}, by=None, at=MORNING + SECOND)
    read_wishes(at=MORNING + SECOND)
    assert (wanted(link), wanted(beside)) == (("u-budi", "OPEN", True), ("u-budi", "OPEN", False))
    request = AssignmentRequest(kept, rina.pk, Assignment.How.BY_HAND)
    reassign(held, request=request, ended_how="reassigned", by=None, at=MORNING + 2 * SECOND)
    read_wishes(at=MORNING + 2 * SECOND)
    assert (wanted(link), wanted(beside)) == (("u-rina", "OPEN", True), ("u-rina", "OPEN", True))
    split_leads(merge, by=None, at=MORNING + 3 * SECOND)
    read_wishes(at=MORNING + 3 * SECOND)
    assert (wanted(link)[0], wanted(beside)) == ("", ("u-rina", "OPEN", True))


def test_each_crm_of_a_lead_has_its_own_wish(link, rina):
    second = make_connection(kind="salesforce", status_map={})
    make_remote_person(second, rina, "005R")
    other = make_crm_link(second, link.lead)
    give(link.lead, rina)
    assert read_wishes(at=MORNING + SECOND) == 2
    assert (wanted(link), wanted(other)) == (("u-rina", "OPEN", True), ("005R", "", True))


@pytest.mark.parametrize(
    ("given", "has_wish"),
    [
        ({"state": "off"}, False),
        ({"state": "draft"}, False),
        ({"writes_out": False}, False),
        ({"state": "broken"}, True),
        ({"state": "paused", "paused_until": MORNING + timedelta(hours=1)}, True),
    ],
)
def test_wishes_are_kept_while_it_stands_still_and_not_where_nothing_is_written(rina, given, has_wish):
    connection = make_connection(**given)
    make_remote_person(connection, rina, "u-rina")
    link = make_crm_link(connection, make_lead())
    give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    assert wanted(link) == (("u-rina", "OPEN", True) if has_wish else ("", "", False))
    connection.state, connection.writes_out = "working", True
    connection.save()
    read_wishes(at=MORNING + timedelta(days=40))
    assert wanted(link) == ("u-rina", "OPEN", True)


def test_a_record_that_is_gone_wants_nothing(link, rina):
    CrmLink.objects.update(gone="deleted", gone_at=MORNING)
    give(link.lead, rina)
    assert read_wishes(at=MORNING + SECOND) == 0
    assert wanted(link) == ("", "", False)


def test_a_new_wish_is_tried_where_the_last_one_was_refused(link, rina):
    CrmLink.objects.update(problem="wrong", problem_words="no such owner", problem_at=MORNING, attempts=7)
    give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    assert (wanted(link), link.problem, link.attempts) == (("u-rina", "OPEN", True), "", 0)


def test_somebody_may_have_an_owner_written_again_that_was_left_alone(link, rina):
    give(link.lead, rina)
    read_wishes(at=MORNING + SECOND)
    story = Activity.objects.create(lead=link.lead, kind="crm", at=MORNING + SECOND)
    CrmLink.objects.update(next_at=None, wanted_owner="u-x", seen_owner="u-x", owner_seq=story.pk, problem="fight")
    try_link_again(link, at=MORNING + 2 * SECOND)
    assert read_wishes(at=MORNING + 2 * SECOND) == 1
    assert (wanted(link), link.problem) == (("u-rina", "OPEN", True), "")
