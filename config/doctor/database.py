"""The database: whether it answers, which one it is, whether it has this release's schema, and its clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.utils import timezone

from config.doctor.findings import Finding, broken, fine, look
from config.schema import missing_migrations

DATABASE, SCHEMA, CLOCK = "database", "migrations", "clock"
NOTICEABLE, TOO_FAR = timedelta(seconds=2), timedelta(seconds=30)
AMISS = "Let both machines keep their time by NTP (timedatectl): deadlines and one-time codes go by it."


def findings() -> Iterator[Finding]:
    name = connection.display_name if connection.vendor == "postgresql" else "SQLite"
    try:
        connection.ensure_connection()
        version = ".".join(str(part) for part in connection.get_database_version())
        connection.check_database_version_supported()
    except DatabaseError as problem:
        says = f"{name} does not answer: {' '.join(str(problem).split())}"
        yield broken(DATABASE, says, "See that it runs, and that DATABASE_URL is right.")
        return
    yield fine(DATABASE, f"{name} {version} answers.")
    missing = missing_migrations()
    if missing:
        first = ".".join(missing[0])
        yield broken(
            SCHEMA, f"{len(missing)} migrations are not applied, the first is {first}.", "Run: manage.py migrate"
        )
    else:
        yield fine(SCHEMA, "All migrations are applied.")


def clock(_at: datetime) -> Iterator[Finding]:
    """Against the database's, which is another machine's with PostgreSQL. Half the way there and back is taken off."""
    if connection.vendor == "sqlite":
        yield fine(CLOCK, f"It is {timezone.now():%Y-%m-%d %H:%M:%S} UTC; SQLite has no clock of its own.")
        return
    before = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0].astimezone(UTC)
    after = timezone.now()
    off = theirs - (before + (after - before) / 2)
    yield of_clocks(off)


def of_clocks(off: timedelta) -> Finding:
    size = abs(off)
    if size < NOTICEABLE:
        return fine(CLOCK, f"This machine and the database agree to {size.total_seconds():.1f} s.")
    side = "ahead of" if off > timedelta() else "behind"
    says = f"The database's clock is {size.total_seconds():.0f} s {side} this machine's."
    return look(CLOCK, says, AMISS) if size < TOO_FAR else broken(CLOCK, says, AMISS)
