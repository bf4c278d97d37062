"""The order of the members of a rotation (F3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random


@dataclass(frozen=True, slots=True)
class MemberProfile:
    """What the orders compare; `won` of `closed` leads became opportunities."""

    member_id: int
    last_name: str
    first_name: str
    joined_on: date | None = None
    won: int = 0
    closed: int = 0


def by_name(members: Sequence[MemberProfile]) -> list[int]:
    """Alphabetical by last name, then first name; the neutral order."""
    return _ids(
        sorted(members, key=lambda each: (each.last_name.casefold(), each.first_name.casefold(), each.member_id))
    )


def by_joining(members: Sequence[MemberProfile]) -> list[int]:
    """Who joined first comes first; members without a date come last, by name."""
    rank_by_name = {pk: rank for rank, pk in enumerate(by_name(members))}
    return _ids(sorted(members, key=lambda each: (each.joined_on or date.max, rank_by_name[each.member_id])))


def by_performance(members: Sequence[MemberProfile]) -> list[int]:
    """The best conversion first; members who have closed nothing yet come last, by name."""
    rank_by_name = {pk: rank for rank, pk in enumerate(by_name(members))}

    def rank(each: MemberProfile) -> tuple:
        rate = Fraction(each.won, each.closed) if each.closed else Fraction(-1)
        return -rate, rank_by_name[each.member_id]

    return _ids(sorted(members, key=rank))


def shuffle(members: Sequence[MemberProfile], *, seed: str) -> list[int]:
    """At random; the same seed gives the same order, so that it can be shown again."""
    ids = sorted(each.member_id for each in members)
    Random(seed).shuffle(ids)
    return ids


def is_shuffle_due(shuffled_on: date | None, *, days: int, today: date) -> bool:
    return shuffled_on is None or (today - shuffled_on).days >= days


def is_reordered(order: Sequence[int], positions: Mapping[int, int]) -> bool:
    """Whether `order` differs from the order by position; gaps between positions do not matter."""
    return sorted(positions, key=lambda pk: (positions[pk], pk)) != list(order)


def _ids(members: Sequence[MemberProfile]) -> list[int]:
    return [each.member_id for each in members]
