"""Waiting leads change their places at once, whatever changes and through whichever door, in every order (B7).

In each of three queues a lead of score 15 stands before one of score 10 that came later; above 18 a lead is hot. What
is done to the later one brings it to the front where the order looks at it: never in a queue that goes by time alone.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from config.jobs.run import run_job
from leads.forms.leads import LeadForm
from leads.models import Account, Lead, ScoreRule
from leads.tasks import update_source_values
from queues.actions.entries.reordering import reorder_by_tiers
from queues.models import Entry, PriorityTier, Queue
from queues.queries.waiting import first_positions
from tests.factories import MORNING, AccountFactory, QueueFactory, SourceFactory, make_entry, make_ops

pytestmark = pytest.mark.django_db

ORDERS = ("fifo", "hybrid", "priority")
NOWHERE, TIER, SCORE = set(), {"priority"}, {"hybrid", "priority"}
BIG = [{"field": "company_size", "operator": "at_least", "value": 500}]
FIT = {"fit": [0, 40], "engagement": [0, 40], "source": [10, 20]}


class Lines:
    """One queue of each order, with its two leads, and the doors of sales ops."""

    def __init__(self, client: Client, committed) -> None:
        self.client, self.committed = client, committed
        self.fair = SourceFactory(slug="fair", name="Fair", points=10)
        self.client.force_login(make_ops())
        self.companies = {"ahead": AccountFactory(name="Ahead"), "later": AccountFactory(name="Later")}
        self.queues = {order: QueueFactory(order=order, hot_score=18) for order in ORDERS}
        self.ahead = [self._wait(order, "ahead", score=15, score_parts={"given": [15, 100]}) for order in ORDERS]
        since = MORNING + timedelta(minutes=1)
        self.later = [
            self._wait(order, "later", since=since, score=10, score_parts=FIT, source=self.fair, company_size=900)
            for order in ORDERS
        ]

    def _wait(self, order: str, company: str, **fields) -> Entry:
        return make_entry(self.queues[order], account=self.companies[company], **fields)

    def post(self, door: str, /, *args: object, **typed: object) -> None:
        with self.committed(execute=True):
            answer = self.client.post(reverse(f"admin:{door}", args=args), typed)
        assert answer.status_code == 302, answer.context["errors"]

    def turned(self) -> set[str]:
        """The orders in which the later lead stands first now."""
        heads = {order: first_positions(queue, at=MORNING, limit=2)[0] for order, queue in self.queues.items()}
        later = {entry.pk for entry in self.later}
        return {order for order, position in heads.items() if position.entry.id in later}


@pytest.fixture
def lines(client: Client, time_machine, django_capture_on_commit_callbacks) -> Lines:
    time_machine.move_to(MORNING + timedelta(minutes=5), tick=False)
    return Lines(client, django_capture_on_commit_callbacks)


def tier(lines: Lines, name: str, *row: object) -> PriorityTier:
    """A tier behind those there are, which turns nothing by itself."""
    conditions = [dict(zip(("field", "operator", "value"), row, strict=False))]
    made = PriorityTier.objects.create(name=name, position=PriorityTier.objects.count() + 1, conditions=conditions)
    for job in reorder_by_tiers(at=MORNING):
        run_job(job.pk, clock=lambda: MORNING)
    assert lines.turned() == NOWHERE
    return made


def condition(*row: str) -> dict[str, str]:
    return {f"conditions-0-{part}": text for part, text in zip(("field", "operator", "value"), row, strict=False)}


def comes_back(lines: Lines) -> None:
    for entry in lines.later:
        lines.post("leads_lead_add", source=lines.fair.pk, email=entry.lead.email, score=95)


def comes_back_with_more_to_know(lines: Lines) -> None:
    tier(lines, "Asked twice", "is_reengaged", "is_true")
    for entry in lines.later:
        lines.post("leads_lead_add", source=lines.fair.pk, email=entry.lead.email)


def is_corrected(lines: Lines) -> None:
    for entry in lines.later:
        known = model_to_dict(entry.lead, fields=LeadForm.Meta.fields)
        known = {name: value for name, value in known.items() if value is not None}
        lines.post("leads_lead_change", entry.lead_id, **known | {"score": 60})


def rule_is_added(lines: Lines) -> None:
    typed = {"name": "Big", "part": "fit", "points": 30, "is_active": "on"}
    lines.post("leads_scorerule_add", **typed, **condition("company_size", "at_least", "500"))


def rule_gives_more(lines: Lines) -> None:
    rule = ScoreRule.objects.create(name="Big", part="fit", points=0, conditions=BIG)
    typed = {"name": "Big", "part": "fit", "points": 30, "is_active": "on"}
    lines.post("leads_scorerule_change", rule.pk, **typed, **condition("company_size", "at_least", "500"))


def rule_is_switched_on(lines: Lines) -> None:
    rule = ScoreRule.objects.create(name="Big", part="fit", points=30, conditions=BIG, is_active=False)
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": rule.pk, "form-0-is_active": "on"}
    lines.post("leads_scorerule_changelist", **form, _save="Save")


def tier_is_added(lines: Lines) -> None:
    lines.post("queues_prioritytier_add", name="Big", **condition("company_size", "at_least", "500"))


def tier_is_edited(lines: Lines) -> None:
    big = tier(lines, "Big", "company_size", "at_least", 5000)
    lines.post("queues_prioritytier_change", big.pk, name="Big", **condition("company_size", "at_least", "500"))


def tier_is_moved(lines: Lines) -> None:
    small = tier(lines, "Unknown", "company_size", "is_unknown")
    big = tier(lines, "Big", "company_size", "is_known")
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    form |= {"form-0-id": small.pk, "form-0-position": 2, "form-1-id": big.pk, "form-1-position": 1}
    lines.post("queues_prioritytier_changelist", **form)


def tier_is_deleted(lines: Lines) -> None:
    best = tier(lines, "Unknown", "company_size", "is_unknown")
    tier(lines, "Big", "company_size", "is_known")
    lines.post("queues_prioritytier_delete", best.pk, post="yes")


def account_gets_a_tier(lines: Lines) -> None:
    tier(lines, "Enterprise", "account_tier", "is", "enterprise")
    lines.post("leads_account_change", lines.companies["later"].pk, name="Later", tier="enterprise")


def account_becomes_a_target(lines: Lines) -> None:
    tier(lines, "Target", "is_target", "is_true")
    lines.post("leads_account_change", lines.companies["later"].pk, name="Later", is_target="on")


def account_is_known_to_be_large(lines: Lines) -> None:
    """What the lead did not say, its account fills."""
    Lead.objects.update(company_size=None)
    tier(lines, "Big", "company_size", "at_least", 500)
    lines.post("leads_account_change", lines.companies["later"].pk, name="Later", size=900)


def account_is_made(lines: Lines) -> None:
    tier(lines, "Target", "is_target", "is_true")
    Lead.objects.filter(entries__in=lines.later).update(account=None, company_domain="maju.example")
    lines.post("leads_account_add", name="Maju", domain="maju.example", is_target="on")


def account_of_the_other_is_deleted(lines: Lines) -> None:
    lines.post("leads_account_change", lines.companies["ahead"].pk, name="Ahead", is_target="on")
    tier(lines, "Target", "is_target", "is_true")
    tier(lines, "Big", "company_size", "is_known")
    lines.post("leads_account_delete", lines.companies["ahead"].pk, post="yes")
    assert Account.objects.count() == 1


def source_gets_points(lines: Lines) -> None:
    lines.post("leads_source_change", lines.fair.pk, name="Fair", lead_type="warm", points=20)


def source_turns_out_to_be_good(lines: Lines) -> None:
    tier(lines, "Worth it", "source_conversion", "at_least", 80)
    Lead.objects.bulk_create(
        Lead(source=lines.fair, stage="won", stage_at=MORNING, captured_at=MORNING, created_at=MORNING)
        for _number in range(30)
    )
    update_source_values()


CAUSES: list[tuple[Callable[[Lines], None], set[str]]] = [
    (comes_back, SCORE),
    (comes_back_with_more_to_know, TIER),
    (is_corrected, SCORE),
    (rule_is_added, SCORE),
    (rule_gives_more, SCORE),
    (rule_is_switched_on, SCORE),
    (tier_is_added, TIER),
    (tier_is_edited, TIER),
    (tier_is_moved, TIER),
    (tier_is_deleted, TIER),
    (account_gets_a_tier, TIER),
    (account_becomes_a_target, TIER),
    (account_is_known_to_be_large, TIER),
    (account_is_made, TIER),
    (account_of_the_other_is_deleted, TIER),
    (source_gets_points, SCORE),
    (source_turns_out_to_be_good, TIER),
]


@pytest.mark.parametrize(("cause", "turned"), CAUSES, ids=[cause.__name__ for cause, _turned in CAUSES])
def test_places_follow_at_once(lines: Lines, cause, turned):
    assert lines.turned() == NOWHERE
    cause(lines)
    assert lines.turned() == turned


@pytest.mark.parametrize("order", ORDERS)
def test_places_follow_the_clock_without_any_sweep(client: Client, time_machine, order):
    """Of eight the wide band has two places, the narrow one has one."""
    queue = QueueFactory(order=order, hot_score=80)
    old = make_entry(queue, score=40)
    fill = [make_entry(queue, since=MORNING + timedelta(hours=12, minutes=n), score=90) for n in range(7)]

    def position(hours: int, microseconds: int = 0) -> int:
        at = MORNING + timedelta(hours=hours, microseconds=microseconds)
        return next(each.number for each in first_positions(queue, at=at, limit=8) if each.entry.id == old.pk)

    behind = 1 if order == "fifo" else 8
    moments = [position(24, -1), position(24), position(48, -1), position(48)]
    # after 36 h all are older than a day: the two oldest fill the wide band
    assert moments == [behind, 1 if order == "fifo" else 2, 1, 1]
    assert Queue.objects.get().entries.filter(band__gt=0).count() == 0
    assert len(fill) == 7
