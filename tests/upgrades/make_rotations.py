"""Makes rotations_of_<release>.txt: rotations of every kind with turns, as an earlier release wrote them, and who that
release says is next.

Run it in a checkout of that release, with DATABASE_URL naming an empty database that its `migrate` has filled:

    python manage.py shell -v0 -c "exec(open('<this file>').read())" > rotations_of_<release>.txt
"""

import json
import lzma
from base64 import encodebytes
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from routing.actions.rotation.audit import audit_rotation
from routing.actions.rotation.credits import catch_up, count_as_turn, refund_turn
from routing.actions.rotation.editing import MemberEdit, edit_rotation
from routing.actions.rotation.turns import NobodyAvailable, TurnRequest, take_turns
from routing.actions.undo import revert_assignment
from routing.models import Assignment, Rotation, TimeOff, Turn
from tests.factories import MORNING, make_lead, make_rep, make_rotation

HOUR, DAY = (timedelta(hours=1), timedelta(days=1))
NOW = MORNING + 2 * DAY  # Wednesday
LATER = NOW + 9 * DAY  # everybody is back
OWN_APPS = ("config", "leads", "routing", "queues")
TABLES = {
    "auth": ["User"],
    "leads": ["Source", "Lead"],
    "routing": [
        *("Rep", "Rotation", "RotationMember", "RotationVersion"),
        *("Roster", "Turn", "LedgerLine", "Assignment", "TimeOff"),
    ],
}
LABELS = [f"{app}.{name}" for app in TABLES for name in TABLES[app]]


def named(name, names="ABCD", weights="", **fields):
    people = [make_rep(first_name=each, last_name="", username=f"{name} {each}", email="") for each in names]
    rotation = make_rotation(*people, name=name, **fields)
    for letter, weight in zip(names, weights.split(), strict=False):
        rotation.members.filter(rep__user__first_name=letter).update(weight=Decimal(weight))
    return rotation


def member(rotation, letter):
    return rotation.members.select_related("rep__user").get(rep__user__first_name=letter)


def give(rotation, count, at=NOW, not_to="", **lead):
    barred = frozenset(member(rotation, letter).rep.user_id for letter in not_to)
    fields = {"email": "", "phone": "", "company_name": "", "title": "", "first_name": "", "last_name": "L"} | lead
    wishes = [TurnRequest(make_lead(**fields), not_to=barred) for _lead in range(count)]
    try:
        made = take_turns(rotation, wishes, at=at)
    except NobodyAvailable:
        return []
    return [each.holder.first_name for each in made]


def away(rotation, letters, since=NOW - DAY, until=NOW + 8 * DAY, kind="leave"):
    for letter in letters:
        TimeOff.objects.create(rep=member(rotation, letter).rep, kind=kind, starts_at=since, ends_at=until)


def edit(rotation, change, at=NOW, **fields):
    edits = [
        MemberEdit(each.rep_id, None, each.is_paused, each.pk, each.weight)
        for each in rotation.members.order_by("position")
    ]
    edit_rotation(rotation, fields=fields, members=change(edits), by=None, at=at)


def at_place(edit, place):
    return replace(edit, position=place)


def with_weight(edit, weight):
    return replace(edit, weight=Decimal(weight))


def plain():
    give(named("plain", "ABCDE"), 23)
    rotation = named("plain, given back")
    give(rotation, 5)
    give(rotation, 1, not_to="B")
    give(rotation, 1, not_to="CD")
    rotation = named("plain, reversed")
    give(rotation, 6)
    edit(rotation, lambda edits: list(map(at_place, edits, (4, 3, 2, 1))))
    give(rotation, 1)
    give(named("skills", "ABCDE", skill="industry"), 9)
    rotation = named("leaves and joins", "ABCDE")
    give(rotation, 8)
    edit(rotation, lambda edits: edits[1:])
    give(rotation, 2)
    rotation = named("joins level", "ABC", joins_level=True)
    give(rotation, 7)
    new = make_rep(first_name="D", last_name="", username="joins level D", email="")
    edit(rotation, lambda edits: [*edits, MemberEdit(new.rep.pk)])
    give(rotation, 1)
    rotation = named("paused")
    give(rotation, 6)
    edit(rotation, lambda edits: [edits[0], replace(edits[1], is_paused=True), *edits[2:]])
    give(rotation, 4)
    give(named("cap a day", cap_day=2), 7)
    named("without a turn")
    rotation = named("nobody left", "AB")
    give(rotation, 3)
    edit(rotation, lambda edits: [])
    rotation = named("all are away", "AB", skipped_means="owed")
    give(rotation, 3, MORNING)
    away(rotation, "AB")
    give(rotation, 2)
    rotation = named("anyway", "ABC", when_nobody="anyway")
    give(rotation, 4, MORNING)
    away(rotation, "ABC")
    give(rotation, 4)


def weighted():
    give(named("spread 3 2 1", "ABC", "3 2 1"), 16)
    give(named("spread halves", "ABCD", "0.5 1 2.5 1"), 13)
    give(named("spread, one paused by weight", "ABC", "2 0 1"), 5)
    for count in (1, 2, 5, 8, 10):
        give(named(f"blocks 3 1 2, {count}", "ABC", "3 1 2", way="blocks"), count)
    rotation = named("blocks, weights changed", "ABC", "3 1 2", way="blocks")
    give(rotation, 5)
    edit(rotation, lambda edits: list(map(with_weight, edits, (1, 2, 3))))
    give(rotation, 1)
    rotation = named("spread, weights changed", "ABC", "3 1 2")
    give(rotation, 5)
    edit(rotation, lambda edits: list(map(with_weight, edits, (1, 2, 3))))
    give(rotation, 2)
    for way, key in (("value", "score"), ("deals", "deal_size")):
        rotation = named(way, "ABC", way="value", value_of="score" if way == "value" else "deal")
        for worth in (10, 90, 35, 70, 5, 100, 20, 45, 60, 15, 80):
            give(rotation, 1, **{key: worth})


def absences():
    for weights, way in (("1 1 1 1", "smooth"), ("2 1 1 1", "smooth"), ("2 1 1 1", "blocks"), ("1 1 1 1", "value")):
        for policy in ("forgone", "owed", "first", "daily"):
            kind = f"{policy}, {way} {weights}"
            gone = named(f"away: {kind}", weights=weights, way=way, skipped_means=policy, owed_limit=2, owed_a_day=1)
            give(gone, 6, MORNING, score=50)
            away(gone, "D")
            give(gone, 11, score=50)
            back = named(f"back: {kind}", weights=weights, way=way, skipped_means=policy, owed_limit=4, owed_a_day=1)
            give(back, 6, MORNING, score=50)
            away(back, "D", MORNING + HOUR, NOW - HOUR)
            give(back, 12, MORNING + 2 * HOUR, score=50)
            give(back, 2, score=50)
    rotation = named("away, switched off", skipped_means="owed")
    give(rotation, 5, MORNING)
    rep = member(rotation, "C").rep
    rep.is_available = False
    rep.save(update_fields=["is_available"])
    give(rotation, 5)


def credits():
    for weights, way in (("1 1 1", "smooth"), ("2 1 1", "smooth"), ("2 1 1", "blocks"), ("1 1 1", "value")):
        kind = f"{way} {weights}"
        rotation = named(f"caught up: {kind}", "ABC", weights, way=way)
        give(rotation, 7)
        catch_up(rotation, rep=member(rotation, "C").rep, turns=3, why="ill", by=None, at=NOW)
        give(rotation, 1)
        rotation = named(f"caught up and used: {kind}", "ABC", weights, way=way)
        give(rotation, 7)
        catch_up(rotation, rep=member(rotation, "C").rep, turns=2, why="ill", by=None, at=NOW)
        give(rotation, 3)
        rotation = named(f"refunded: {kind}", "ABC", weights, way=way)
        give(rotation, 8)
        for turn in Turn.objects.filter(rotation=rotation).order_by("number")[2:4]:
            refund_turn(turn, reason="duplicate", by=None, at=NOW)
        rotation = named(f"in advance: {kind}", "ABC", weights, way=way)
        give(rotation, 4)
        for letter in "AAB":
            user = member(rotation, letter).rep.user_id
            count_as_turn(rotation, user_id=user, why="by_hand", by=None, at=NOW)
        rotation = named(f"undone: {kind}", "ABC", weights, way=way)
        give(rotation, 6)
        rows = list(Assignment.objects.filter(turn__rotation=rotation).order_by("pk"))
        revert_assignment(rows[-1], by=None, at=NOW)
        revert_assignment(rows[2], by=None, at=NOW)
    for resets in ("daily", "weekly"):
        rotation = named(f"resets {resets}", "ABC", "2 1 1", resets=resets)
        give(rotation, 3, MORNING)
        give(rotation, 6)
        catch_up(rotation, rep=member(rotation, "C").rep, turns=1, why="ill", by=None, at=NOW)


def next_ones(rotation, count, at):
    with transaction.atomic():
        got = give(Rotation.objects.get(pk=rotation.pk), count, at)
        transaction.set_rollback(True)
    return "".join(got)


def rows_of(label):
    """Columns with one value for all rows are said once."""
    model = apps.get_model(label)
    fields = [each.attname for each in model._meta.concrete_fields]
    rows = [list(row) for row in model._base_manager.order_by("pk").values_list(*fields)]
    if label == "auth.User":
        rows = [[*row[:1], "!", *row[2:]] for row in rows]
    same = {name: rows[0][n] for n, name in enumerate(fields) if rows and all(row[n] == rows[0][n] for row in rows)}
    kept = [n for n, name in enumerate(fields) if name not in same]
    return {"same": same, "columns": [fields[n] for n in kept], "rows": [[row[n] for n in kept] for row in rows]}


def make():
    for life in (plain, weighted, absences, credits):
        life()
    found = {}
    for rotation in Rotation.objects.order_by("pk"):
        assert audit_rotation(rotation, at=NOW).faults == [], rotation
        members = rotation.members.select_related("rep__user").order_by("position")
        owed = {each.rep.user.first_name: each.owed for each in members if each.owed}
        soon, later = (next_ones(rotation, 6, NOW + HOUR), next_ones(rotation, 6, LATER))
        found[rotation.name] = {"next": soon, "later": later, "owed": owed}
    apps.get_model("routing", "Audit").objects.all().delete()
    leaves = [node for node in MigrationLoader(connection).graph.leaf_nodes() if node[0] in OWN_APPS]
    made = {"migrations": leaves, "next": found, "tables": {label: rows_of(label) for label in LABELS}}
    text = json.dumps(made, cls=DjangoJSONEncoder, separators=(",", ":"))
    print(encodebytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME)).decode(), end="")


make()
