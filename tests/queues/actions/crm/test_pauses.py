"""Reader and writer of one connection are two processes: what stops one of them stops the other at its next call."""

from datetime import timedelta

import pytest

from config.reach.crm.errors import CrmRefused, Reason
from leads.models import Lead
from queues.actions.crm.states import refused
from queues.models import Connection
from tests.crm.outbound import give, linked, sent
from tests.crm.polls import MINUTE, poll
from tests.factories import MORNING, make_lead, make_rep
from tests.factories.crm import make_remote_person

pytestmark = pytest.mark.django_db
REFUSALS = [CrmRefused(Reason.LIMIT, status=429, wait=120), CrmRefused(Reason.SIGN_IN, status=401)]


def refused_elsewhere(crm, refusal, *, during, at=MORNING):
    """The other process hears this while ours makes its first call of that name."""

    def before(call):
        if call == during:
            refused(Connection.objects.get(), refusal, at=at)

    crm.before = before


@pytest.mark.parametrize("refusal", REFUSALS)
@pytest.mark.parametrize(("during", "calls"), [("read", ["read"]), ("write", ["read", "write"])])
def test_a_writer_calls_nothing_more_once_its_reader_was_refused(connected, crm, refusal, during, calls):
    rina = make_rep(first_name="Rina", last_name="")
    make_remote_person(connected, rina, "u-rina")
    links = [linked(connected, crm, make_lead(), owner="u-api") for _number in range(2)]
    sent(MORNING)
    for each in links:
        give(each.lead, rina)
    refused_elsewhere(crm, refusal, during=during)
    sent(MORNING + timedelta(seconds=1))
    assert crm.calls == calls
    assert connected.links.filter(next_at__isnull=False).count() == 3 - len(calls)
    assert not connected.links.filter(leased_until__isnull=False).exists()


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_reader_calls_nothing_more_once_its_writer_was_refused(connected, crm, refusal):
    crm.page_size = 2
    for number in range(5):
        crm.add(f"00Q{number}", Email=f"a{number}@lead.example")
    refused_elsewhere(crm, refusal, during="changed", at=MORNING + MINUTE)
    assert poll(connected)
    assert (crm.calls.count("changed"), Lead.objects.count(), connected.polling_until) == (1, 2, None)
    crm.before = lambda call: None
    Connection.objects.update(state="working", paused_until=None)
    poll(connected, at=MORNING + 5 * MINUTE)
    assert Lead.objects.count() == 5
