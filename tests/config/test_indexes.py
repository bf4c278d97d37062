"""An index that a migration makes beside writers can be made again after a run that was broken off."""

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from config.indexes import AddIndexBesideWriters
from routing.models.assignment import UNCONTACTED

NAME = "routing_contact_by_place"
INDEX = models.Index(fields=["place_id", "id"], condition=UNCONTACTED, name=NAME)
on_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer and makes it at once")


def is_valid() -> list[tuple[bool]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [NAME])
        return cursor.fetchall()


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_an_index_that_a_broken_run_left_is_made_anew():
    state = MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", [NAME])
    assert is_valid() == [(False,)]
    with connection.schema_editor(atomic=False) as editor:
        AddIndexBesideWriters("assignment", INDEX).database_forwards("routing", editor, state, state)
    assert is_valid() == [(True,)]
