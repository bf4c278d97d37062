"""Says how what a message asked for was settled."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from routing.models import Notification

Words = Callable[[Sequence[Notification]], Mapping[int, str]]
_WORDS: dict[str, Words] = {}


def register_settled_words(kinds: Sequence[str], words: Words) -> None:
    """Queues add how messages of these kinds were settled in `ready()`. Registering twice has no effect."""
    _WORDS.update(dict.fromkeys(kinds, words))


def settled_words(rows: Sequence[Notification]) -> dict[int, str]:
    """One sentence for each of these settled messages, by message."""
    by_words: dict[Words, list[Notification]] = {}
    for row in rows:
        if (words := _WORDS.get(row.kind)) is not None:
            by_words.setdefault(words, []).append(row)
    found = {row.pk: _("Settled.") for row in rows}
    for words, its in by_words.items():
        found.update(words(its))
    return found
