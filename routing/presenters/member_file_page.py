"""A file of members and its plan, as the page shows them: bounded, whatever the file holds (F11b)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number
from leads.decisions.csv.choice import spelled
from leads.presenters.import_reading import value_of, way_name
from routing.decisions.member_files.plan import Change, MemberLine
from routing.decisions.member_files.reading import MemberFile
from routing.decisions.member_files.rows import FileRow
from routing.decisions.member_files.sorting import SortedRow
from routing.decisions.member_files.titles import FIELDS
from routing.decisions.member_files.who import Person, WhyNobody
from routing.models import RotationDraft
from routing.presenters.member_files import (
    cap_words,
    fault_text,
    field_name,
    how_text,
    target_notes,
    target_problem,
    to_do_text,
    why_nobody_text,
)
from routing.presenters.weights import weight_text
from routing.queries.member_files import FilePlan, Target

MOST_LINES, MOST_NOBODY, MOST_REFUSED, MOST_SUGGESTED, MOST_ADDRESSES = 200, 50, 50, 500, 500
SAMPLES = 3


@dataclass(frozen=True)
class ColumnLine:
    number: int
    title: str
    samples: Sequence[str]
    field: str


@dataclass(frozen=True)
class ShownMember:
    """One member of a planned rotation. `was` is empty where nothing of the kind changes."""

    place: str
    place_was: str
    name: str
    about: str
    chip: str
    state: str
    weight: str
    weight_was: str
    caps: str
    caps_was: str
    is_gone: bool = False


@dataclass(frozen=True)
class ShownTarget:
    name: str
    key: str
    is_new: bool
    summary: str
    notes: Sequence[str]
    problems: Sequence[str]
    drafts: Sequence[RotationDraft]
    replaced: int | None
    members: Sequence[ShownMember]
    more: int


@dataclass(frozen=True)
class ShownRow:
    """A row that brings nobody. `field` is the name of the input for its person, "" where none helps."""

    line: int
    who: str
    why: str
    to_do: str = ""
    field: str = ""
    typed: str = ""


@dataclass(frozen=True)
class ShownFile:
    """All that the page shows of a file and its plan."""

    columns: Sequence[ColumnLine]
    ways: Sequence[tuple[str, str, str]]
    targets: Sequence[ShownTarget]
    nobody: Sequence[ShownRow]
    more_nobody: int
    refused: Sequence[ShownRow]
    more_refused: int
    addresses: Sequence[str]
    summary: str


def shown_file(file: MemberFile, plan: FilePlan, people: Sequence[Person]) -> ShownFile:
    names = {person.rep: person.name for person in people if person.rep is not None}
    by_line = {each.row.line: each for each in plan.rows}
    nobody = [each for each in plan.rows if each.found.why is not None and not each.row.faults]
    named = [each for each in plan.rows if each.chosen and not each.row.faults]
    others = [each for each in nobody if not each.chosen]
    asked = sorted([*named, *others[:MOST_NOBODY]], key=lambda each: each.row.line)
    refused = refused_rows(plan)
    return ShownFile(
        columns=_columns(file, plan.mapping),
        ways=_ways(file),
        targets=[_target(target, names, by_line) for target in plan.targets],
        nobody=[_asked_row(each) for each in asked],
        more_nobody=max(len(others) - MOST_NOBODY, 0),
        refused=refused[:MOST_REFUSED],
        more_refused=max(len(refused) - MOST_REFUSED, 0),
        addresses=_addresses(nobody),
        summary=_summary(plan, nobody=len(nobody), refused=len(refused)),
    )


def refused_rows(plan: FilePlan) -> list[ShownRow]:
    """The rows that cannot be read, or count for nothing, in the order of the file, each with all its reasons."""
    found: list[ShownRow] = []
    for each in plan.rows:
        faults = list(each.row.faults)
        faults += [fault for target in plan.targets if (fault := target.own.faults.get(each.row.line))]
        if faults:
            texts = dict.fromkeys(map(fault_text, faults))
            found.append(ShownRow(each.row.line, _who(each.row), " ".join(texts)))
    return found


def left_out_rows(plan: FilePlan) -> list[tuple[int, str, str]]:
    """Every row that brings nobody, with its reason, for a file."""
    found = [(row.line, row.who, row.why) for row in refused_rows(plan)]
    found += [
        (each.row.line, _who(each.row), why_nobody_text(each.found))
        for each in plan.rows
        if each.found.why is not None and not each.row.faults
    ]
    return sorted(found)


def suggested(people: Sequence[Person]) -> list[tuple[str, str]]:
    """Whom one may name for a row: address and name."""
    able = [person for person in people if person.rep is not None and person.is_active]
    able.sort(key=lambda person: person.name.casefold())
    return [(next(filter(None, person.emails), person.name), person.name) for person in able[:MOST_SUGGESTED]]


def field_choices() -> list[tuple[str, str]]:
    return [("", _("Leave out")), *((name, field_name(name)) for name in FIELDS)]


def _columns(file: MemberFile, mapping: Mapping[int, str]) -> list[ColumnLine]:
    rows = list(islice((row.values for row in file.rows if row.problem is None), SAMPLES))
    return [
        ColumnLine(
            column,
            title if file.titles else _("Column %(n)s") % {"n": column + 1},
            [values[column] for values in rows if column < len(values) and values[column].strip()],
            mapping.get(column, ""),
        )
        for column, title in enumerate(file.shape.header)
    ]


def _ways(file: MemberFile) -> list[tuple[str, str, str]]:
    """The encodings to choose from: value, name, and some cells in each."""
    if not file.letters.must_be_chosen:
        return []
    return [
        (value_of(way), way_name(way), " · ".join(spelled(cell, way) for cell in file.letters.cells))
        for way in file.letters.offered
    ]


def _target(target: Target, names: Mapping[int, str], rows: Mapping[int, SortedRow]) -> ShownTarget:
    lines = target.planned.lines
    return ShownTarget(
        name=target.name,
        key=str(target.rotation.pk) if target.rotation else "",
        is_new=target.rotation is None,
        summary=_counts(target),
        notes=target_notes(target),
        problems=[target_problem(code, target) for code in target.problems],
        drafts=target.drafts,
        replaced=target.replaced.pk if target.replaced else None,
        members=[_member(line, names, rows) for line in lines[:MOST_LINES]],
        more=max(len(lines) - MOST_LINES, 0),
    )


def _counts(target: Target) -> str:
    planned = target.planned
    counted = (
        (planned.of(Change.JOINS), lambda n: ngettext("%(n)s joins", "%(n)s join", n)),
        (planned.of(Change.CHANGES), lambda n: ngettext("%(n)s changes", "%(n)s change", n)),
        (planned.of(Change.LEAVES), lambda n: ngettext("%(n)s leaves", "%(n)s leave", n)),
        (planned.of(Change.STAYS), lambda n: ngettext("%(n)s stays as now", "%(n)s stay as now", n)),
    )
    return ", ".join(words(count) % {"n": count} for count, words in counted if count)


def _member(line: MemberLine, names: Mapping[int, str], rows: Mapping[int, SortedRow]) -> ShownMember:
    shown = line.after or line.before or {}
    old = line.before if line.after is not None else None
    weight, caps = _weight(shown), cap_words(shown)
    weight_was, caps_was = (_weight(old), cap_words(old)) if old else (weight, caps)
    chip, state = _state(line)
    place, was = str(line.place or line.was), str(line.was or "")
    return ShownMember(
        place=place,
        place_was=was if was and line.place and was != place else "",
        name=names.get(line.rep, f"#{line.rep}"),
        about=_about(line, rows),
        chip=chip,
        state=state,
        weight=weight,
        weight_was=weight_was if weight_was != weight else "",
        caps=caps,
        caps_was=caps_was if caps_was != caps else "",
        is_gone=line.after is None,
    )


def _state(line: MemberLine) -> tuple[str, str]:
    words = {
        Change.JOINS: _("joins"),
        Change.CHANGES: _("changes"),
        Change.STAYS: _("stays as now"),
        Change.LEAVES: _("leaves"),
    }
    chip, text = "" if line.change == Change.STAYS else str(line.change), words[line.change]
    if line.after is None:
        return chip, text
    is_paused = bool(line.after.get("is_paused"))
    if line.before is not None and bool(line.before.get("is_paused")) != is_paused:
        return chip, _("is paused from then on") if is_paused else _("takes part again")
    return chip, _("%(state)s, paused") % {"state": text} if is_paused or not Decimal(line.after["weight"]) else text


def _about(line: MemberLine, rows: Mapping[int, SortedRow]) -> str:
    """Where a member comes from."""
    if line.kept:
        return _("a rule adds this member") if line.kept == "rule" else _("the row is refused")
    if line.line is None:
        return ""
    row = rows[line.line]
    return " · ".join(filter(None, (_("line %(n)s") % {"n": line.line}, how_text(row.found, row.row.email))))


def _weight(member: Mapping) -> str:
    return weight_text(Decimal(member["weight"]))


def _asked_row(each: SortedRow) -> ShownRow:
    """A row whose person is not found, or was named by hand and may be named otherwise."""
    person = each.found.person
    is_found = each.found.why is None
    return ShownRow(
        each.row.line,
        _who(each.row),
        _("You say: %(name)s") % {"name": person.name if person else ""} if is_found else why_nobody_text(each.found),
        "" if is_found else to_do_text(each.found, chosen=each.chosen),
        f"person-{each.row.line}",
        each.chosen,
    )


def _who(row: FileRow) -> str:
    return row.who or "–"


def _addresses(nobody: Sequence[SortedRow]) -> list[str]:
    """Who could be invited, each once."""
    found = dict.fromkeys(
        each.row.email for each in nobody if each.found.why == WhyNobody.UNKNOWN and "@" in each.row.email
    )
    return list(found)[:MOST_ADDRESSES]


def _summary(plan: FilePlan, *, nobody: int, refused: int) -> str:
    total = len(plan.rows)
    texts = [ngettext("%(n)s row is read", "%(n)s rows are read", total) % {"n": number(total)}]
    if nobody:
        texts.append(ngettext("%(n)s is not found here", "%(n)s are not found here", nobody) % {"n": number(nobody)})
    if refused:
        texts.append(ngettext("%(n)s is refused", "%(n)s are refused", refused) % {"n": number(refused)})
    return ", ".join(texts)
