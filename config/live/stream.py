"""GET /events: server-sent events, through which open pages learn what changed.

A stream sends
- "retry: N" first: the browser reconnects N ms after the stream has ended, which it does every LIVE_MINUTES,
  and as soon as the rights of the person change;
- "data: queue-3 queue-3/17": messages, separated by spaces (config.live.messages);
- "event: pace" with "data: N": from now on a page leaves N ms between its requests, when many pages are open;
- ": still here": nothing has happened; proxies keep the connection.
Status 401: not signed in. 503: this server has no streams, so pages ask on their own from time to time.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.live.hub import Hub, Subscriber
from config.live.messages import RIGHTS, rights_of
from config.live.watcher import watched_hub

WATCHER_TIMEOUT = 5.0  # seconds
KEEPALIVE = 15.0  # seconds between comments, so that proxies keep the connection


@login_not_required  # it answers 401 itself: a redirect to a page would end the stream for good
async def events(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Topics that this person may follow and numbers of entries that left them; never a lead's data (C9)."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(_("No live updates here; pages ask by themselves."), status=503, content_type="text/plain")
    allowed = await sync_to_async(_allowed_topics)(request)
    if allowed is None:
        return HttpResponse(_("Please sign in."), status=401, content_type="text/plain")
    response = StreamingHttpResponse(_stream(allowed), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _allowed_topics(request: HttpRequest) -> set[str] | None:
    """Read once, before the stream; then the connection is closed, because a stream must not hold one."""
    try:
        if not request.user.is_authenticated:
            return None
        topics = import_string(settings.LIVE_TOPICS)(request.user, at=timezone.now())
        return topics | {rights_of(request.user.pk)}
    finally:
        if not connection.in_atomic_block:
            connection.close()


async def _stream(allowed: set[str]) -> AsyncIterator[bytes]:
    """Ends after LIVE_MINUTES, or when rights change: the browser reconnects, and its rights are read again."""
    loop = asyncio.get_running_loop()
    end = loop.time() + settings.LIVE_MINUTES * 60 * random.uniform(0.8, 1.2)  # not all at once
    hub = watched_hub()
    subscriber = hub.subscribe(allowed)
    try:
        with suppress(TimeoutError):  # from the first line on nothing is missed
            async with asyncio.timeout(WATCHER_TIMEOUT):
                await hub.watching.wait()
        yield f"retry: {random.randint(1000, 3000)}\n\n".encode()
        while (left := end - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(KEEPALIVE, left)):  # no task of its own, as wait_for has
                    await subscriber.woken.wait()
            messages = subscriber.take()
            if any(message.startswith(RIGHTS) for message in messages):
                return  # the page connects again and asks for everything
            yield _next_events(hub, subscriber, messages)
    finally:
        hub.unsubscribe(subscriber)


def _next_events(hub: Hub, subscriber: Subscriber, messages: list[str]) -> bytes:
    """The new messages, after the pace if that has changed by a quarter; or a comment."""
    pace = hub.pace(settings.LIVE_ASKS)
    if not messages:
        return b": still here\n\n"
    text = f"data: {' '.join(messages)}\n\n"
    if abs(pace - subscriber.pace) * 4 > subscriber.pace:
        subscriber.pace = pace
        text = f"event: pace\ndata: {pace}\n\n{text}"
    return text.encode()
