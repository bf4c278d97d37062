"""Leads of a file that reaches nobody: to review as incomplete, unless their import said that ids are enough."""

import pytest

from leads.actions.imports.run import run_import
from leads.models import Lead
from queues.models import EntryRule
from tests.factories import MORNING, QueueFactory
from tests.factories.files import make_upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("reading", "stage"), [({}, "review"), ({"ids_are_enough": True}, "waiting")])
def test_the_rule_for_incomplete_leads_heeds_the_import(reading, stage):
    incomplete = [{"field": "is_complete", "operator": "is_false"}]
    EntryRule.objects.create(name="Incomplete", position=1, outcome="review", conditions=incomplete)
    EntryRule.objects.create(name="Everybody", position=2, outcome="queue", queue=QueueFactory(), conditions=[])
    upload = make_upload(b"Lead ID,Origin\nL-1,Web\nL-2,Web\n")
    upload.reading = reading
    upload.save(update_fields=["reading"])
    run_import(upload.pk, clock=lambda: MORNING, max_time=None)
    assert list(Lead.objects.order_by("pk").values_list("external_id", "stage")) == [("L-1", stage), ("L-2", stage)]
