"""The words of the news: a topic ("queue-3"), what left its place ("queue-3/17"), and what came back ("queue-3/+17").

Both name the place, so whoever may follow the topic may hear them, and nobody else.
"""

from collections.abc import Iterable


def topic_of(word: str) -> str:
    """The topic that has changed; the word itself when it names nothing in it."""
    return word.partition("/")[0]


def gone(topic: str, pk: int) -> str:
    return f"{topic}/{pk}"


def back(topic: str, pk: int) -> str:
    return f"{topic}/+{pk}"


def opposite(word: str) -> str | None:
    """What this word overrules: a thing is either gone or back. None for a topic."""
    topic, slash, thing = word.partition("/")
    if not slash:
        return None
    return f"{topic}/{thing[1:]}" if thing.startswith("+") else f"{topic}/+{thing}"


def by_topic(words: Iterable[str]) -> dict[str, list[str]]:
    """The last word on each thing, under the topic whose followers may hear it."""
    last: dict[str, None] = {}
    for word in words:
        last.pop(opposite(word) or "", None)
        last.pop(word, None)
        last[word] = None
    found: dict[str, list[str]] = {}
    for word in last:
        found.setdefault(topic_of(word), []).append(word)
    return found
