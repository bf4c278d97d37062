"""The order of rows after people dragged them or typed numbers."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def arranged(places: Iterable[tuple[Key, int, int | None]]) -> list[Key]:
    """Keys in their new order, from (key, old number, new number); a row without a new number goes to the end.

    When two rows have one number, the row that was moved gets it: moved up it stands before the other, moved down
    behind it. `places` come in their old order, which decides all other ties.
    """

    def place(row: tuple[Key, int, int | None]) -> tuple[bool, int, int]:
        _key, old, new = row
        if new is None:
            return True, 0, 0
        return False, new, (new > old) - (new < old)

    return [key for key, _old, _new in sorted(places, key=place)]
