"""The order that people mean when they drag rows or type numbers."""

from collections.abc import Hashable, Iterable


def arranged(places: Iterable[tuple[Hashable, int, int | None]]) -> list[Hashable]:
    """Keys in their new order, from (key, old number, new number); no new number puts a row at the end.

    Two rows with one number: the row that was moved to it gets the place. Moved up it stands before the other, moved
    down behind it. Rows come in their old order, which decides where nothing else does.
    """

    def place(row: tuple[Hashable, int, int | None]) -> tuple[bool, int, int]:
        _key, old, new = row
        if new is None:
            return True, 0, 0
        return False, new, (new > old) - (new < old)

    return [key for key, _old, _new in sorted(places, key=place)]
