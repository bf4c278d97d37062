"""The one door through which leads change their stage."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from leads.actions.stages import StageRefused, change_stage, restore_stage, stage_snapshot
from leads.decisions.stages import Stage
from leads.models import Lead
from tests.factories import make_lead

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
LATER = MORNING + timedelta(hours=1)


def stages() -> list[tuple[str, datetime, str]]:
    return list(Lead.objects.order_by("pk").values_list("stage", "stage_at", "closed_reason"))


def test_the_table_and_the_column_know_the_same_stages():
    assert list(Lead.Stage.values) == list(Stage)


def test_change_stage_moves_all_leads_in_one_update(django_assert_num_queries):
    leads = [make_lead(stage="captured"), make_lead(stage="lost", closed_reason="no_budget")]
    with django_assert_num_queries(1):
        change_stage(leads, Stage.WAITING, at=LATER)
    assert stages() == [("waiting", LATER, "")] * 2
    assert [(lead.stage, lead.stage_at, lead.closed_reason) for lead in leads] == stages()


def test_change_stage_refuses_all_when_one_may_not_go_there():
    leads = [make_lead(stage="held", stage_at=MORNING), make_lead(stage="nurture", stage_at=MORNING)]
    with pytest.raises(StageRefused) as refused, transaction.atomic():
        change_stage(leads, Stage.WON, at=LATER)
    assert refused.value.code == "stage"
    assert stages() == [("held", MORNING, ""), ("nurture", MORNING, "")]
    assert [lead.stage for lead in leads] == ["held", "nurture"]


def test_change_stage_asks_the_database_and_not_the_object():
    lead = make_lead(stage="held", stage_at=MORNING)
    Lead.objects.update(stage="lost")
    with pytest.raises(StageRefused):
        change_stage([lead], Stage.DISQUALIFIED, at=LATER, closed_reason="student")
    assert stages() == [("lost", MORNING, "")]


def test_change_stage_to_merged_names_the_lead_that_stays():
    kept, lead = make_lead(), make_lead(stage="held")
    change_stage([lead], Stage.MERGED, at=LATER, merged_into=kept)
    assert (Lead.objects.get(pk=lead.pk).merged_into, lead.merged_into) == (kept, kept)


def test_restore_stage_takes_a_change_back():
    lead, kept = make_lead(stage="lost", stage_at=MORNING, closed_reason="no_budget"), make_lead()
    before = stage_snapshot(lead)
    change_stage([lead], Stage.MERGED, at=LATER, merged_into=kept)
    restore_stage(lead, before)
    assert stages()[0] == ("lost", MORNING, "no_budget")
    assert Lead.objects.get(pk=lead.pk).merged_into is None
