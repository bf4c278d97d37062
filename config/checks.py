"""System checks for mistakes that show under load only."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.database)
@register(Tags.compatibility)
def connections_fit_the_server(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Under ASGI a kept connection belongs to a thread that is not used again: PostgreSQL would run out of them."""
    if settings.ALUR_SERVER != "asgi":
        return []
    return [
        Error(
            f"CONN_MAX_AGE of database {name!r} is not 0 under ASGI: connections would pile up until none is left.",
            hint="Unset DB_CONN_MAX_AGE; the pool (DB_POOL) keeps connections open instead.",
            id="config.E001",
        )
        for name, database in settings.DATABASES.items()
        if database.get("CONN_MAX_AGE", 0) != 0
    ]
