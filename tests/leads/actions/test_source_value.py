"""Sources are valued once a day; points, scores and places follow (B7)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.actions.source_value import count_conversions, update_source_values
from leads.models import Activity, Lead, ScoreRule, Source
from queues.models import Entry, PriorityTier
from queues.queries.waiting import first_positions
from tests.factories import MORNING, QueueFactory, SourceFactory, fill_line, make_entry, make_lead

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
COMPUTED = {"fit": [0, 40], "engagement": [0, 40], "source": [10, 20]}


def make_source(slug: str, **fields) -> Source:
    return SourceFactory(slug=slug, name=slug.capitalize(), **fields)


def past(source: Source, *, won: int, of: int, captured_at=MORNING - DAY) -> None:
    """Leads of a month that came to an end."""
    Lead.objects.bulk_create(
        Lead(
            source=source,
            stage=Lead.Stage.WON if n < won else Lead.Stage.LOST,
            stage_at=MORNING,
            captured_at=captured_at,
            created_at=MORNING,
        )
        for n in range(of)
    )


def value_of(source: Source) -> tuple:
    source.refresh_from_db()
    return source.conversions, source.conversions_of, source.points


def test_the_window_is_half_open_and_goes_by_the_time_of_capture():
    form = make_source("form")
    for captured_at in (MORNING - 90 * DAY - MICROSECOND, MORNING - 90 * DAY, MORNING - MICROSECOND, MORNING):
        past(form, won=1, of=1, captured_at=captured_at)
    count_conversions(at=MORNING)
    assert value_of(form) == (2, 2, 10)
    assert form.counted_at == MORNING


@pytest.mark.parametrize(
    ("stage", "counted"),
    [(stage, (0, 0)) for stage in ("captured", "review", "merged")]
    + [(stage, (1, 1)) for stage in ("converted", "won")]
    + [
        (stage, (0, 1))
        for stage in ("waiting", "held", "nurture", "recycled", "lost", "disqualified", "rejected", "archived")
    ],
)
def test_what_entered_a_queue_or_came_to_an_end_is_counted(stage, counted):
    form = make_source("form")
    past(form, won=0, of=1)
    lives_on = make_lead(source=make_source("other")) if stage == "merged" else None
    Lead.objects.filter(source=form).update(stage=stage, merged_into=lives_on)
    count_conversions(at=MORNING)
    assert value_of(form)[:2] == counted


def test_a_source_without_leads_has_no_conversion():
    past(make_source("form"), won=1, of=1)
    silent = make_source("silent", conversions=3, conversions_of=9)
    count_conversions(at=MORNING)
    assert (value_of(silent), silent.conversion) == ((0, 0, 10), None)


def test_points_follow_only_where_the_switch_is_on_and_enough_was_counted():
    best, half, few, own = (
        make_source(slug, points_follow=slug != "own", points=7) for slug in ("best", "half", "few", "own")
    )
    for source, won, of in ((best, 12, 30), (half, 6, 30), (few, 1, 29), (own, 12, 60)):
        past(source, won=won, of=of)
    count_conversions(at=MORNING)
    assert [value_of(source)[2] for source in (best, half, few, own)] == [20, 10, 7, 7]
    changes = Source.history.filter(history_type="~").order_by("id").values_list("id", "points", "history_date")
    assert list(changes) == [(best.pk, 20, MORNING), (half.pk, 10, MORNING)]
    count_conversions(at=MORNING + DAY)
    assert Source.history.filter(history_type="~").count() == 2


@pytest.mark.parametrize("sources", [1, 3])
def test_counting_takes_two_queries_however_many_sources(sources):
    for number in range(sources):
        past(make_source(f"s{number}"), won=1, of=2)
    with CaptureQueriesContext(connection) as asked:
        count_conversions(at=MORNING)
    reads = [query for query in asked if query["sql"].startswith("SELECT")]
    assert (len(reads), len(asked) - len(reads)) == (2, 3)  # and one update between two marks of the transaction


def test_scores_and_places_of_the_waiting_follow_at_once():
    queue = QueueFactory(order="priority")
    good, poor = make_source("good", points_follow=True), make_source("poor", points_follow=True)
    past(good, won=30, of=30)
    past(poor, won=3, of=30)
    behind = make_entry(queue, source=good, score=10, score_parts=COMPUTED)
    before = make_entry(queue, source=poor, score=11, score_parts=COMPUTED)
    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=2)] == [before.pk, behind.pk]

    assert update_source_values(at=MORNING + MICROSECOND) == 2

    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=2)] == [behind.pk, before.pk]
    scored = Activity.objects.filter(kind="scored").order_by("lead_id")
    assert [(line.lead_id, line.details) for line in scored] == [
        (behind.lead_id, {"from": 10, "to": 20}),
        (before.lead_id, {"from": 11, "to": 2}),
    ]


def test_a_score_rule_may_look_at_the_value():
    condition = {"field": "source_conversion", "operator": "at_least", "value": 40}
    ScoreRule.objects.create(name="From a good source", part="fit", points=15, conditions=[condition])
    form = make_source("form")
    lead = make_entry(QueueFactory(), source=form, score=10, score_parts=COMPUTED).lead
    past(form, won=1, of=1)
    assert update_source_values(at=MORNING + MICROSECOND) == 1
    lead.refresh_from_db()
    assert (form.conversion, lead.score) == (None, 25)
    form.refresh_from_db()
    assert form.conversion == Decimal("50.0")  # the lead that waits is counted


def test_a_tier_may_look_at_the_value():
    condition = {"field": "source_conversion", "operator": "more_than", "value": "33.3"}
    PriorityTier.objects.create(name="From a good source", position=1, conditions=[condition])
    queue, form = QueueFactory(order="priority"), make_source("form")
    (other,) = fill_line(queue, [(MORNING, {"score": 90})])
    given = make_entry(queue, source=form, score=20, score_parts={"given": [20, 100]})
    past(form, won=1, of=1)
    update_source_values(at=MORNING + MICROSECOND)
    assert [position.entry.id for position in first_positions(queue, at=MORNING, limit=2)] == [given.pk, other.pk]
    assert Entry.objects.get(pk=given.pk).tier == 1
