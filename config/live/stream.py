"""/events: the door through which open pages hear what changed."""

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
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from config.live.hub import Hub, Subscriber
from config.live.watcher import watched_hub

PATIENCE = 5.0  # seconds to wait for the watcher
SIGN_OF_LIFE = 15.0  # seconds between comments, so that proxies keep the connection


@login_not_required  # it answers 401 itself: a redirect to a page would end the stream for good
async def events(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Names of changed topics this person may follow, and numbers of what left them; never a lead's data. Pages take
    away what is gone and ask for their parts again, spread over a time that grows with the number of streams."""
    if not isinstance(request, ASGIRequest):
        return HttpResponse(_("No live updates here; pages ask by themselves."), status=503, content_type="text/plain")
    allowed = await sync_to_async(_allowed_topics)(request)
    if allowed is None:
        return HttpResponse(_("Please sign in."), status=401, content_type="text/plain")
    response = StreamingHttpResponse(_frames(allowed), content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def _allowed_topics(request: HttpRequest) -> set[str] | None:
    """Asked once, before the stream; then the connection goes back, for a stream must not hold one."""
    try:
        if not request.user.is_authenticated:
            return None
        return import_string(settings.LIVE_TOPICS)(request.user)
    finally:
        if not connection.in_atomic_block:
            connection.close()


async def _frames(allowed: set[str]) -> AsyncIterator[bytes]:
    """Ends after some minutes: the browser comes back by itself and its rights are asked for again."""
    loop = asyncio.get_running_loop()
    end = loop.time() + settings.LIVE_MINUTES * 60 * random.uniform(0.8, 1.2)  # not all at once
    hub = watched_hub()
    subscriber = hub.subscribe(allowed)
    try:
        with suppress(TimeoutError):  # from the first line on nothing is missed
            async with asyncio.timeout(PATIENCE):
                await hub.watching.wait()
        yield f"retry: {random.randint(1000, 3000)}\n\n".encode()
        while (left := end - loop.time()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(min(SIGN_OF_LIFE, left)):  # no task of its own, as wait_for has
                    await subscriber.woken.wait()
            yield _frame(hub, subscriber)
    finally:
        hub.unsubscribe(subscriber)


def _frame(hub: Hub, subscriber: Subscriber) -> bytes:
    """What is new, after the pace if that has changed by a quarter; or a sign of life."""
    words, pace = subscriber.take(), hub.pace(settings.LIVE_ASKS)
    if not words:
        return b": still here\n\n"
    frame = f"data: {' '.join(words)}\n\n"
    if abs(pace - subscriber.pace) * 4 > subscriber.pace:
        subscriber.pace = pace
        frame = f"event: pace\ndata: {pace}\n\n{frame}"
    return frame.encode()
