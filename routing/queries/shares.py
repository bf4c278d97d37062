"""Reads what each member of some rotations was due and given in a span, and what counted for it (H1, K7).

As queries/fairness.py, for many rotations in a fixed number of queries, with why people were passed over and what the
ledger wrote outside the plain order.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.fairness import JudgedShare, Share, due_of, judge_share
from routing.decisions.rotation.state import TURN, WEIGHT_ONE
from routing.models import LedgerLine, Roster, RotationMember
from routing.queries.rotation.turn_sums import TurnSums, sum_up

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
    sums = sum_up(found, start=start, end=end)
    for (rotation, rep), size in sums.given.items():
        found[rotation].given[rep] += Fraction(size, TURN)
        found[rotation].got[rep] += sums.leads[rotation, rep].leads
    _add_rosters(found, sums)
    _add_lines(found, start, end)
    return found


def _add_rosters(found: Mapping[int, RotationShares], sums: TurnSums) -> None:
    """What was due to whom, and who was passed over and why."""
    rosters = Roster.objects.in_bulk({key.roster for key in sums.sizes})
    sizes: dict[int, Counter] = defaultdict(Counter)
    for key in sorted(sums.sizes):
        shares, roster, barred = found[key.rotation], rosters[key.roster], dict(key.barred)
        turns = sums.turns[key]
        shares.turns += turns
        sizes[key.rotation][roster.shared_by(barred, key.need)] += sums.sizes[key]
        reasons = dict.fromkeys(roster.lacking(key.need), SkipReason.NO_SKILL.value)
        reasons |= {int(pk): reason for pk, reason in barred.items()}
        for member, rep, _place, _weight, reason in roster.members:
            if why := reason or reasons.get(member, ""):
                shares.passed[rep][why] += turns
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
