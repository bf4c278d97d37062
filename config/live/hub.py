"""Hands the news to the open streams of one process; nothing in it grows with the number of changes."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from config.live import news
from config.live.announcing import EVERYTHING

REMEMBERED = 10.0  # seconds: longer than a page takes from being rendered to listening
FEW = 10  # open streams whose pages ask as soon as they hear
MOST = 500  # words in one memory; beyond that only topics are kept, and pages learn the rest when they ask again


class Subscriber:
    """One open stream. Its backlog is a set of words it may hear, so a slow reader costs no memory."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self.allowed = frozenset(allowed) | {EVERYTHING}
        self.pending: set[str] = set()
        self.woken = asyncio.Event()
        self.pace = 0  # what it was told last

    def offer(self, told: Mapping[str, Sequence[str]]) -> None:
        """`told`: words under the topic that one must follow to hear them (C9)."""
        heard = told.keys() & self.allowed
        if not heard:
            return
        for topic in heard:
            for word in told[topic]:
                self.pending.discard(news.opposite(word) or "")
                self.pending.add(word)
        if len(self.pending) > MOST:
            self.pending = {news.topic_of(word) for word in self.pending}
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
        self.elsewhere = 0  # streams of other processes, as of a few seconds ago

    @property
    def listeners(self) -> int:
        """How many streams are open in all processes."""
        return len(self.subscribers) + self.elsewhere

    def pace(self, asks: float) -> int:
        """Milliseconds that each page leaves for every request that follows the news, so that all of them together ask
        `asks` times a second. Few pages need not wait for each other."""
        return round(max(0, self.listeners - FEW) * 1000 / asks)

    def subscribe(self, allowed: Iterable[str]) -> Subscriber:
        """A new stream. It first hears what changed while its page was on the way."""
        subscriber = Subscriber(allowed)
        self.subscribers.add(subscriber)
        now = self.clock()
        subscriber.offer(news.by_topic(word for word, at in self.changed_at.items() if now - at < REMEMBERED))
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self.subscribers.discard(subscriber)

    def publish(self, words: Iterable[str]) -> None:
        """Words in the order in which they became true; grouped once for all streams."""
        told = news.by_topic(words)
        self._remember([word for each in told.values() for word in each])
        for subscriber in self.subscribers:
            subscriber.offer(told)

    def _remember(self, words: Sequence[str]) -> None:
        now = self.clock()
        overruled = {news.opposite(word) for word in words}
        kept = {word: at for word, at in self.changed_at.items() if now - at < REMEMBERED and word not in overruled}
        kept |= dict.fromkeys(words, now)
        self.changed_at = kept if len(kept) <= MOST else dict.fromkeys(map(news.topic_of, kept), now)

    def watch_begins(self) -> None:
        """Whatever happened before the watcher was connected is unknown, so everyone asks again."""
        self.watching.set()
        self.publish({EVERYTHING})

    def watch_ends(self) -> None:
        self.watching.clear()
