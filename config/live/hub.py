"""Hands changed topics to the open streams of one process; nothing in it grows with the number of changes."""

import asyncio
import time
from collections.abc import Callable, Iterable

from config.live.announcing import EVERYTHING

REMEMBERED = 10.0  # seconds: longer than a page takes from being rendered to listening


class Subscriber:
    """One open stream. Its backlog is a set of topics it may see, so a slow reader costs no memory."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(allowed) | {EVERYTHING}
        self.pending: set[str] = set()
        self.woken = asyncio.Event()

    def offer(self, topics: set[str]) -> None:
        seen = topics & self.allowed
        if seen:
            self.pending |= seen
            self.woken.set()

    def take(self) -> list[str]:
        taken = sorted(self.pending)
        self.pending = set()
        self.woken.clear()
        return taken


class Hub:
    """The open streams of one event loop, and what changed in the last few seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.subscribers: set[Subscriber] = set()
        self.clock = clock
        self.changed_at: dict[str, float] = {}
        self.watching = asyncio.Event()

    def subscribe(self, allowed: Iterable[str]) -> Subscriber:
        """A new stream. It first hears what changed while its page was on the way."""
        subscriber = Subscriber(allowed)
        self.subscribers.add(subscriber)
        now = self.clock()
        subscriber.offer({topic for topic, at in self.changed_at.items() if now - at < REMEMBERED})
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)

    def publish(self, topics: Iterable[str]) -> None:
        now = self.clock()
        changed = set(topics)
        self.changed_at = {topic: at for topic, at in self.changed_at.items() if now - at < REMEMBERED}
        self.changed_at |= dict.fromkeys(changed, now)
        for subscriber in self.subscribers:
            subscriber.offer(changed)

    def watch_begins(self) -> None:
        """Whatever happened before the watcher was connected is unknown, so everyone asks again."""
        self.watching.set()
        self.publish({EVERYTHING})

    def watch_ends(self) -> None:
        self.watching.clear()
