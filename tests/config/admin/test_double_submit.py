"""A form that adds a setting adds one row, however often its button is pressed."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from leads.models import ScoreRule
from queues.models import PriorityTier
from routing.models import TimeOff
from tests.factories import MORNING, make_ops, make_rep

pytestmark = pytest.mark.django_db


def messages_of(answer) -> list[str]:
    return [str(each) for each in answer.context["messages"]]


ROW = {"conditions-0-field": "score", "conditions-0-operator": "at_least", "conditions-0-value": "50"}
LEAVE = {"kind": "leave", "starts_at_0": "2026-11-20", "starts_at_1": "09:00", "ends_at_0": "2026-11-21", "note": ""}


@pytest.mark.parametrize(
    ("model", "place", "sent"),
    [
        (ScoreRule, "leads/scorerule", {"name": "Big", "part": "fit", "points": 5, "is_active": "on", **ROW}),
        (PriorityTier, "queues/prioritytier", {"name": "Big", **ROW}),
        (TimeOff, "routing/timeoff", LEAVE | {"ends_at_1": "09:00"}),
    ],
)
def test_a_second_click_adds_no_second_row(client: Client, as_ops, model, place, sent):
    if model is TimeOff:
        sent = sent | {"rep": make_rep().rep.pk}
    with time_machine.travel(MORNING):
        answers = [client.post(f"/admin/{place}/add/", sent, follow=True) for _click in range(2)]
    name = str(model.objects.get())
    assert messages_of(answers[1]) == [f"“{name}” was already saved a moment ago. It was not saved twice."]


def test_the_same_row_may_be_added_later_or_by_somebody_else(client: Client, as_ops):
    sent = {"name": "Big", **ROW}
    for minutes in (0, 2):
        with time_machine.travel(MORNING + timedelta(minutes=minutes)):
            client.post("/admin/queues/prioritytier/add/", sent)
    client.force_login(make_ops())
    with time_machine.travel(MORNING + timedelta(minutes=2)):
        client.post("/admin/queues/prioritytier/add/", sent)
    assert PriorityTier.objects.count() == 3
