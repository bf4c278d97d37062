"""Own fields: values of what arrives, of what is here already, and what a change of the field keeps (A9)."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.models import BackgroundJob
from leads.actions.correction_undo import undo_correction
from leads.actions.corrections import correct_lead
from leads.actions.intake.capture import capture_lead, capture_leads
from leads.actions.merging import merge_leads, split_leads
from leads.actions.own_fields import NameTaken, make_own_field, read_in_background
from leads.models import FieldChange, Lead, OwnField, ScoreRule
from leads.queries.corrections import changes_of
from queues.models import Entry, EntryRule, PriorityTier, ReviewItem
from tests.factories import MORNING, QueueFactory, make_entry, make_lead, make_ops

pytestmark = pytest.mark.django_db

LATER = MORNING + timedelta(hours=1)


def make_field(name="Lead Quality", kind="choice", **more) -> OwnField:
    more.setdefault("titles", [name])
    return OwnField.objects.create(name=name, kind=kind, key=name.lower().replace(" ", "_"), **more)


def arrive(at=MORNING, **raw) -> Lead:
    return capture_lead(raw, channel="api", at=at).lead


def is_at_least(field: str, number: float) -> list[dict]:
    return [{"field": field, "operator": "at_least", "value": number}]


def test_what_arrives_is_read_into_its_fields_and_stays_as_extra_data():
    make_field(choices=["High in Relevance"])
    make_field("Visits", "number", titles=["TotalVisits"])
    lead = arrive(**{"email": "a@b.co.id", "LEAD quality": "high in relevance", "TotalVisits": "7", "Tags": "Ringing"})
    assert lead.own == {"choice:lead_quality": "High in Relevance", "number:visits": 7}
    assert lead.extra == {"LEAD quality": "high in relevance", "TotalVisits": "7", "Tags": "Ringing"}


def test_a_lead_that_comes_back_gets_what_it_lacked():
    make_field(choices=["High", "Low"])
    make_field("Visits", "number")
    arrive(**{"email": "a@b.co.id", "Lead Quality": "Low"})
    arrive(LATER, **{"email": "a@b.co.id", "Lead Quality": "High", "Visits": "3"})
    assert Lead.objects.get().own == {"choice:lead_quality": "Low", "number:visits": 3}


def test_score_rules_entry_rules_and_tiers_use_own_fields():
    make_field("Visits", "number")
    queue = QueueFactory(name="Visitors", order="priority")
    ScoreRule.objects.create(
        name="Came often", part="engagement", points=30, conditions=is_at_least("number:visits", 5)
    )
    PriorityTier.objects.create(name="Regulars", position=1, conditions=is_at_least("number:visits", 9))
    EntryRule.objects.create(
        name="Visitors", position=1, conditions=is_at_least("number:visits", 2.5), outcome="queue", queue=queue
    )
    for number, visits in enumerate(("12", "5,5", "2", "")):
        arrive(**{"email": f"a{number}@b.co.id", "Visits": visits})
    leads = list(Lead.objects.order_by("pk"))
    assert [lead.score_parts["engagement"][0] for lead in leads] == [30, 30, 0, 0]
    assert list(Entry.objects.order_by("lead").values_list("lead", "tier")) == [(leads[0].pk, 1), (leads[1].pk, 2)]
    assert set(ReviewItem.objects.values_list("lead", flat=True)) == {leads[2].pk, leads[3].pk}


def test_a_rule_whose_field_is_gone_catches_nobody_and_the_next_decides():
    field = make_field("Visits", "number")
    unknown = [{"field": "number:visits", "operator": "is_unknown", "value": None}]
    first, second = QueueFactory(name="Gone"), QueueFactory(name="Rest")
    EntryRule.objects.create(name="Gone", position=1, conditions=unknown, outcome="queue", queue=first)
    EntryRule.objects.create(name="Rest", position=2, conditions=[], outcome="queue", queue=second)
    ScoreRule.objects.create(name="Silent", part="fit", points=30, conditions=unknown)
    with_field = arrive(email="sari@nila.co.id")
    OwnField.objects.filter(pk=field.pk).update(kind="text")
    without = arrive(email="tom@becker.de")
    assert [(lead.entries.get().queue.name, lead.score_parts["fit"][0]) for lead in (with_field, without)] == [
        ("Gone", 30),
        ("Rest", 0),
    ]


def test_a_field_made_later_reads_the_leads_that_are_here(django_capture_on_commit_callbacks):
    rule_field, ops = "number:visits", make_ops()
    lead = make_lead(extra={"Visits": "12", "Other": "x"})
    other, empty = make_lead(extra={"visits": "n/a"}), make_lead()
    ScoreRule.objects.create(name="Often", part="fit", points=30, conditions=is_at_least(rule_field, 5))
    waiting = make_entry(QueueFactory(), extra={"Visits": "6"}, score=10, score_parts={"fit": [0, 40]}).lead
    with django_capture_on_commit_callbacks(execute=True):
        field = make_own_field("Visits", kind="number", titles=["Visits"], by=ops, at=MORNING)
    read = dict(Lead.objects.values_list("pk", "own"))
    assert read == {lead.pk: {rule_field: 12}, other.pk: {}, empty.pk: {}, waiting.pk: {rule_field: 6}}
    assert (field.key, field.history.get().history_user) == ("visits", ops)
    job = BackgroundJob.objects.get(kind="read_own_fields")
    assert (job.subject_name, job.done, job.total) == ("Visits", 4, 4)
    waiting.refresh_from_db()
    assert waiting.score_parts["fit"] == [30, 40, [["Often", 30]]]


def test_two_fields_have_two_names():
    make_field()
    with pytest.raises(NameTaken) as taken:
        make_own_field("lead QUALITY", kind="text", titles=[], by=None, at=MORNING)
    assert (taken.value.field.name, OwnField.objects.count()) == ("Lead Quality", 1)


def test_another_kind_loses_nothing_and_going_back_finds_what_was(django_capture_on_commit_callbacks):
    field = make_field("Visits", "text")
    typed, plain, odd = (make_lead(extra={"Visits": text}, own={"text:visits": text}) for text in ("4", "7", "many"))
    correct_lead(typed, {"text:visits": "5"}, by=make_ops(), at=MORNING)

    def change(kind: str) -> None:
        was = field.reading
        field.kind = kind
        field.save()
        with django_capture_on_commit_callbacks(execute=True):
            read_in_background([field], was=was, by=None, at=MORNING)

    change("number")
    assert [lead.own for lead in Lead.objects.order_by("pk")] == [
        {"text:visits": "5", "number:visits": 5},
        {"text:visits": "7", "number:visits": 7},
        {"text:visits": "many"},
    ]
    change("text")
    assert [lead.own["text:visits"] for lead in Lead.objects.order_by("pk")] == ["5", "7", "many"]
    assert [each.pk for each in (typed, plain, odd)] == list(Lead.objects.order_by("pk").values_list("pk", flat=True))


def test_another_writing_reads_the_columns_again_but_not_what_people_typed(django_capture_on_commit_callbacks):
    field = make_field("Pages", "number")
    read, typed = (make_lead(extra={"Pages": "1.667"}, own={"number:pages": value}) for value in (1667, 3))
    was = field.reading
    field.style = "."
    field.save()
    with django_capture_on_commit_callbacks(execute=True):
        read_in_background([field], was=was, by=None, at=MORNING)
    assert dict(Lead.objects.values_list("pk", "own")) == {
        read.pk: {"number:pages": 1.667},
        typed.pk: {"number:pages": 3},
    }


def test_corrections_of_own_fields_are_kept_apart_and_undone():
    make_field(choices=["High", "Low"])
    lead, ops = make_lead(own={"choice:lead_quality": "Low"}), make_ops()
    act = correct_lead(lead, {"choice:lead_quality": "High", "number:visits": 2.5}, by=ops, at=MORNING).activity
    assert act.details["fields"] == ["choice:lead_quality", "number:visits"]
    assert (act.details["from"], FieldChange.objects.count()) == ({}, 2)
    assert [(each.label, each.before, each.after) for each in changes_of([act])[act.pk]] == [
        ("Lead Quality", "Low", "High"),
        ("visits", "", "2.5"),
    ]
    undo_correction(act, by=ops, at=MORNING)
    assert Lead.objects.get().own == {"choice:lead_quality": "Low", "number:visits": None}


def test_an_emptied_value_stays_empty():
    make_field("Visits", "number")
    lead = arrive(**{"email": "a@b.co.id", "Visits": "3"})
    correct_lead(lead, {"number:visits": None}, by=make_ops(), at=MORNING)
    arrive(LATER, **{"email": "a@b.co.id", "Visits": "4"})
    assert Lead.objects.get().own == {"number:visits": None}


def test_a_corrected_value_counts_in_the_score():
    make_field("Visits", "number")
    ScoreRule.objects.create(name="Often", part="fit", points=30, conditions=is_at_least("number:visits", 5))
    lead = make_lead(score=10, score_parts={"fit": [0, 40]})
    assert correct_lead(lead, {"number:visits": 5}, by=make_ops(), at=MORNING).lead.score == 40


def test_merging_keeps_own_values_and_fills_those_that_are_missing():
    kept = make_lead(own={"text:a": "kept", "text:b": None})
    absorbed = make_lead(own={"text:a": "other", "text:b": "b", "text:c": "c"})
    merge = merge_leads(absorbed, kept, picks={}, by=make_ops(), at=MORNING)
    kept.refresh_from_db()
    assert kept.own == {"text:a": "kept", "text:b": "b", "text:c": "c"}
    split_leads(merge, by=make_ops(), at=MORNING)
    kept.refresh_from_db()
    assert kept.own == {"text:a": "kept", "text:b": None}


def test_own_fields_cost_one_statement_for_any_number_of_rows_and_none_without_extra_columns():
    addresses = (f"a{number}@b.co.id" for number in count())

    def statements(rows: int, **raw) -> int:
        with CaptureQueriesContext(connection) as queries:
            capture_leads([{**raw, "email": next(addresses)} for _row in range(rows)], channel="hand", at=MORNING)
        return len(queries)

    arrive(email="first@b.co.id")
    plain, with_extra = statements(2), statements(2, Visits="3")
    make_field("Visits", "number")
    make_field("Pages", "number")
    assert (statements(3, Visits="3"), statements(9, Visits="3", Pages="4")) == (with_extra, with_extra)
    assert with_extra - plain == 1
