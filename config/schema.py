"""Whether the database has the schema of this release: asked often, so the files of migrations are read once."""

from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Step = tuple[str, str]


@cache
def known_migrations() -> frozenset[Step]:
    """All that this release brings; they cannot change while it runs."""
    return frozenset(MigrationLoader(None).disk_migrations)


def missing_migrations() -> list[Step]:
    """What `migrate` would still do here. A database that is newer than this release has nothing missing: both work
    side by side during an upgrade. DatabaseError if it does not answer."""
    return sorted(known_migrations() - set(MigrationRecorder(connection).applied_migrations()))
