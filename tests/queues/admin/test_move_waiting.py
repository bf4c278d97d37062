"""The page that moves the leads of a queue elsewhere, and what a queue in use says (B1)."""

import pytest
import time_machine
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from queues.models import Entry, EntryRule, Queue
from tests.factories import MORNING, QueueFactory, fill, make_entry, make_manager, make_ops

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def smb() -> Queue:
    return QueueFactory(name="SMB")


def page(queue: Queue) -> str:
    return f"/admin/queues/queue/{queue.pk}/move_waiting/"


def told(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def lead_here(queue: Queue, name: str, **fields) -> EntryRule:
    return EntryRule.objects.create(name=name, outcome="queue", queue=queue, conditions=[], **fields)


def test_page_says_who_waits_where_they_could_go_and_which_rules_lead_here(page_text, client: Client, as_ops, smb):
    fill(smb, 2), fill(QueueFactory(name="MQL"), 3), QueueFactory(name="Off", is_active=False)
    rule, off = lead_here(smb, "Small"), lead_here(smb, "Tiny", is_active=False)
    answer = client.get(page(smb))
    labels = [label for value, label in answer.context["form"].fields["to"].choices if value]
    assert labels == ["MQL (3 waiting)"]
    assert "2 leads wait in SMB." in page_text(answer)
    assert [
        (each, f'href="/admin/queues/entryrule/{each.pk}/change/"' in page_text(answer)) for each in (rule, off)
    ] == [
        (rule, True),
        (off, True),
    ]


def test_moving_asks_with_numbers_first(page_text, client: Client, as_ops, smb):
    make_entry(smb, since=MORNING.replace(day=14)), make_entry(smb)
    mql = QueueFactory(name="MQL")
    answer = client.post(page(smb), {"to": mql.pk})
    assert "2 leads move from SMB to MQL." in page_text(answer)
    assert "1 of them have waited 24 hours or more, the oldest since Sat 10:42." in page_text(answer)
    assert "MQL has 0 waiting now and 2 then; above 50 it turns yellow, above 100 red." in page_text(answer)
    assert Entry.objects.waiting().filter(queue=smb).count() == 2


def test_a_second_click_says_that_nobody_waits_any_more(client: Client, as_ops, smb):
    fill(smb, 2)
    mql = QueueFactory(name="MQL")
    answers = [client.post(page(smb), {"to": mql.pk, "sure": "yes"}, follow=True) for _click in range(2)]
    assert [told(answer) for answer in answers] == [
        ["2 leads moved from SMB to MQL with their age."],
        ["No lead waits in SMB any more."],
    ]
    assert Entry.objects.waiting().filter(queue=mql).count() == 2


@pytest.mark.parametrize("choice", ["off", "itself", "nonsense", ""])
def test_only_another_queue_that_is_on_can_be_chosen(client: Client, as_ops, smb, choice):
    fill(smb, 1)
    to = {"off": QueueFactory(is_active=False).pk, "itself": smb.pk}.get(choice, choice)
    answer = client.post(page(smb), {"to": to, "sure": "yes"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["to"])
    assert Entry.objects.waiting().get().queue == smb


def test_the_page_is_for_sales_ops_and_known_queues(client: Client, smb):
    client.force_login(make_manager())
    refused = client.post(page(smb), {"sure": "yes"}, follow=True).status_code
    client.force_login(make_ops())
    assert (refused, client.get("/admin/queues/queue/999999/move_waiting/").status_code) == (403, 404)


def test_a_queue_in_use_says_both_reasons_and_where_to_go(client: Client, as_ops, smb):
    fill(smb, 2)
    rule = lead_here(smb, "Small & cheap")
    sent = {key: value for key, value in model_to_dict(smb).items() if value is not None and key != "is_active"}
    answer = client.post(reverse("admin:queues_queue_change", args=[smb.pk]), sent)
    assert answer.context["adminform"].form.errors["is_active"] == [
        f'2 leads wait here. <a href="{page(smb)}">Move them to another queue</a>. Entry rules send leads here: '
        f'<a href="/admin/queues/entryrule/{rule.pk}/change/">Small &amp; cheap</a>. '
        "Switch them off or send them elsewhere first."
    ]
    assert Queue.objects.get().is_active is True


def test_the_page_of_a_queue_lists_the_rules_that_lead_there(page_text, client: Client, as_ops, smb):
    rule = lead_here(smb, "Small", is_active=False)
    answer = client.get(reverse("admin:queues_queue_change", args=[smb.pk]))
    assert f'<a href="/admin/queues/entryrule/{rule.pk}/change/">Small</a> (off)' in page_text(answer)


def test_a_moved_queue_can_be_switched_off(client: Client, as_ops, smb):
    fill(smb, 1)
    client.post(page(smb), {"to": QueueFactory().pk, "sure": "yes"})
    sent = {key: value for key, value in model_to_dict(smb).items() if value is not None and key != "is_active"}
    client.post(reverse("admin:queues_queue_change", args=[smb.pk]), sent)
    smb.refresh_from_db()
    assert smb.is_active is False


def test_a_deleted_rule_leaves_history_and_counts(client: Client, as_ops, smb):
    rule = lead_here(smb, "Small")
    entry = make_entry(smb)
    trail = [{"rule_id": rule.pk, "rule_name": "Small", "matched": True, "failed_on": ""}]
    Entry.objects.filter(pk=entry.pk).update(rule=rule, trail=trail)
    address = f"/admin/queues/entryrule/{rule.pk}/delete/"
    client.post(address, {"post": "yes", "effect_seen": client.get(address).context["seen"]})
    entry.refresh_from_db()
    assert (EntryRule.objects.count(), entry.rule_id, entry.trail, entry.left_at) == (0, None, trail, None)
    assert [version.history_type for version in EntryRule.history.order_by("history_id")] == ["+", "-"]
