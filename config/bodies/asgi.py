"""Under an ASGI server: a body is measured while it arrives; Django would read all of it before anything else."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import sync_to_async

from config.bodies.limits import TOO_LARGE, drained_after, limit_of, smallest_limit

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]
DRAIN_SECONDS = 10.0
NOTHING: Message = {"type": "http.request", "body": b"", "more_body": False}


def measured(application: Any) -> Application:
    async def answer(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await application(scope, receive, send)
        body = _Body(dict(scope), receive, send)
        await application(body.scope, body.receive, body.send)

    return answer


class _Body:
    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self.scope, self._receive, self._send = scope, receive, send
        self._headers = {name.lower(): value for name, value in scope["headers"]}
        announced = self._headers.get(b"content-length", b"")
        self._announced = int(announced) if announced.isdigit() else 0
        self._length = 0
        self._limit = smallest_limit(scope["path"])

    async def receive(self) -> Message:
        if TOO_LARGE in self.scope:
            await asyncio.Event().wait()  # until the answer is sent: the rest is not read
        if self._announced > await self._limit_for(self._announced):
            return await self._leave_unread()
        message = await self._receive()
        self._length += len(message.get("body", b""))
        if self._length > await self._limit_for(self._length):
            return await self._leave_unread()
        if not message.get("more_body", False) and b"content-length" not in self._headers:
            # to Django a form in several parts without a length (chunked) would be empty
            self.scope["headers"] = [*self.scope["headers"], (b"content-length", str(self._length).encode())]
        return message

    async def send(self, message: Message) -> None:
        if TOO_LARGE in self.scope and message["type"] == "http.response.start":
            message = message | {"headers": [*message.get("headers", ()), (b"connection", b"close")]}
        await self._send(message)

    async def _limit_for(self, length: int) -> int:
        if length > self._limit:
            cookies = self._headers.get(b"cookie", b"").decode("latin-1")
            self._limit = await sync_to_async(limit_of)(self.scope["path"], cookies)
        return self._limit

    async def _leave_unread(self) -> Message:
        """Who waits for leave to send the body ("Expect") hears at once; others would not hear while they send."""
        self.scope[TOO_LARGE] = True
        if b"expect" not in self._headers:
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    return await self._drain(drained_after(self._limit))
        return NOTHING

    async def _drain(self, left: int) -> Message:
        while left > 0:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
            if not message.get("more_body", False):
                break
            left -= len(message.get("body", b""))
        return NOTHING
