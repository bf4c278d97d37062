"""What was sent, and whether it arrived: known as our own when it is found there, but not what was refused (I4)."""

from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from leads.models import Activity
from queues.actions.crm.links import leave_link
from queues.actions.crm.meeting import meet, meeting_link
from queues.decisions.crm.answers import MOST_ATTEMPTS
from queues.models import Connection, CrmLink
from routing.models import Assignment
from tests.crm.outbound import contact, give, known, pass_on, sent, there
from tests.factories import MORNING, make_rep
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
SLOW = CrmRefused(Reason.SILENT, code="too_slow")


def first_write(crm, link, refusal, *, arrives=False, acts=lambda: None):
    """What becomes of the next write; others are taken."""
    left = [refusal]

    def before(name):
        if name == "write" and left:
            acts()
            if arrives:
                crm.edit(link.remote_id, owner=CrmLink.objects.get().sent_owner, status="Open")
            raise left.pop()

    crm.before = before


@pytest.mark.parametrize("reason", [Reason.LIMIT, Reason.RIGHTS, Reason.BUSY, Reason.WRONG])
def test_what_was_refused_is_somebody_elses_when_it_is_found_there(link, crm, rina, budi, reason):
    Connection.objects.update(owner_policy="crm")
    held = give(link.lead, rina)
    first_write(crm, link, CrmRefused(reason, status=429, wait=90))
    sent(MORNING)
    link.refresh_from_db()
    assert not link.is_on_its_way
    pass_on(held, budi, MORNING + SECOND)
    crm.later(seconds=2)
    crm.edit(link.remote_id, owner="u-rina", by="u-x")
    meet(meeting_link(link.pk), crm.records[link.remote_id], at=MORNING + 3 * SECOND)
    assert Assignment.objects.open().get().holder == rina
    assert Activity.objects.get(kind="crm").details["code"] == "owner_theirs"


def test_a_read_that_is_refused_says_nothing_about_the_write_before_it(link, crm, rina, budi):
    Connection.objects.update(owner_policy="crm")
    held = give(link.lead, rina)
    first_write(crm, link, SLOW, arrives=True)
    sent(MORNING)
    pass_on(held, budi, MORNING + SECOND)
    left = [CrmRefused(Reason.BUSY, status=409)]

    def before(name):
        if left:
            raise left.pop()

    crm.before = before
    sent(MORNING + 10 * SECOND)
    assert sent(MORNING + 60 * SECOND) == 1
    assert (there(crm, link), Assignment.objects.open().get().holder) == (("u-budi", "Open"), budi)
    assert not Activity.objects.filter(kind="crm").exists()


def test_a_wish_that_goes_back_while_another_may_have_arrived_is_looked_at_again(link, crm, rina, budi):
    held = give(link.lead, rina)
    sent(MORNING)
    held = pass_on(held, budi, MORNING + SECOND)
    moves = []

    def goes_back():
        moves.append(pass_on(held, rina, MORNING + SECOND))
        sent(MORNING + SECOND)

    first_write(crm, link, SLOW, arrives=True, acts=goes_back)
    sent(MORNING + SECOND)
    assert (there(crm, link)[0], known(link)) == ("u-budi", ("u-rina", "Open", True))
    assert sent(MORNING + 60 * SECOND) == 1
    assert (there(crm, link)[0], known(link), link.is_on_its_way) == ("u-rina", ("u-rina", "Open", False), False)


def test_an_owner_that_is_accepted_while_another_may_have_arrived_is_written_over_it(link, crm, rina, budi):
    """Somebody changed it there, a poll saw that, and then our write arrived without an answer."""
    sari = make_rep(first_name="Sari", last_name="")
    make_remote_person(link.connection, sari, "u-sari")
    Connection.objects.update(owner_policy="crm")
    held = give(link.lead, budi)
    sent(MORNING)
    pass_on(held, rina, MORNING + SECOND)

    def acts():
        crm.edit(link.remote_id, owner="u-sari", by="u-x")
        meet(meeting_link(link.pk), crm.records[link.remote_id], at=MORNING + SECOND)

    first_write(crm, link, SLOW, arrives=True, acts=acts)
    sent(MORNING + SECOND)
    assert (there(crm, link)[0], Assignment.objects.open().get().holder) == ("u-rina", sari)
    assert sent(MORNING + 60 * SECOND) == 1
    assert (there(crm, link)[0], Assignment.objects.open().get().holder) == ("u-sari", sari)


def test_after_the_last_try_what_may_have_arrived_is_still_known(link, crm, rina):
    Connection.objects.update(owner_policy="crm")
    held = give(link.lead, rina)
    sent(MORNING)
    contact(held, MORNING + SECOND)
    first_write(crm, link, SLOW)
    sent(MORNING + SECOND)
    CrmLink.objects.update(attempts=MOST_ATTEMPTS - 1)
    first_write(crm, link, SLOW)
    sent(MORNING + 60 * SECOND)
    link.refresh_from_db()
    assert (link.problem, link.next_at, link.sent_status) == ("silent", None, "Working")


def test_a_record_that_is_left_as_it_is_there_is_looked_at_if_something_may_have_arrived(link, crm, rina):
    Connection.objects.update(owner_policy="crm")
    give(link.lead, rina)
    first_write(crm, link, SLOW, arrives=True)
    sent(MORNING)
    leave_link(link, at=MORNING + SECOND)
    assert sent(MORNING + SECOND) == 0
    assert (known(link), link.is_on_its_way, link.wanted_owner) == (("u-rina", "Open", False), False, "")
    assert (there(crm, link), Assignment.objects.open().get().holder) == (("u-rina", "Open"), rina)
    assert not Activity.objects.filter(kind="crm").exists()
