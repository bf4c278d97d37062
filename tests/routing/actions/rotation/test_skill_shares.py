"""Reps without a skill get their share of the leads that ask for none, however many ask for it (F5, L11)."""

from collections import Counter

import pytest

from leads.actions.intake.capture import capture_lead
from queues.models import EntryRule
from routing.actions.rotation.audit import audit_rotation
from routing.models import Assignment, Rep, Rotation
from tests.factories import MORNING, QueueFactory, make_rep, make_rotation

pytestmark = pytest.mark.django_db
EACH = 24


def given(strategy: str, asks: list[str]) -> Counter:
    """By first name and asked skill, how many leads each rep got."""
    users = [make_rep(first_name=name, last_name="") for name in "ABC"]
    Rep.objects.filter(user=users[2]).update(skills=["Thai"])
    rotation = make_rotation(*users, way=strategy, skill="industry")
    queue = QueueFactory(dispatch="push", rotation=rotation)
    EntryRule.objects.create(name="All", outcome="queue", queue=queue, conditions=[])
    for number, industry in enumerate(asks):
        raw = {"email": f"lead{number}@hotel-nila.example.com", "industry": industry, "score": "50"}
        capture_lead(raw, channel="api", at=MORNING)
    assert audit_rotation(Rotation.objects.get(pk=rotation.pk), at=MORNING).faults == []
    rows = Assignment.objects.order_by("pk").values_list("holder__first_name", "lead__industry")
    return Counter(rows)


@pytest.mark.parametrize("strategy", ["smooth", "blocks", "value"])
@pytest.mark.parametrize("first", ["Thai", ""])
def test_leads_that_ask_for_a_skill_alternate_with_leads_that_do_not(strategy: str, first: str):
    other = "" if first else "Thai"
    found = given(strategy, [first, other] * EACH)
    others = [found[name, ""] for name in "ABC"]
    assert (found["C", "Thai"], sum(others), found["A", "Thai"], found["B", "Thai"]) == (EACH, EACH, 0, 0)
    assert (max(others) - min(others) <= 1, min(others) >= EACH // 3 - 1) == (True, True)
