"""Empties the database after a test whose transactions were real."""

from functools import cache

from django.db import connection, transaction

# Made by migrate for every database, the same for all tests.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def empty_tables(_case: object) -> None:
    """Takes the place of Django's flush, which empties every table and then makes kinds, permissions and groups anew,
    once for each app: a second of work, and new numbers that a running server does not know."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_filled())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


@cache
def _filled() -> str:
    names = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in names)
    return " UNION ALL ".join(asked)
