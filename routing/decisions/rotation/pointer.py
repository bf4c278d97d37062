"""Where a rotation's pointer stands after its members were changed (F1, F9)."""

from collections.abc import Mapping, Sequence


def pointer_after_edit(before: Sequence[tuple[int, int]], pointer: int | None, after: Mapping[int, int]) -> int | None:
    """The pointer stays behind the member who was served last; should that one be gone, the next of the old order who
    is still there stays next.

    `before` has (member, position) in order, `after` the new position of each member who stays; positions in `after`
    differ. None means that the list begins at its first member.
    """
    if pointer is None or not after:
        return None
    places = _numbered(before)
    served = next((member for member, position in places if position == pointer), None)
    if served is not None and served in after:
        return after[served]
    in_turn = [m for m, position in places if position > pointer] + [m for m, position in places if position <= pointer]
    follower = next((member for member in in_turn if member in after), None)
    if follower is None:
        return None
    earlier = [position for position in after.values() if position < after[follower]]
    return max(earlier, default=None)


def _numbered(before: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Members that share positions are numbered as turns number them: 0, 1, 2 ... in order."""
    if len({position for _member, position in before}) == len(before):
        return list(before)
    return [(member, number) for number, (member, _position) in enumerate(before)]
