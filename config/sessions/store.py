"""The session engine (settings.SESSION_ENGINE): Django's database sessions, read together with their user."""

from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from config.models import Session
from config.sessions.statement import read_session


class SessionStore(DatabaseStore):
    """Everything is Django's, but the row has a user column, which always says what the signed data says.

    The class keeps its name: the name is part of the signature of the data.
    """

    joined_user: AbstractBaseUser | None = None  # as it was read with the session; nobody has checked it yet

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

    def _open(self, row: Session) -> dict[str, Any]:
        self.joined_user = row.user
        return self.decode(row.session_data)


def user_id_in(data: dict[str, Any]) -> Any:
    """The key of the user who is signed in according to the data of a session; None for a visitor."""
    given = data.get(SESSION_KEY)
    return None if given is None else get_user_model()._meta.pk.to_python(given)
