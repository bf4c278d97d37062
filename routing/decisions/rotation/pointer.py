"""Where the pointer of a rotation stands after a change of its members (F1, F9)."""

from collections.abc import Mapping, Sequence


def pointer_after_edit(before: Sequence[tuple[int, int]], pointer: int | None, after: Mapping[int, int]) -> int | None:
    """The pointer stays at the member who was served last. If that member left, the next one of the old order who is
    still there stays next.

    `before` has (member, position) in order, `after` the new position of each member who stays; no two of them are
    equal. None means that the list begins at its first member.
    """
    if pointer is None or not after:
        return None
    numbered = _number_shared(before)
    served = next((member for member, position in numbered if position == pointer), None)
    if served is not None and served in after:
        return after[served]
    in_turn = [m for m, position in numbered if position > pointer]
    in_turn += [m for m, position in numbered if position <= pointer]
    follower = next((member for member in in_turn if member in after), None)
    if follower is None:
        return None
    earlier = [position for position in after.values() if position < after[follower]]
    return max(earlier, default=None)


def _number_shared(before: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """If members share a position, all are numbered 0, 1, 2 ... in order, as turns number them."""
    if len({position for _member, position in before}) == len(before):
        return list(before)
    return [(member, number) for number, (member, _position) in enumerate(before)]
