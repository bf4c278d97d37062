"""In which order the members of a rotation stand (F3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from random import Random


@dataclass(frozen=True, slots=True)
class Standing:
    """What the orders look at; `won` of `closed` leads became opportunities, None without any (L2)."""

    member_id: int
    last_name: str
    first_name: str
    joined_on: date | None = None
    won: int = 0
    closed: int = 0


def by_name(members: Sequence[Standing]) -> list[int]:
    """Alphabetical by last name, then first name; the neutral order."""
    return _ids(
        sorted(members, key=lambda each: (each.last_name.casefold(), each.first_name.casefold(), each.member_id))
    )


def by_joining(members: Sequence[Standing]) -> list[int]:
    """Who joined first stands first; without a date behind all others, by name."""
    names = {pk: place for place, pk in enumerate(by_name(members))}
    return _ids(sorted(members, key=lambda each: (each.joined_on or date.max, names[each.member_id])))


def by_performance(members: Sequence[Standing]) -> list[int]:
    """The best conversion first; who has closed nothing yet stands behind, by name."""
    names = {pk: place for place, pk in enumerate(by_name(members))}

    def rank(each: Standing) -> tuple:
        rate = Fraction(each.won, each.closed) if each.closed else Fraction(-1)
        return -rate, names[each.member_id]

    return _ids(sorted(members, key=rank))


def shuffled(members: Sequence[Standing], *, seed: str) -> list[int]:
    """By lot; the same seed gives the same order, so that it can be shown again."""
    ids = sorted(each.member_id for each in members)
    Random(seed).shuffle(ids)
    return ids


def is_shuffle_due(shuffled_on: date | None, *, days: int, today: date) -> bool:
    return shuffled_on is None or (today - shuffled_on).days >= days


def changed_places(order: Sequence[int], places: Mapping[int, int]) -> bool:
    """Whether the members stand otherwise now; gaps between places do not matter."""
    return [pk for pk, _place in sorted(places.items(), key=lambda pair: (pair[1], pair[0]))] != list(order)


def _ids(members: Sequence[Standing]) -> list[int]:
    return [each.member_id for each in members]
