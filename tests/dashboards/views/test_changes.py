"""The change log: who changed what when, over all kinds of settings, bounded and filtered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dashboards.queries.changes import PAGE_SIZE, Change, change_log
from dashboards.queries.setting_kinds import KINDS
from leads.models import Source
from queues.models import ContactStep, DeadlineMove, EntryRule, Queue, TypeLimit
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.models import Team
from tests.factories import (
    MORNING,
    QueueFactory,
    SourceFactory,
    TeamFactory,
    make_manager,
    make_ops,
    make_rep,
    make_rotation,
)

pytestmark = pytest.mark.django_db

LOG = "/changes/"


def saved(row, by, **values: object):
    for name, value in values.items():
        setattr(row, name, value)
    row._history_user = by
    row.save()
    return row


def summary_of(change: Change) -> tuple:
    return change.act, change.what, [(each.label, each.old, each.new) for each in change.differences]


def test_the_log_says_who_changed_what_from_what_to_what():
    ops, team = make_ops(first_name="Bima", last_name="Putra"), TeamFactory(name="Jakarta")
    saved(QueueFactory(name="SMB"), ops, hot_score=60, team=team, order=Queue.Order.FIFO)
    newest = change_log().changes[0]
    assert (newest.person, newest.kind_label, summary_of(newest)) == (
        "Bima Putra",
        "Queue",
        (
            "~",
            "SMB",
            [
                ("Team", "empty", "Jakarta"),
                ("Order", "Hot first, then first in", "First in, first out"),
                ("Hot above", "80", "60"),
            ],
        ),
    )


def test_conditions_read_as_sentences():
    SourceFactory(slug="demo", name="Demo request")
    rule = EntryRule.objects.create(name="Hot", outcome="review", conditions=[])
    saved(rule, make_ops(), conditions=[{"field": "source", "operator": "is", "value": "demo"}])
    assert summary_of(change_log().changes[0])[2] == [("Conditions", "every lead", "Source is Demo request")]


def test_lists_of_people_are_shown_by_name():
    team = Team.objects.create(name="Jakarta")
    make_manager(team, first_name="Ayu", last_name="Lestari")
    assert summary_of(change_log(kind="teams").changes[0])[2] == [("Managers", "none", "Ayu Lestari")]


def test_what_was_deleted_is_listed():
    ops, source = make_ops(), SourceFactory(name="Fair")
    source._history_user = ops
    source.delete()
    assert summary_of(change_log().changes[0]) == ("-", "Fair", [])


def test_a_dragged_order_is_one_line():
    rotation = make_rotation(*(make_rep(last_name=name, first_name="") for name in ("Adi", "Budi", "Citra")))
    members = list(rotation.members.order_by("position"))
    places = [
        MemberEdit(member.rep_id, place, member_id=member.pk) for member, place in zip(members, (2, 3, 1), strict=True)
    ]
    edit_rotation(rotation, members=places, by=make_ops(), at=MORNING)
    newest = change_log(kind="members").changes[0]
    assert (newest.more, summary_of(newest)) == (2, ("~", "SMB rotation: Citra", [("Position", "3", "1")]))


def test_a_version_that_only_counts_is_no_line():
    rotation = make_rotation()
    saved(rotation, make_ops(), version=7)
    assert [change.act for change in change_log(kind="rotations").changes] == ["+"]


@pytest.mark.parametrize("kind", [*KINDS, "", "nonsense"])
def test_the_log_is_filtered_by_kind(kind: str):
    SourceFactory(), QueueFactory()
    found = {change.kind for change in change_log(kind=kind).changes}
    assert found == ({kind} & {"sources", "queues"} if kind in KINDS else {"sources", "queues"})


def test_the_log_is_filtered_by_person():
    ops, other = make_ops(), make_ops()
    saved(SourceFactory(slug="a"), ops, name="A"), saved(SourceFactory(slug="b"), other, name="B")
    assert [change.what for change in change_log(person=other.pk).changes] == ["B"]


def test_older_changes_follow_page_by_page_without_gap_or_repeat():
    source, queue = SourceFactory(), QueueFactory()
    for number in range(PAGE_SIZE):
        saved(source, None, name=f"Source {number}"), saved(queue, None, name=f"Queue {number}")
    Source.history.update(history_date=MORNING)  # one moment for all: kind and version decide
    Queue.history.update(history_date=MORNING)
    found, before = [], ""
    for _page in range(3):
        page = change_log(before=before)
        found += [change.key for change in page.changes]
        before = page.older
    assert (len(found), len(set(found)), before, found) == (102, 102, "", sorted(found, reverse=True))


@pytest.mark.parametrize("before", ["x", "2026_y_z", "2026-11-16_queues_1", "_", "2026-11-16T00:00:00+00:00_queues_-1"])
def test_a_key_that_is_none_shows_the_newest(before: str):
    QueueFactory()
    assert len(change_log(before=before).changes) == 1


def test_a_key_of_the_past_shows_what_was_before():
    QueueFactory()
    Queue.history.update(history_date=MORNING)
    later = (MORNING + timedelta(hours=1)).isoformat()
    earlier = (MORNING - timedelta(hours=1)).isoformat()
    assert [len(change_log(before=f"{at}_queues_1").changes) for at in (later, earlier)] == [1, 0]


def test_the_log_asks_as_often_for_three_changes_as_for_one():
    queue = QueueFactory(team=TeamFactory())
    saved(queue, make_ops(), hot_score=70)
    with CaptureQueriesContext(connection) as one:
        change_log()
    saved(queue, make_ops(), hot_score=71), saved(QueueFactory(team=TeamFactory()), make_ops(), hot_score=72)
    with CaptureQueriesContext(connection) as three:
        change_log()
    assert len(three) == len(one)


def test_the_page_shows_filters_and_links_to_the_history(client: Client):
    ops = make_ops(first_name="Bima", last_name="Putra")
    queue = saved(QueueFactory(name="SMB"), ops, hot_score=60)
    client.force_login(ops)
    page = client.get(LOG, {"kind": "queues", "person": ops.pk}).content.decode()
    wanted = [
        f'href="{reverse("admin:queues_queue_history", args=[queue.pk])}"',
        '<option value="queues" selected>',
        f'<option value="{ops.pk}" selected>',
    ]
    assert [text for text in wanted if text not in page] == []


@pytest.mark.parametrize(("make", "status"), [(make_rep, 403), (make_manager, 403), (make_ops, 200)])
def test_only_ops_read_the_log(client: Client, make, status):
    client.force_login(make())
    answer = client.get(LOG)
    assert (answer.status_code, 'name="kind"' in answer.content.decode()) == (status, status == 200)


def test_moves_of_deadlines_and_limits_by_type_stand_in_the_log(client: Client):
    ops = make_ops(first_name="Bima", last_name="Putra")
    queue, at = QueueFactory(name="Inbound"), timezone.now()
    saved(TypeLimit(queue=queue, lead_type="mql", wait_minutes=30), ops)
    saved(ContactStep(queue=queue, position=2, act="remind"), ops)
    DeadlineMove.objects.create(at=at, by=ops, why="limits", name="MQL in Inbound", moved=12, kept_breaches=3)
    of_system = DeadlineMove.objects.create(at=at + timedelta(hours=1), why="holidays", name="Nyepi", moved=1)
    found = {change.kind: change for change in change_log().changes}
    assert (found["type-limits"].what, found["type-limits"].person) == ("MQL in Inbound", "Bima Putra")
    assert (found["contact-steps"].what, found["contact-steps"].act) == ("Inbound: step 2", "+")
    moves = change_log(kind="deadline-moves").changes
    assert [(move.person, move.act, move.what, move.differences[0].new) for move in moves] == [
        ("", "=", "Holidays of Nyepi", "1 moved; past breaches stay"),
        (
            "Bima Putra",
            "=",
            "Limits of MQL in Inbound",
            "12 moved; past breaches stay, also of 3 clocks that moved on",
        ),
    ]
    assert [move.what for move in change_log(person=ops.pk, kind="deadline-moves").changes] == [moves[1].what]
    assert [move.what for move in change_log(kind="deadline-moves", before=moves[0].key).changes] == [moves[1].what]
    client.force_login(ops)
    assert "Limits of MQL in Inbound" in client.get(LOG, {"kind": "deadline-moves"}).content.decode()
    assert client.get(reverse("admin:queues_deadlinemove_change", args=[of_system.pk])).status_code == 200
