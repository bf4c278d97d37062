"""Reads which turns of today passed a rep over: of the newest of each rotation, as "why not me?" lists them (C6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from routing.decisions.availability.skip_reasons import SkipReason
from routing.decisions.rotation.why_not_me import OutcomeCode
from routing.models import Rep, Rotation
from routing.queries.rotation.my_turns import MyTurn, newest_turns


@dataclass(frozen=True, slots=True)
class PassedOver:
    """`turns` of today, with the last of them; `is_cut`: there may have been more in a busy rotation."""

    turns: int
    rotation: Rotation
    last: MyTurn
    is_cut: bool = False


def passed_over_today(rep: Rep, rotations: Iterable[Rotation], *, midnight: datetime) -> PassedOver | None:
    """One or two queries a rotation. Whom another was due more than had no less than a share, and is not counted."""
    turns, is_cut, last = 0, False, None
    for rotation in rotations:
        newest = newest_turns(rotation, rep)
        today = [turn for turn in newest if turn.at >= midnight]
        passed = [turn for turn in today if _is_passed(turn)]
        is_cut = is_cut or bool(newest and len(today) == len(newest) and newest[-1].number > 1)
        turns += len(passed)
        if passed and (last is None or passed[0].at > last[1].at):
            last = rotation, passed[0]
    return PassedOver(turns, *last, is_cut=is_cut) if last else None


def _is_passed(turn: MyTurn) -> bool:
    outcome = turn.outcome
    return outcome.code == OutcomeCode.PASSED_OVER and not outcome.is_undone and outcome.reason != SkipReason.DUE_LESS
