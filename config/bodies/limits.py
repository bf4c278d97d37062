"""How many bytes of a request are read: by its address, and by who sends it. Nobody has to be asked for a small one."""

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.utils.module_loading import import_string

TOO_LARGE = "alur.body_is_too_large"  # in the environ or scope of a request whose body was not read
VISITOR = 512 * 1024  # more than a form that is kept until its sender has signed in again (config.kept.form)
DRAINED = 16 * 1024 * 1024  # so much is thrown away before the answer, so that a browser gets to read it
BY_SENDER = "config.bodies.senders.limit_by_sender"  # by name: the servers' doors come before the tables are known


def limit_of(path: str, cookies: str) -> int:
    """In bytes; `cookies` is the header of the request. Needed for a body that is larger than smallest_limit()."""
    fixed = _fixed_limit(path)
    return import_string(BY_SENDER)(path, cookies) if fixed is None else fixed


def smallest_limit(path: str) -> int:
    """So much anybody may send there."""
    fixed = _fixed_limit(path)
    return VISITOR if fixed is None else fixed


def drained_after(limit: int) -> int:
    return max(DRAINED, limit)


def is_too_large(request: HttpRequest) -> bool:
    """Whether the body was left unread for its size."""
    place = request.scope if isinstance(request, ASGIRequest) else request.META
    return bool(place.get(TOO_LARGE))


def _fixed_limit(path: str) -> int | None:
    return next((limit for start, limit in settings.BODY_LIMITS.items() if path.startswith(start)), None)
