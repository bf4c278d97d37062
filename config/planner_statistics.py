"""Refreshes the statistics of PostgreSQL's planner while many rows arrive."""

from django.db import connection

GROWN_TABLES = """
    SELECT relname FROM pg_stat_user_tables
    WHERE schemaname = current_schema() AND n_mod_since_analyze > 1000 AND n_mod_since_analyze > n_live_tup / 2
    ORDER BY relname
"""


def refresh_statistics() -> list[str]:
    """Analyses the tables that grew by half; returns their names. SQLite does not need it.

    Autovacuum runs once a minute at best. Until then PostgreSQL plans for an almost empty table, and each lead of a
    large import costs more than the one before.
    """
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(GROWN_TABLES)
        names = [name for (name,) in cursor.fetchall()]
        for name in names:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(name)}")
    return names
