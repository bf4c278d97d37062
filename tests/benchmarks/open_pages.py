"""Open pages without a browser, in one event loop: each hears the stream and asks for its parts as live.js would."""

import asyncio
import html
import random
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

PAUSE, SPREAD = 0.25, 0.1  # of static/js/live.js, in seconds
AGAIN = re.compile(r'data-live="[^"]*"[^>]* hx-get="([^"]+)"')
TAG, ASKS, LIVE = (
    re.compile(r"<[a-z]+\b[^>]*>"),
    re.compile(r'\bhx-get="([^"]+)"'),
    re.compile(r'\bdata-live="([^"]*)"'),
)
EVERY = re.compile(r'hx-trigger="[^"]*every (\d+)s')


@dataclass(slots=True)
class Part:
    """A living part: where it asks, how often htmx asks by itself, when it asked last and will ask next."""

    address: str
    is_common: bool  # it shows queues, which everybody follows
    every: float
    last: float = float("-inf")
    within: float = 0.0
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Seen:
    """What all pages together noticed."""

    gone: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    answers: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=lambda: defaultdict(int))


def desk_parts() -> list[Part]:
    return [
        Part("/desk/waiting/", True, 30),
        Part("/desk/next/", True, 30),
        Part("/desk/mine/", False, 30),
        Part("/desk/day/", False, 30),
        Part("/frame/inbox/", False, 60),
    ]


def parts_of(page: str, body: str) -> list[Part]:
    """The parts of this page that htmx asks for again and again."""
    found = []
    for tag in TAG.findall(body):
        where, how_often = ASKS.search(tag), EVERY.search(tag)
        if where and how_often:
            topics = LIVE.search(tag)
            is_common = any(topic.startswith("queue-") for topic in topics.group(1).split()) if topics else False
            found.append(Part(urljoin(page, html.unescape(where.group(1))), is_common, float(how_often.group(1))))
    return found


class OpenPage:
    """One person's page: a stream, and parts that ask."""

    def __init__(
        self, cookie: str, own: Sequence[str], *, parts: list[Part], pages: str, events: str, seen: Seen
    ) -> None:
        self.cookie, self.own, self.seen = cookie, frozenset(own), seen
        self.pages, self.events = urlsplit(pages), urlsplit(events)
        self.pace = 0.0
        self.is_open = asyncio.Event()
        self.parts = parts
        self.asking: set[asyncio.Task[None]] = set()
        self.is_closed = False

    async def listen(self) -> None:
        """Hears the news until it is cancelled; a stream that ends is a failure of the run."""
        reader, writer = await asyncio.open_connection(self.events.hostname, self.events.port)
        try:
            writer.write(self._head("GET", "/events", self.events.netloc, "Accept: text/event-stream\r\n"))
            status = await reader.readline()
            assert b" 200 " in status, status
            is_pace = False
            while line := await reader.readline():
                if line.startswith(b"retry: "):
                    self.is_open.set()
                elif line.startswith(b"event: pace"):
                    is_pace = True
                elif line.startswith(b"data: "):
                    if is_pace:
                        self.pace = int(line[6:]) / 1000
                    else:
                        self._hear(line[6:].decode().split())
                    is_pace = False
            raise AssertionError("a stream ended")
        finally:
            writer.close()

    def _hear(self, words: Sequence[str]) -> None:
        now = time.perf_counter()
        for word in words:
            _topic, _slash, entry = word.partition("/")
            if entry.isdecimal():
                self.seen.gone[int(entry)].append(now)
        topics = {word.partition("/")[0] for word in words}
        common = [part for part in self.parts if part.is_common]
        if topics & self.own:
            for part in self.parts:
                if not part.is_common:
                    self._plan(part)
        if any(topic == "*" or topic.startswith("queue-") for topic in topics):
            for part in common:
                self._plan(part, self.pace * len(common))

    def acted(self) -> None:
        """After an own act what comes next is asked for at once (data-acts)."""
        self._plan(self.parts[1])

    def poll(self) -> None:
        """A page that has been open for a while: htmx's own clock and the pace are at any moment of their rounds. What
        the page planned while few others were open is planned again."""
        loop = asyncio.get_running_loop()
        for part in self.parts:
            if part.timer is not None:
                part.timer.cancel()
                part.timer = None
            rounds = 2 if part.is_common else len(self.parts)
            part.last = loop.time() - random.uniform(0, self.pace * rounds)
            loop.call_later(random.uniform(0, part.every), self._by_clock, part)

    def _by_clock(self, part: Part) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(part.every, self._by_clock, part)
        if loop.time() - part.last >= self.pace * len(self.parts):
            self._ask_soon(part)

    def _plan(self, part: Part, within: float = 0.0) -> None:
        if part.timer is not None:
            if part.within <= within:
                return
            part.timer.cancel()
        loop = asyncio.get_running_loop()
        due = max(loop.time() + max(SPREAD, within) * random.random(), part.last + max(PAUSE, within))
        part.within, part.timer = within, loop.call_at(due, self._ask_soon, part)

    def _ask_soon(self, part: Part) -> None:
        if self.is_closed:
            return
        part.timer, part.last = None, asyncio.get_running_loop().time()
        task = asyncio.create_task(self._ask(part))
        self.asking.add(task)
        task.add_done_callback(self.asking.discard)

    def close(self) -> None:
        self.is_closed = True

    async def _ask(self, part: Part) -> None:
        began = time.perf_counter()
        try:
            status, body = await self.request("GET", part.address)
        except (TimeoutError, OSError):
            status, body = 0, ""
        self.seen.answers.append(time.perf_counter() - began)
        self.seen.statuses[status] += 1
        if status == 200 and (found := AGAIN.search(body)):
            part.address = urljoin(part.address, html.unescape(found.group(1)))

    async def request(self, method: str, path: str, more: str = "", body: str = "") -> tuple[int, str]:
        reader, writer = await asyncio.open_connection(self.pages.hostname, self.pages.port)
        try:
            head = self._head(method, path, self.pages.netloc, f"HX-Request: true\r\nConnection: close\r\n{more}")
            writer.write(head + body.encode())
            answer = await asyncio.wait_for(reader.read(), 30)
        finally:
            writer.close()
        top, _blank, rest = answer.partition(b"\r\n\r\n")
        return int(top.split(None, 2)[1]), rest.decode(errors="replace")

    async def take_next(self, queue: str) -> tuple[int, float]:
        """The press of the button, with the form's own token: the status, and the seconds until it was answered."""
        began = time.perf_counter()
        form = f"queue={queue}"
        more = f"X-CSRFToken: {'a' * 32}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        status, _body = await self.request("POST", "/take-next/", f"{more}Content-Length: {len(form)}\r\n", form)
        self.acted()
        return status, time.perf_counter() - began

    def _head(self, method: str, path: str, place: str, more: str) -> bytes:
        return f"{method} {path} HTTP/1.1\r\nHost: {place}\r\nCookie: {self.cookie}\r\n{more}\r\n".encode()
