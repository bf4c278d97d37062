"""Reads what each member of some rotations was due and given in a span, and what counted for it (H1, K7).

As queries/fairness.py, for many rotations in four queries, with why people were passed over and what the ledger wrote
outside the plain order.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from django.db.models import Count

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.fairness import JudgedShare, Share, due_of, judge_share
from routing.decisions.rotation.state import TURN, WEIGHT_ONE
from routing.models import Assignment, LedgerLine, Roster, RotationMember, Turn

OUTSIDE = LedgerLine.OUTSIDE


@dataclass(slots=True)
class RotationShares:
    """All members of one rotation. `turns` counts those that were not undone; `passed` why and how often each rep was
    passed over; `lines` how much each kind of ledger line moved for each rep; weights are those of the last turn."""

    turns: int = 0
    due: Mapping[int, Fraction] = field(default_factory=dict)
    given: dict[int, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    got: Counter = field(default_factory=Counter)  # turns, also where value is shared
    passed: dict[int, Counter] = field(default_factory=lambda: defaultdict(Counter))
    lines: dict[int, Counter] = field(default_factory=lambda: defaultdict(Counter))
    weights: Mapping[int, Fraction] = field(default_factory=dict)

    def judged(self, rep_id: int) -> JudgedShare:
        return judge_share(Share(rep_id, self.given[rep_id], self.due.get(rep_id, Fraction(0))))


def rotation_shares(rotation_ids: Collection[int], *, start: datetime, end: datetime) -> dict[int, RotationShares]:
    """By rotation; one without turns is there too."""
    found = {pk: RotationShares() for pk in rotation_ids}
    groups = list(
        Turn.objects.filter(rotation__in=rotation_ids, at__gte=start, at__lt=end, roster__isnull=False)
        .exclude(assignment__ended_how=Assignment.Ended.UNDONE)
        .exclude(size=0)
        .values("rotation", "roster", "rep", "size", "barred", "need")
        .annotate(n=Count("pk"))
        .order_by("rotation", "roster", "rep", "size")
    )
    alike: dict[tuple, Group] = {}
    for row in groups:
        shares, n = found[row["rotation"]], row["n"]
        shares.turns += n
        shares.given[row["rep"]] += Fraction(row["size"] * n, TURN)
        shares.got[row["rep"]] += n
        key = (row["rotation"], row["roster"], tuple(sorted(row["barred"].items())), row["need"])
        group = alike.setdefault(key, Group(row["rotation"], row["roster"], row["barred"], row["need"]))
        group.turns += n
        group.size += row["size"] * n
    _add_rosters(found, list(alike.values()))
    _add_lines(found, start, end)
    return found


@dataclass(slots=True)
class Group:
    """Turns that the same people could have had, by the same weights."""

    rotation: int
    roster: int
    barred: Mapping[str, str]
    need: str
    turns: int = 0
    size: int = 0


def _add_rosters(found: Mapping[int, RotationShares], groups: Sequence[Group]) -> None:
    """What was due to whom, and who was passed over and why."""
    rosters = Roster.objects.in_bulk({group.roster for group in groups})
    sizes: dict[int, Counter] = defaultdict(Counter)
    for group in groups:
        shares, roster = found[group.rotation], rosters[group.roster]
        sizes[group.rotation][roster.shared_by(group.barred, group.need)] += group.size
        barred = dict.fromkeys(roster.lacking(group.need), SkipReason.NO_SKILL.value)
        barred |= {int(pk): reason for pk, reason in group.barred.items()}
        for member, rep, _place, _weight, reason in roster.members:
            if why := reason or barred.get(member, ""):
                shares.passed[rep][why] += group.turns
        shares.weights = {rep: Fraction(weight, WEIGHT_ONE) for _pk, rep, _place, weight, _why in roster.members}
    for pk, shares in found.items():
        shares.due = due_of(sizes[pk], unit=TURN)


def memberships_of(rep_ids: Collection[int], *, start: datetime) -> dict[int, list[RotationMember]]:
    """Where each rep is a member, or was one after this moment, with the rotation; those switched off too."""
    rows = RotationMember.everybody.filter(rep__in=rep_ids).exclude(left_at__lt=start).select_related("rotation")
    found: dict[int, list[RotationMember]] = defaultdict(list)
    for row in rows.order_by("rotation__name", "pk"):
        found[row.rep_id].append(row)
    return found


def _add_lines(found: Mapping[int, RotationShares], start: datetime, end: datetime) -> None:
    """Leads that counted as turns are given, and so are taken from what is due; the others only owe turns."""
    lines = LedgerLine.objects.filter(
        rotation__in=list(found), kind__in=OUTSIDE, at__gte=start, at__lt=end, rep__isnull=False
    )
    rows = lines.order_by("rotation", "at", "pk").values_list("rotation", "kind", "rep", "given", "owed")
    for rotation, kind, rep, given, owed in rows:
        if kind == LedgerLine.Kind.COUNTED:
            found[rotation].given[rep] += Fraction(given, TURN)
        found[rotation].lines[rep][kind] += (1 if given >= 0 else -1) if kind == LedgerLine.Kind.COUNTED else owed
