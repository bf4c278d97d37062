"""Score rules in the admin: their effect is seen before, said after, and waiting leads follow (A4, B7)."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from leads.models import Activity, Lead, ScoreRule
from tests.factories import QueueFactory, make_entry

pytestmark = pytest.mark.django_db

LOOK = {"leads_scorerule_see_effect": "1"}


def texts_of(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_a_score_rule_rescores_waiting_leads(client: Client, as_ops, django_capture_on_commit_callbacks):
    lead = make_entry(QueueFactory(), score=0, score_parts={"fit": [0, 40]}, company_size=900).lead
    sent = {"name": "Big", "part": "fit", "points": 30, "is_active": "on"}
    row = {"conditions-0-field": "company_size", "conditions-0-operator": "more_than", "conditions-0-value": "500"}
    make_entry(QueueFactory(), score=10, score_parts={"source": [10, 20]})
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:leads_scorerule_add"), sent | row)
    assert "Scores of waiting leads: 1 of 2 rise and 0 fall. Their places change too." in texts_of(answer)
    assert (ScoreRule.objects.count(), Lead.objects.get(pk=lead.pk).score_parts["fit"]) == (1, [30, 40, [["Big", 30]]])


def test_several_rules_switched_in_the_list_are_previewed_and_applied_together(
    client: Client, as_ops, django_capture_on_commit_callbacks
):
    rules = [ScoreRule.objects.create(name=f"R{n}", part="fit", points=n, is_active=False) for n in (1, 2)]
    lead = make_entry(QueueFactory(), score=10, score_parts={"source": [10, 20]}).lead
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for n, rule in enumerate(rules):
        form |= {f"form-{n}-id": rule.pk, f"form-{n}-is_active": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:leads_scorerule_changelist"), form)
    lead.refresh_from_db()
    assert (lead.score, lead.score_parts["fit"]) == (13, [3, 40, [["R1", 1], ["R2", 2]]])
    assert "Scores of waiting leads: 1 of 1 rise and 0 fall. Their places change too." in texts_of(answer)


def test_a_deleted_rule_takes_its_points_away(client: Client, as_ops, django_capture_on_commit_callbacks):
    rule = ScoreRule.objects.create(name="All", part="fit", points=30)
    lead = make_entry(QueueFactory(), score=40, score_parts={"fit": [30, 40], "source": [10, 20]}).lead
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:leads_scorerule_delete", args=[rule.pk]), {"post": "yes"})
    lead.refresh_from_db()
    assert (
        lead.score,
        "Scores of waiting leads: 0 of 1 rise and 1 fall. Their places change too." in texts_of(answer),
    ) == (10, True)


def test_what_a_rule_would_do_is_seen_before_it_is_saved(client: Client, as_ops, django_capture_on_commit_callbacks):
    """What was typed stays, nothing is written, and the next press saves."""
    lead = make_entry(QueueFactory(), score=10, score_parts={"source": [10, 20]}, company_size=900).lead
    make_entry(QueueFactory(), score=10, score_parts={"given": [10, 100]}, company_size=900)
    typed = {"name": "Big", "part": "fit", "points": "30", "is_active": "on"}
    typed |= {"conditions-0-field": "company_size", "conditions-0-operator": "more_than", "conditions-0-value": "500"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("admin:leads_scorerule_add"), typed | LOOK)
    shown = answer.content.decode()
    assert "Not saved yet. Scores of waiting leads: 1 of 2 rise and 0 fall. Their places change too." in shown
    assert [f'value="{value}"' in shown for value in ("Big", "30", "500")] == [True] * 3
    assert (answer.status_code, ScoreRule.objects.count(), ScoreRule.history.count()) == (200, 0, 0)
    assert (Lead.objects.get(pk=lead.pk).score, Activity.objects.filter(kind="scored").count()) == (10, 0)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("admin:leads_scorerule_add"), typed).status_code == 302
    assert (ScoreRule.objects.count(), Lead.objects.get(pk=lead.pk).score) == (1, 40)


def test_looking_at_the_effect_of_a_change_changes_nothing(client: Client, as_ops):
    rule = ScoreRule.objects.create(name="All", part="fit", points=30)
    make_entry(QueueFactory(), score=40, score_parts={"fit": [30, 40], "source": [10, 20]})
    typed = {"name": "All", "part": "fit", "points": "5", "is_active": "on"}
    answer = client.post(reverse("admin:leads_scorerule_change", args=[rule.pk]), typed | LOOK)
    assert "0 of 1 rise and 1 fall" in answer.content.decode()
    rule.refresh_from_db()
    assert (answer.status_code, rule.points) == (200, 30)


def test_looking_at_what_cannot_be_saved_says_why(client: Client, as_ops):
    answer = client.post(reverse("admin:leads_scorerule_add"), {"name": "", "part": "fit", "points": "5"} | LOOK)
    assert (answer.status_code, list(answer.context["errors"])) == (200, [["This field is required."]])
    assert "Not saved yet" not in answer.content.decode()
