"""Gives Django's own sign-in checks the user that was read with the session, so that it is not read twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthenticationMiddleware
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

_joined_user: ContextVar[AbstractBaseUser | None] = ContextVar("joined_user", default=None)


class AuthenticationMiddleware(DjangoAuthenticationMiddleware):
    """request.user and request.auser() as Django defines them, without a statement of their own."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(get_user, request))
        request.auser = partial(aget_user, request)


class JoinedUserMixin:
    """For the authentication backend. Whether this person may still sign in is asked as always."""

    def get_user(self, user_id: Any) -> AbstractBaseUser | None:
        user = _joined_user.get()
        if user is None or user.pk != user_id:
            return super().get_user(user_id)
        return user if self.user_can_authenticate(user) else None

    async def aget_user(self, user_id: Any) -> AbstractBaseUser | None:
        user = _joined_user.get()
        if user is None or user.pk != user_id:
            return await super().aget_user(user_id)
        return user if self.user_can_authenticate(user) else None


def get_user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Django checks the backend, the hash of the password and its fallbacks; only the row comes without a query."""
    if not hasattr(request, "_cached_user"):
        request.session.get(auth.SESSION_KEY)  # reads the session, if nobody has yet
        with _offering(request):
            request._cached_user = auth.get_user(request)
    return request._cached_user


async def aget_user(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    if not hasattr(request, "_acached_user"):
        await request.session.aget(auth.SESSION_KEY)
        with _offering(request):
            request._acached_user = await auth.aget_user(request)
    return request._acached_user


@contextmanager
def _offering(request: HttpRequest) -> Iterator[None]:
    """For the time of one check; the user is then forgotten, so that no later check sees an old row."""
    token = _joined_user.set(getattr(request.session, "joined_user", None))
    request.session.joined_user = None
    try:
        yield
    finally:
        _joined_user.reset(token)
