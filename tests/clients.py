"""The client of view tests, and what a refusal says and leaves unchanged."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client

SIGN_IN = "routing.backends.RoutingBackend"


class PersonClient(Client):
    """Signs people in as the sign-in page does; Django's own client would name the backend of the throttle."""

    def force_login(self, user: User, backend: str | None = SIGN_IN) -> None:
        super().force_login(user, backend)

    def part_client(self) -> "PersonClient":
        """The same browser, asking for parts of pages."""
        parts = PersonClient(headers={"HX-Request": "true"})
        parts.cookies = self.cookies
        return parts


NOT_FOUND = (404, "Nothing here")
FORBIDDEN = (403, "This is not for you")
UNREADABLE = (400, "We could not read this request")


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """The status of a refusal, and what its page says first."""
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    return answer.status_code, heading.group(1).strip() if heading else answer.content.decode()[:200]


@contextmanager
def nothing_changes() -> Iterator[None]:
    """No row of ours is another one afterwards."""
    before = _rows()
    yield
    assert _rows() == before


def _rows() -> dict[str, list[tuple]]:
    models = [model for label in ("leads", "routing", "queues") for model in apps.get_app_config(label).get_models()]
    found, quote = {}, connection.ops.quote_name
    with connection.cursor() as cursor:  # by the ORM the statements alone would cost more than what is tested
        for model in models:
            order = ", ".join(quote(field.column) for field in model._meta.pk_fields)
            cursor.execute(f"SELECT * FROM {quote(model._meta.db_table)} ORDER BY {order}")
            found[model.__name__] = cursor.fetchall()
    return found
