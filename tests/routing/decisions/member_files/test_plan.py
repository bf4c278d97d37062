"""What a rotation would be after a file: who joins, stays and leaves, and in which order."""

from decimal import Decimal

import pytest

from routing.decisions.member_files.plan import Change, PlannedMembers, WantedMember, plan_members
from routing.decisions.member_files.rows import FileRow, RowFault
from routing.decisions.member_files.sent import form_of_snapshot
from routing.decisions.member_files.sorting import rows_of_rotation, sort_rows
from routing.decisions.member_files.who import Directory, Person

NO_CAPS = {"cap_hour": None, "cap_day": None, "cap_week": None, "cap_month": None}


def member(rep: int, **values: object) -> dict:
    return {"rep": rep, "is_paused": False, "weight": "1.00", "ramp": "", **NO_CAPS, **values}


def snapshot(*members: dict, order: str = "hand") -> dict:
    return {"fields": {"name": "SMB", "order": order, "is_active": True}, "members": list(members), "rules": []}


NOW = snapshot(member(1), member(2, weight="2.00", cap_day=5), member(3))


def wanted(rep: int, **values: object) -> WantedMember:
    return WantedMember(rep, rep + 10, **values)


def reps(planned: PlannedMembers) -> list[int]:
    return [each["rep"] for each in planned.snapshot["members"]]


def changes(planned: PlannedMembers) -> dict[int, str]:
    return {line.rep: str(line.change) for line in planned.lines}


def test_added_members_join_at_the_end_and_the_others_stay_as_they_are():
    planned = plan_members(NOW, [wanted(4), wanted(2, weight=Decimal("0.5"))], replaces=False)
    assert reps(planned) == [1, 2, 3, 4]
    assert planned.snapshot["members"][1:] == [member(2, weight="0.50", cap_day=5), member(3), member(4)]
    assert changes(planned) == {1: "stays", 2: "changes", 3: "stays", 4: "joins"}
    assert planned.snapshot["fields"] == NOW["fields"]


def test_replaced_members_leave_except_those_of_a_rule_and_those_whose_row_was_refused():
    now = snapshot(member(1), member(2, by_rule=True), member(3), member(5))
    planned = plan_members(now, [wanted(3), wanted(4)], replaces=True, spared={5})
    assert reps(planned) == [2, 3, 5, 4]
    assert changes(planned) == {2: "stays", 3: "stays", 5: "stays", 4: "joins", 1: "leaves"}
    assert {line.rep: line.kept for line in planned.lines if line.kept} == {2: "rule", 5: "refused"}
    assert planned.snapshot["members"][0]["by_rule"] is True


@pytest.mark.parametrize(
    ("places", "replaces", "order"),
    [
        ({3: 1, 1: 2, 2: 3}, True, [3, 1, 2]),
        ({3: 0, 1: 1, 2: 2}, True, [3, 1, 2]),  # counted from 0
        ({4: 2}, False, [1, 4, 2, 3]),
        ({4: 99}, False, [1, 2, 3, 4]),
        ({3: 1}, False, [3, 1, 2]),
        ({4: 20, 5: 10, 1: 30}, True, [5, 4, 1]),
        ({4: 1, 5: 1}, False, [5, 4, 1, 2, 3]),
    ],
)
def test_places_of_the_file_decide_where_members_stand(places: dict, replaces: bool, order: list):
    file = [wanted(rep, position=place) for rep, place in places.items()]
    assert reps(plan_members(NOW, file, replaces=replaces)) == order


def test_an_order_of_the_file_makes_the_order_one_by_hand():
    now = snapshot(member(1), member(2), order="name")
    planned = plan_members(now, [wanted(2, position=1)], replaces=False)
    assert (planned.orders_by_hand, planned.snapshot["fields"]["order"], reps(planned)) == (True, "hand", [2, 1])
    without = plan_members(now, [wanted(3)], replaces=False)
    assert (without.orders_by_hand, without.snapshot["fields"]["order"]) == (False, "name")


def test_a_new_rotation_has_the_order_of_the_file():
    planned = plan_members(snapshot(order="name"), [wanted(9), wanted(4)], replaces=False, is_new=True)
    assert (reps(planned), planned.snapshot["fields"]["order"], planned.orders_by_hand) == ([9, 4], "hand", False)


def test_zero_pauses_and_caps_are_set_and_lifted():
    file = [
        wanted(1, weight=Decimal(0)),
        wanted(2, caps={"cap_day": None, "cap_week": 20}),
        wanted(3, is_paused=True),
    ]
    planned = plan_members(NOW, file, replaces=False)
    assert planned.snapshot["members"] == [
        member(1, weight="0.00"),
        member(2, weight="2.00", cap_week=20),
        member(3, is_paused=True),
    ]
    assert planned.of(Change.CHANGES) == 3


def test_who_moves_because_another_moved_is_said_to_change():
    planned = plan_members(NOW, [wanted(3, position=1)], replaces=False)
    assert changes(planned) == {3: "changes", 1: "changes", 2: "changes"}
    assert [(line.rep, line.was, line.place) for line in planned.lines] == [(3, 3, 1), (1, 1, 2), (2, 2, 3)]


def test_the_first_readable_line_of_a_person_counts_and_a_refused_one_spares_the_member():
    people = Directory([Person(1, "Rina", ("rina@x.id",)), Person(2, "Budi", ("budi@x.id",))])
    bad = RowFault("negative", "weight", "-1")
    rows = [
        FileRow(2, email="rina@x.id", faults=(bad,)),
        FileRow(3, email="RINA@x.id", position=4),
        FileRow(4, name="Rina"),
        FileRow(5, email="budi@x.id", faults=(bad,)),
        FileRow(6, email="zorro@x.id"),
    ]
    own = rows_of_rotation(sort_rows(rows, people, {}), None)
    assert own.wanted == (WantedMember(1, 3, position=4),)
    assert own.spared == {2}
    assert own.faults == {4: RowFault("twice", detail="3")}
    named = rows_of_rotation(sort_rows(rows, people, {6: "Budi"}), None)
    assert [each.rep for each in named.wanted] == [1, 2]
    assert named.spared == frozenset()


def test_only_the_rows_of_the_asked_groups_count():
    people = Directory([Person(1, "Rina", ("rina@x.id",)), Person(2, "Budi", ("budi@x.id",))])
    rows = [FileRow(2, email="rina@x.id", groups=("SMB", "ENT")), FileRow(3, email="budi@x.id")]
    found = sort_rows(rows, people, {})
    of = {name: [each.rep for each in rows_of_rotation(found, [name]).wanted] for name in ("SMB", "ENT", "")}
    assert of == {"SMB": [1], "ENT": [1], "": [2]}


def test_the_form_of_a_draft_names_every_member_and_who_leaves():
    planned = plan_members(NOW, [wanted(3), wanted(4, weight=Decimal(2))], replaces=True)
    sent = form_of_snapshot(planned.snapshot, {1: 101, 2: 102, 3: 103})
    fields = dict(map(tuple, sent))
    assert (fields["name"], fields["is_active"], fields["members-TOTAL_FORMS"]) == ("SMB", "on", "4")
    assert (fields["members-0-id"], fields["members-0-DELETE"]) == ("101", "on")
    assert (fields["members-2-id"], fields["members-2-position"]) == ("103", "1")
    assert (fields["members-3-id"], fields["members-3-rep"], fields["members-3-weight"]) == ("", "4", "2.00")
    assert "members-3-is_paused" not in fields
