"""Hands messages to the open streams of one process; nothing in it grows with the number of changes."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from config.live.messages import EVERYTHING, RIGHTS, by_topic, opposite, topic_of

MEMORY_SECONDS = 10.0  # longer than a page takes from being rendered to listening
UNPACED_STREAMS = 10  # as long as no more are open, pages ask as soon as they receive a message
MAX_MESSAGES = 500  # in one memory; beyond that only topics are kept, and pages learn the rest when they ask again


class Subscriber:
    """One open stream. Its backlog is a set of messages it may receive, so a slow reader costs no memory."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(allowed) | {EVERYTHING}
        self.pending: set[str] = set()
        self.woken = asyncio.Event()
        self.pace = 0  # as sent last

    def offer(self, messages: Mapping[str, Sequence[str]]) -> None:
        """Messages under the topic that one must follow to receive them (C9)."""
        topics = messages.keys() & self.allowed
        if not topics:
            return
        for topic in topics:
            for message in messages[topic]:
                self.pending.discard(opposite(message) or "")
                self.pending.add(message)
        if len(self.pending) > MAX_MESSAGES:
            self.pending = {topic_of(message) for message in self.pending}
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
        self.streams_elsewhere = 0  # in other processes, as of a few seconds ago

    @property
    def streams(self) -> int:
        """How many streams are open in all processes."""
        return len(self.subscribers) + self.streams_elsewhere

    def pace(self, requests_per_second: float) -> int:
        """Milliseconds between two requests of one page, so that all pages together send so many requests a second.
        Few pages need not wait for each other."""
        return round(max(0, self.streams - UNPACED_STREAMS) * 1000 / requests_per_second)

    def subscribe(self, allowed: Iterable[str]) -> Subscriber:
        """A new stream. It first receives what changed while its page was on the way."""
        subscriber = Subscriber(allowed)
        self.subscribers.add(subscriber)
        now = self.clock()
        subscriber.offer(by_topic(each for each, at in self.changed_at.items() if now - at < MEMORY_SECONDS))
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)

    def publish(self, messages: Iterable[str]) -> None:
        """Messages in the order of their commits; grouped once for all streams."""
        grouped = by_topic(messages)
        self._remember([message for each in grouped.values() for message in each if not message.startswith(RIGHTS)])
        for subscriber in self.subscribers:
            subscriber.offer(grouped)

    def _remember(self, messages: Sequence[str]) -> None:
        now = self.clock()
        replaced = {opposite(message) for message in messages}
        recent = {each: at for each, at in self.changed_at.items() if now - at < MEMORY_SECONDS}
        kept = {each: at for each, at in recent.items() if each not in replaced} | dict.fromkeys(messages, now)
        self.changed_at = kept if len(kept) <= MAX_MESSAGES else dict.fromkeys(map(topic_of, kept), now)

    def start_watching(self) -> None:
        """What happened before the watcher was connected is unknown, so all pages ask again."""
        self.watching.set()
        self.publish({EVERYTHING})

    def stop_watching(self) -> None:
        self.watching.clear()
