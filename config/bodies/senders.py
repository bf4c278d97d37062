"""How much a person may send, asked before anything of the request is read: the session says who it is."""

from typing import cast

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest, parse_cookie

from config.bodies.limits import VISITOR
from config.sessions.store import SessionStore
from config.sessions.user import get_user


def limit_by_sender(path: str, cookies: str) -> int:
    """In bytes; `cookies` is the header of the request. It is asked outside of a request, so the connection is looked
    after here."""
    close_old_connections()
    try:
        return _limit_for(cookies, *settings.BODY_LIMITS_OF_FILES.get(path, (0, "")))
    except DatabaseError:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # the view finds that out too, and answers it
    finally:
        if settings.ALUR_SERVER == "asgi" and not connection.in_atomic_block:
            connection.close()


def _limit_for(cookies: str, files: int, right: str) -> int:
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    person = get_user(request)
    if not person.is_authenticated:
        return VISITOR
    may_send_files = files and cast("User", person).has_perm(right)
    return files if may_send_files else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
