"""Owner and status reach the CRM: read, compared, written, recorded, whatever it answers (I4)."""

from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from leads.actions.stages import close_lead
from leads.models import Activity
from queues.actions.crm.states import switch_off
from queues.actions.crm.writing import LEASE, lease_due, write_wishes
from queues.models import Connection, CrmLink, CrmLog
from routing.models import Assignment
from tests.crm.memory_crm import MemoryClient
from tests.crm.outbound import connected, contact, give, known, linked, pass_on, refusing, sent, there
from tests.factories import MORNING, make_lead
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_owner_and_status_are_written_and_recorded(link, crm, rina):
    give(link.lead, rina)
    crm.later(seconds=8)
    assert sent(MORNING + 8 * SECOND) == 1
    assert there(crm, link) == ("u-rina", "Open")
    assert known(link) == ("u-rina", "Open", False)
    assert (link.written_at, link.seen_at, link.sent_owner) == (MORNING + 8 * SECOND, crm.now, "")
    assert crm.calls == ["read", "write"]
    line = CrmLog.objects.get()
    assert (line.way, line.tone, line.what, line.lead_id) == ("out", "ok", "wrote", link.lead_id)
    assert line.details == {"record": link.remote_id, "owner": "u-rina", "status": "Open", "seconds": 8}
    connection = Connection.objects.get()
    assert (connection.last_out_at, connection.writing_until) == (MORNING + 8 * SECOND, None)
    assert sent(MORNING + 9 * SECOND) == 0
    assert crm.calls == ["read", "write"]


def test_what_stands_there_already_is_not_written(link, crm, rina):
    give(link.lead, rina)
    crm.edit(link.remote_id, owner="u-rina", status="Open")
    assert sent(MORNING + SECOND) == 0
    assert crm.calls == ["read"]
    assert (known(link), link.written_at, link.done_status) == (("u-rina", "Open", False), None, "Open")
    assert not Activity.objects.filter(kind="crm", details__has_key="ours").exists()


def test_only_what_differs_is_written(link, crm, rina):
    held = give(link.lead, rina)
    sent(MORNING + SECOND)
    contact(held, MORNING + 2 * SECOND)
    sent(MORNING + 2 * SECOND)
    assert crm.writes == [(link.remote_id, "u-rina", "Open"), (link.remote_id, None, "Working")]


def test_the_newest_wish_is_written_alone(link, crm, rina, budi):
    pass_on(give(link.lead, rina), budi, MORNING + SECOND)
    sent(MORNING + SECOND)
    assert crm.writes == [(link.remote_id, "u-budi", "Open")]


def test_a_wish_that_changes_during_the_write_is_written_next(link, crm, rina, budi):
    held = give(link.lead, rina)

    def before(name):
        if name == "write" and not crm.writes:
            pass_on(held, budi, MORNING + SECOND)
            sent(MORNING + SECOND)  # another process: it reads the wish and finds nothing to lease

    crm.before = before
    assert sent(MORNING + SECOND) == 2
    assert [owner for _id, owner, _status in crm.writes] == ["u-rina", "u-budi"]
    assert (there(crm, link), known(link)) == (("u-budi", "Open"), ("u-budi", "Open", False))


def test_a_status_that_somebody_chose_there_is_not_overwritten_with_an_owner(link, crm, rina, budi):
    held = give(link.lead, rina)
    sent(MORNING)
    crm.later(seconds=5)
    crm.edit(link.remote_id, status="Nurturing", by="u-x")
    pass_on(held, budi, MORNING + 6 * SECOND)
    sent(MORNING + 6 * SECOND)
    assert there(crm, link) == ("u-budi", "Nurturing")


class TestSomebodyElseChangedTheOwner:
    def test_where_alur_wins_its_owner_goes_back(self, link, crm, rina):
        held = give(link.lead, rina)
        sent(MORNING)
        crm.later(seconds=5)
        crm.edit(link.remote_id, owner="u-x", by="u-x")
        contact(held, MORNING + 6 * SECOND)
        sent(MORNING + 6 * SECOND)
        assert there(crm, link) == ("u-rina", "Working")
        assert Activity.objects.get(kind="crm").details["code"] == "owner_ours"

    def test_where_the_crm_wins_it_is_followed_and_nothing_older_is_written(self, link, crm, rina, budi):
        Connection.objects.update(owner_policy="crm")
        link.connection.refresh_from_db()
        held = give(link.lead, rina)
        sent(MORNING)
        crm.later(seconds=5)
        crm.edit(link.remote_id, owner="u-budi", by="u-budi")
        contact(held, MORNING + 6 * SECOND)
        for seconds in (6, 7, 45, 90):
            sent(MORNING + seconds * SECOND)
        assert Assignment.objects.open().get().holder == budi
        assert there(crm, link)[0] == "u-budi"
        assert {owner for _id, owner, _status in crm.writes[1:]} <= {None}

    def test_where_the_crm_wins_an_unknown_owner_stays_until_somebody_acts_here(self, link, crm, rina, budi):
        Connection.objects.update(owner_policy="crm")
        held = give(link.lead, rina)
        sent(MORNING)
        crm.later(seconds=5)
        crm.edit(link.remote_id, owner="u-stranger")
        contact(held, MORNING + 6 * SECOND)
        for seconds in (6, 7, 45, 90):
            sent(MORNING + seconds * SECOND)
        assert there(crm, link) == ("u-stranger", "Working")
        pass_on(held, budi, MORNING + 100 * SECOND)
        sent(MORNING + 100 * SECOND)
        assert there(crm, link) == ("u-budi", "Open")

    def test_a_workflow_that_changes_it_back_at_once_is_left_alone_after_three_times(self, link, crm, rina):
        """Each write is answered with another owner: it ends, and sales ops see it."""
        plain = MemoryClient.write

        def write(client, record_id, **values):
            plain(client, record_id, **values)
            crm.edit(record_id, owner="u-flow")
            return crm.records[record_id]

        give(link.lead, rina)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(MemoryClient, "write", write)
            for seconds in range(20):
                crm.later(seconds=1)
                sent(MORNING + seconds * SECOND)
        assert (there(crm, link)[0], len(crm.writes), known(link)[2]) == ("u-flow", 3, False)
        assert link.problem == "fight"


class TestLeases:
    def test_a_leased_link_is_nobody_elses(self, link, rina):
        give(link.lead, rina)
        CrmLink.objects.update(next_at=MORNING, wanted_owner="u-rina")
        (mine,) = lease_due(link.connection, at=MORNING, until=MORNING + LEASE)
        assert mine == link
        assert lease_due(link.connection, at=MORNING + LEASE - SECOND, until=MORNING + 2 * LEASE) == []
        assert lease_due(link.connection, at=MORNING + LEASE, until=MORNING + 2 * LEASE) == [link]

    def test_one_writer_of_a_connection_at_a_time(self, link, crm, rina):
        give(link.lead, rina)
        Connection.objects.update(writing_until=MORNING + LEASE)
        assert (sent(MORNING), crm.calls) == (0, [])
        assert sent(MORNING + LEASE) == 1

    def test_leases_end_with_the_run(self, place, crm, rina):
        for link in [linked(*place, make_lead()) for _number in range(3)]:
            give(link.lead, rina)
        refusing(crm, CrmRefused(Reason.LIMIT, status=429, wait=5))
        sent(MORNING)
        assert not CrmLink.objects.filter(leased_until__isnull=False).exists()
        assert sent(MORNING + 5 * SECOND) == 3


def test_nothing_due_is_one_statement(link, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert write_wishes(clock=lambda: MORNING) == 0


def test_two_connections_do_not_hold_each_other_up(place, crm, rina):
    other, beside = connected("beside", kind="salesforce")
    make_remote_person(other, rina, "005R")
    lead = make_lead()
    first, second = linked(*place, lead), linked(other, beside, lead)
    give(lead, rina)
    refusing(crm, CrmRefused(Reason.SIGN_IN, status=401), call="read")
    assert sent(MORNING) == 1
    assert (there(beside, second)[0], there(crm, first)[0]) == ("005R", "")


def test_a_lead_that_is_closed_as_its_record_is_keeps_the_words_of_the_crm(place, crm, rina):
    """Junk closes a lead as disqualified, for which Alur would write Unqualified."""
    Connection.objects.update(closing_map={"Junk": "disqualified"}, status_map={"disqualified": "Unqualified"})
    link = linked(*place, make_lead(), status="Junk")
    close_lead(link.lead, stage="disqualified", reason="invalid", by=None, at=MORNING)
    sent(MORNING)
    assert (crm.writes, known(link)) == ([], ("", "Junk", False))


def test_once_it_is_switched_off_nothing_more_is_written(place, crm, rina):
    links = [linked(*place, make_lead(), owner="u-api") for _number in range(2)]
    sent(MORNING)
    for each in links:
        give(each.lead, rina)
    crm.before = lambda name: name == "write" and switch_off(place[0], by=None, at=MORNING)
    assert (sent(MORNING + SECOND), len(crm.writes)) == (1, 1)
    assert [known(each)[2] for each in links] == [False, True]


def test_a_merged_record_is_read_as_the_one_that_took_it_in_before_anything_is_written(crm, link, rina):
    crm.add("r-other", owner="u-rina", status="New")
    crm.merge(link.remote_id, into="r-other")
    give(link.lead, rina, MORNING + SECOND)
    sent(MORNING + SECOND)
    link.refresh_from_db()
    assert (link.remote_id, crm.writes) == ("r-other", [])
    sent(MORNING + 2 * SECOND)
    assert crm.writes == [("r-other", None, "Open")]


def test_stamps_that_stay_behind_what_the_answer_to_a_write_said_lose_no_wish(crm, link, rina, budi):
    """A list may stamp a change otherwise than the answer that made it: then no read would ever be new enough."""
    held = give(link.lead, rina)
    sent(MORNING)
    CrmLink.objects.update(seen_at=crm.now + MINUTE)
    pass_on(held, budi, MORNING + SECOND)
    for seconds in range(1, 13):
        sent(MORNING + seconds * SECOND)
    assert (there(crm, link), crm.calls.count("read")) == (("u-budi", "Open"), 4)
