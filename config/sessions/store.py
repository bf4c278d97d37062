"""The session engine (settings.SESSION_ENGINE): Django's database sessions, read together with their user."""

from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from config.models import Session
from config.sessions.statement import read_session

STARTED = "signed_in_at"  # seconds since 1970


class SessionStore(DatabaseStore):
    """Everything is Django's, but the row has a user column, which always says what the signed data says.

    The class keeps its name: the name is part of the signature of the data.
    """

    joined_user: AbstractBaseUser | None = None  # as it was read with the session; nobody has checked it yet
    ends_at: datetime | None = None  # as it was read; None for a new session, which has its whole time before it

    def __init__(self, session_key: str | None = None) -> None:
        """A cookie may hold anything, even a NUL character, for which PostgreSQL cannot be asked."""
        is_possible = session_key is None or (session_key.isascii() and session_key.isalnum())
        super().__init__(session_key if is_possible else None)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        return self._open(row) if row else {}

    async def aload(self) -> dict[str, Any]:
        row = await self._aget_session_from_db()
        return self._open(row) if row else {}

    def _get_session_from_db(self) -> Session | None:
        if connection.vendor != "postgresql":
            return super()._get_session_from_db()
        row = read_session(self.session_key, at=timezone.now())
        if row is None:
            self._session_key = None  # as Django does: a key that is not ours is never used again
        return row

    async def _aget_session_from_db(self) -> Session | None:
        return await sync_to_async(self._get_session_from_db)()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        row.user_id = user_id_in(data)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Session:
        row = await super().acreate_model_instance(data)
        row.user_id = user_id_in(data)
        return row

    def start(self, *, at: datetime) -> None:
        """At a sign-in: from now on its time runs, however much it is used (J4)."""
        self[STARTED] = at.timestamp()

    def move_on(self, *, at: datetime) -> None:
        """The session was used. Its end is written when it moves by more than a twentieth of the idle time (J4)."""
        if self.ends_at is None or self.get_expire_at_browser_close() or SESSION_KEY not in self:  # just signed out
            return
        if STARTED not in self:  # of an older release
            self.start(at=at)
        idle = timedelta(seconds=self.get_session_cookie_age())
        if abs(self.ends_at - min(at + idle, self._last_end())) > idle / 20:
            self.ends_at, self.modified = None, True

    def create(self) -> None:
        self.ends_at = None
        super().create()

    def get_expiry_age(self, **kwargs: Any) -> int:
        """Seconds. A session that is written for another reason than its use ends when it would have ended anyway."""
        if kwargs:
            return super().get_expiry_age(**kwargs)
        return max(0, round((self.get_expiry_date() - timezone.now()).total_seconds()))

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        if kwargs:
            return super().get_expiry_date(**kwargs)
        return min(self.ends_at or super().get_expiry_date(), self._last_end())

    def _last_end(self) -> datetime:
        started = self.get(STARTED)
        if started is None:
            return datetime.max.replace(tzinfo=UTC)
        return datetime.fromtimestamp(started, UTC) + timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS)

    def _open(self, row: Session) -> dict[str, Any]:
        self.joined_user, self.ends_at = row.user, row.expire_date
        return self.decode(row.session_data)


def user_id_in(data: dict[str, Any]) -> Any:
    """The key of the user who is signed in according to the data of a session; None for a visitor."""
    given = data.get(SESSION_KEY)
    return None if given is None else get_user_model()._meta.pk.to_python(given)
