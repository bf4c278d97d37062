"""What a file of members would make of rotations, before anything is written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from django.contrib.auth.models import User
from django.db.models import QuerySet

from config.company import company_zone
from routing.decisions.member_files.columns import mapping_faults
from routing.decisions.member_files.plan import PlannedMembers, WantedMember, plan_members
from routing.decisions.member_files.reading import MemberFile
from routing.decisions.member_files.rows import groups_of, read_rows_as_members
from routing.decisions.member_files.sorting import RowsOfRotation, SortedRow, rows_of_rotation, sort_rows
from routing.decisions.member_files.titles import GROUP
from routing.decisions.member_files.who import Directory, Person
from routing.decisions.rotation.membership import MAX_MEMBERS
from routing.decisions.rotation.versions import Snapshot, diff_snapshots
from routing.models import Rotation, RotationDraft
from routing.queries.rotation.versions import fields_of, snapshot_of

NEW, BY_FILE = "new", "file"
SAME = "same"
MAX_GROUPS = 20
MAX_NAME = 80


@dataclass(frozen=True)
class Choices:
    """What somebody chose on the page. `into`: the key of a rotation, NEW (then `name` is its name), or BY_FILE for
    those that the file names. `groups` has a key or NEW for each of these by its number, "" to leave it out; `people`
    whom somebody named for a line; `replaced` the draft that may be replaced, by rotation."""

    into: str = BY_FILE
    name: str = ""
    replaces: bool = False
    mapping: Mapping[int, str] | None = None
    people: Mapping[int, str] = field(default_factory=dict)
    groups: Mapping[int, str] = field(default_factory=dict)
    replaced: Mapping[int, int] = field(default_factory=dict)
    must_choose_letters: bool = False


@dataclass(frozen=True)
class FileGroup:
    """A rotation that the file names, how many rows it has, and where they go."""

    number: int
    name: str
    rows: int
    to: str


@dataclass
class Target:
    """One rotation that gets a draft; `rotation` is None for a new one. Codes of `problems`: name_missing, name_long,
    name_taken, nobody_taken, too_many_members, same, draft."""

    name: str
    rotation: Rotation | None
    own: RowsOfRotation
    planned: PlannedMembers
    drafts: Sequence[RotationDraft] = ()
    replaced: RotationDraft | None = None
    problems: tuple[str, ...] = ()

    @property
    def wanted(self) -> tuple[WantedMember, ...]:
        return self.own.wanted


@dataclass
class FilePlan:
    """Codes of `problems`: letters, nobody, too_many_groups, no_target, and fields that are chosen twice."""

    mapping: Mapping[int, str]
    rows: Sequence[SortedRow] = ()
    groups: Sequence[FileGroup] = ()
    targets: Sequence[Target] = ()
    problems: Sequence[str] = ()
    people: Sequence[Person] = ()

    @property
    def drafted(self) -> list[Target]:
        """Those that get a draft; a rotation that is like the file already gets none."""
        return [each for each in self.targets if each.problems != (SAME,)]

    @property
    def is_ready(self) -> bool:
        return bool(self.drafted) and not self.problems and not any(each.problems for each in self.drafted)

    @property
    def seen(self) -> str:
        """Another text whenever a draft would be another one, or what it is compared with."""
        parts = [
            (
                each.rotation and (each.rotation.pk, each.rotation.version),
                each.name,
                [(draft.pk, draft.at.isoformat()) for draft in each.drafts],
                each.planned.snapshot,
            )
            for each in self.targets
        ]
        return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def plan_of(file: MemberFile, choices: Choices) -> FilePlan:
    """A fixed number of statements for any number of rows, and two more for each rotation."""
    mapping = dict(choices.mapping if choices.mapping is not None else file.guess)
    problems = (("letters",) if choices.must_choose_letters else ()) + mapping_faults(mapping)
    if problems:
        return FilePlan(mapping, problems=problems)
    known = directory()
    rows = sort_rows(read_rows_as_members(file.rows, mapping), known, choices.people)
    rotations = {rotation.pk: rotation for rotation in Rotation.objects.order_by("name", "pk")}
    named = groups_of([each.row for each in rows])
    has_groups = GROUP in mapping.values() and any(named)
    if has_groups and len(named) > MAX_GROUPS:
        return FilePlan(mapping, rows, problems=("too_many_groups",), people=known.people)
    groups = _groups(named, choices, rotations) if has_groups else []
    targets = _targets(rows, groups, choices, rotations, has_groups=has_groups)
    _name_drafts(targets, choices)
    return FilePlan(mapping, rows, groups, targets, () if targets else ("no_target",), known.people)


def directory() -> Directory:
    """Everybody with an account; one statement."""
    rows = User.objects.order_by("pk").values_list(
        "rep__pk", "first_name", "last_name", "email", "username", "is_active"
    )
    return Directory(
        Person(rep, f"{first} {last}".strip() or username, (email, username), is_active)
        for rep, first, last, email, username, is_active in rows
    )


def open_drafts(rotations: Sequence[int]) -> QuerySet[RotationDraft]:
    drafts = RotationDraft.objects.filter(rotation__in=rotations, state=RotationDraft.State.OPEN)
    return drafts.select_related("by").order_by("-at", "-pk")


def new_rotation(name: str) -> Rotation:
    """As a new rotation begins that comes from a file: switched off, with nobody in it."""
    return Rotation(name=name, is_active=False, time_zone=company_zone().key)


def empty_snapshot(name: str) -> Snapshot:
    return {"fields": fields_of(new_rotation(name)), "members": [], "rules": []}


def drafts_made_already(plan: FilePlan, *, by: User) -> list[RotationDraft]:
    """The drafts that this very plan has made, by the same person: the button was pressed twice. Empty unless all are
    there."""
    found = []
    for target in plan.drafted:
        rotation = target.rotation or Rotation.objects.filter(name=target.name).first()
        drafts = open_drafts([rotation.pk]).filter(by=by) if rotation else ()
        made = next((draft for draft in drafts if draft.snapshot == target.planned.snapshot), None)
        if made is None:
            return []
        found.append(made)
    return found


def _groups(named: Mapping[str, int], choices: Choices, rotations: Mapping[int, Rotation]) -> list[FileGroup]:
    by_name = {rotation.name.casefold(): str(pk) for pk, rotation in rotations.items()}
    return [
        FileGroup(number, name, rows, choices.groups.get(number, _usual_target(name, named, choices, by_name)))
        for number, (name, rows) in enumerate(named.items())
    ]


def _usual_target(name: str, named: Mapping[str, int], choices: Choices, by_name: Mapping[str, str]) -> str:
    same = by_name.get(name.casefold(), "")
    if choices.into == BY_FILE:
        return same or (NEW if name else "")
    if len(named) == 1:
        return choices.into
    is_meant = name.casefold() == choices.name.casefold() if choices.into == NEW else same == choices.into
    return choices.into if is_meant else ""


def _targets(
    rows: Sequence[SortedRow],
    groups: Sequence[FileGroup],
    choices: Choices,
    rotations: Mapping[int, Rotation],
    *,
    has_groups: bool,
) -> list[Target]:
    """By rotation in the order of the file; groups that go into the same rotation are taken together."""
    wanted: dict[tuple[int | None, str], list[str] | None] = {}
    if not has_groups:
        key = _key(choices.into, choices.name, rotations)
        if key:
            wanted[key] = None
    for group in groups:
        is_only = len(groups) == 1 and choices.into == NEW and choices.name
        key = _key(group.to, choices.name if is_only else group.name, rotations)
        if key:
            of_key = wanted.setdefault(key, [])
            assert of_key is not None
            of_key.append(group.name)
    taken = {rotation.name.casefold() for rotation in rotations.values()}
    return [
        _target(rows, names, rotations.get(pk) if pk else None, name, choices, taken)
        for (pk, name), names in wanted.items()
    ]


def _key(to: str, name: str, rotations: Mapping[int, Rotation]) -> tuple[int | None, str] | None:
    if to == NEW:
        return None, " ".join(name.split())
    pk = int(to) if to.isdecimal() and len(to) < 16 else 0
    return (pk, rotations[pk].name) if pk in rotations else None


def _target(
    rows: Sequence[SortedRow],
    names: Sequence[str] | None,
    rotation: Rotation | None,
    name: str,
    choices: Choices,
    taken: set[str],
) -> Target:
    now = snapshot_of(rotation) if rotation else empty_snapshot(name)
    own = rows_of_rotation(rows, names)
    planned = plan_members(
        now, own.wanted, replaces=choices.replaces and rotation is not None, spared=own.spared, is_new=rotation is None
    )
    problems = []
    if rotation is None:
        problems += ["name_missing"] if not name else ["name_long"] if len(name) > MAX_NAME else []
        problems += ["name_taken"] if name.casefold() in taken else []
    if not own.wanted:
        problems.append("nobody_taken")
    elif len(planned.snapshot["members"]) > MAX_MEMBERS:
        problems.append("too_many_members")
    elif not diff_snapshots(now, planned.snapshot):
        problems.append(SAME)
    return Target(name, rotation, own, planned, problems=tuple(problems))


def _name_drafts(targets: Sequence[Target], choices: Choices) -> None:
    keys = [target.rotation.pk for target in targets if target.rotation]
    drafts = list(open_drafts(keys)) if keys else []
    for target in targets:
        if target.rotation is None:
            continue
        target.drafts = [draft for draft in drafts if draft.rotation_id == target.rotation.pk]
        chosen = choices.replaced.get(target.rotation.pk)
        target.replaced = next((draft for draft in target.drafts if draft.pk == chosen), None)
        if target.drafts and target.replaced is None and not target.problems:
            target.problems = ("draft",)
