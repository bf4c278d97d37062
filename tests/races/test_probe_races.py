"""Test leads beside real ones: real leads get their turns, and of several workers one sends (K5, L15)."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.actions.intake.capture import capture_lead
from leads.models import Lead
from queues.actions.claims.take import take_next
from queues.actions.probe.running import run_due_probe
from queues.actions.probe.sending import trace_lead
from queues.decisions.probe import End
from queues.models import EntryRule, ProbeRun
from queues.queries.probe import Origin
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, Turn
from tests.factories import MORNING, QueueFactory, fill, make_rep, make_rotation, make_web_form
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
LONG = timedelta(seconds=25)


def arrive(number: int) -> None:
    capture_lead({"email": f"person{number}@company{number}.example", "source": "trial"}, channel="api", at=MORNING)


def test_real_leads_are_shared_equally_while_test_leads_come_and_go():
    people = [make_rep() for _number in range(3)]
    rotation = make_rotation(*people)
    EntryRule.objects.create(name="All", outcome="queue", queue=QueueFactory(dispatch="push", rotation=rotation))
    origin = Origin(web_form=make_web_form())
    probes = [lambda: trace_lead(origin, longest=LONG, at=MORNING)[0].ended] * 6
    arrivals = [lambda number=number: arrive(number) for number in range(9)]
    results = all_at_once([*arrivals, *probes])
    assert [each for each in results if each is not None] == [End.ASSIGNED] * 6
    given = Counter(Assignment.objects.values_list("holder", flat=True))
    assert (Lead.objects.count(), Turn.objects.count(), set(given.values())) == (9, 9, {3})
    assert sorted(Turn.objects.values_list("number", flat=True)) == list(range(1, 10))
    assert audit_rotation(rotation, at=MORNING).faults == []


def test_claims_find_all_leads_beside_test_leads():
    queue, reps = QueueFactory(), [make_rep() for _number in range(4)]
    fill(queue, 4)
    EntryRule.objects.create(name="All", outcome="queue", queue=queue)
    origin = Origin(web_form=make_web_form())
    claims = [lambda rep=rep: take_next(queue, by=rep, at=MORNING).lead_id for rep in reps]
    probes = [lambda: trace_lead(origin, longest=LONG, at=MORNING)[0].stopped] * 4
    results = all_at_once([*claims, *probes])
    assert sorted(each for each in results if each is not None) == sorted(Lead.objects.values_list("pk", flat=True))


def test_of_three_workers_at_once_one_sends():
    make_web_form()
    make_rep()
    EntryRule.objects.create(name="All", outcome="queue", queue=QueueFactory())
    results = all_at_once([lambda: run_due_probe(at=MORNING)] * 3)
    assert sorted(results) == [False, False, True]
    assert ProbeRun.objects.filter(is_ok=True).count() == 1
