"""The messages of live updates, one word each.

| message       | example        | meaning                                                            |
|---------------|----------------|--------------------------------------------------------------------|
| a topic       | "queue-3"      | something that pages with this topic show has changed              |
| removed       | "queue-3/17"   | entry 17 left queue 3: pages take it away before they ask again    |
| restored      | "queue-3/+17"  | entry 17 is in queue 3 again, as after an undo                     |
| everything    | "*"            | anything may have changed: the database was out of sight           |
| rights        | "rights-7"     | user 7 may see more or less than before: the stream ends           |

A removed or restored message starts with its topic, so only people who may follow the topic receive it (C9).
"""

from collections.abc import Iterable

EVERYTHING = "*"
RIGHTS = "rights-"


def topic_of(message: str) -> str:
    """The topic that has changed; the message itself when it names nothing in it."""
    return message.partition("/")[0]


def rights_of(user_id: int) -> str:
    return f"{RIGHTS}{user_id}"


def removed(topic: str, pk: int) -> str:
    return f"{topic}/{pk}"


def restored(topic: str, pk: int) -> str:
    return f"{topic}/+{pk}"


def opposite(message: str) -> str | None:
    """The message that this one replaces: an entry is either removed or restored. None for a topic."""
    topic, slash, entry = message.partition("/")
    if not slash:
        return None
    return f"{topic}/{entry[1:]}" if entry.startswith("+") else f"{topic}/+{entry}"


def by_topic(messages: Iterable[str]) -> dict[str, list[str]]:
    """The last message about each entry, under the topic that one must follow to receive it."""
    last: dict[str, None] = {}
    for message in messages:
        last.pop(opposite(message) or "", None)
        last.pop(message, None)
        last[message] = None
    found: dict[str, list[str]] = {}
    for message in last:
        found.setdefault(topic_of(message), []).append(message)
    return found
