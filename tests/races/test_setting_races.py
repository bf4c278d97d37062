"""Two people who save at the same moment: one setting is changed once, one rule is made once (A7, C8)."""

from collections import Counter

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from leads.models import Source
from leads.queries.leads import rule_facts
from queues.actions.entries.placement import Arrival, QueueIsOff, enter_if_active
from queues.models import Entry, EntryRule, Queue
from tests.factories import MORNING, QueueFactory, SourceFactory, make_lead, make_ops
from tests.factories.pages import form_of, typed
from tests.races.crowd import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/queues/entryrule/add/"
RULE = {"name": "Hot", "is_active": "on", "outcome": "review"}


@pytest.fixture
def people(transactional_db) -> list[Client]:
    """Four of sales ops, each with a browser."""
    return [signed_in(make_ops()) for _person in range(4)]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_of_four_people_who_change_one_setting_one_wins_and_the_others_are_refused(people):
    source = SourceFactory(slug="fair", name="Fair", points=0)
    place = reverse("admin:leads_source_change", args=[source.pk])
    sent = [typed(form_of(each.get(place), "source_form"), points=n) for n, each in enumerate(people, start=1)]
    answers = all_at_once([lambda c=c, s=s: c.post(place, s) for c, s in zip(people, sent, strict=True)])
    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 3}
    winner = next(n for n, answer in enumerate(answers, start=1) if answer.status_code == 302)
    assert (Source.objects.get().points, source.history.count()) == (winner, 2)


def test_four_clicks_at_once_add_one_rule(people):
    client = people[0]
    answer = client.post(ADD, RULE)
    sent = form_of(answer, "effect_form") | {"effect_seen": [answer.context["seen"]]}
    session = client.cookies["sessionid"].value
    answers = all_at_once([lambda: with_session(session).post(ADD, sent) for _click in range(4)])
    assert [answer.status_code for answer in answers] == [302] * 4
    assert (EntryRule.objects.count(), EntryRule.history.count()) == (1, 1)


def with_session(key: str) -> Client:
    client = Client()
    client.cookies["sessionid"] = key
    return client


def test_of_four_orders_of_one_list_one_is_kept_and_every_place_is_taken_once(people):
    for position, name in enumerate("ABCD", start=1):
        EntryRule.objects.create(name=name, position=position, outcome="review", conditions=[], is_active=False)
    place = "/admin/queues/entryrule/"
    page = [form_of(each.get(place), "changelist-form") | {"_save": ["Save"]} for each in people]
    sent = [typed(each, **{f"form-{n}-position": (n + 2) % 4 + 1}) for n, each in enumerate(page)]
    answers = all_at_once([lambda c=c, s=s: c.post(place, s) for c, s in zip(people, sent, strict=True)])
    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 3}
    assert sorted(EntryRule.objects.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_no_lead_is_left_in_a_queue_that_is_switched_off_while_leads_arrive(people):
    queue = QueueFactory()
    rule = EntryRule.objects.create(name="All", position=1, outcome="queue", queue=queue, conditions=[])
    place_of = reverse("admin:queues_queue_change", args=[queue.pk])
    off = typed(form_of(people[0].get(place_of), "queue_form"), is_active=None)
    EntryRule.objects.filter(pk=rule.pk).update(is_active=False)  # the queue may be switched off now
    arrivals = [Arrival(lead, rule_facts([lead])[lead.pk], since_at=MORNING) for lead in (make_lead(), make_lead())]
    acts = [lambda each=each: enter_if_active(queue, [each], at=MORNING) for each in arrivals]
    answers = all_at_once([*acts, lambda: people[0].post(place_of, off)])
    waiting, is_off = Entry.objects.waiting().count(), not Queue.objects.get().is_active
    refused = sum(isinstance(answer, QueueIsOff) for answer in answers)
    assert (waiting + refused, is_off) in {(2, True), (2, False)}
    assert not (is_off and waiting)
