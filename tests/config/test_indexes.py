"""What a migration makes beside writers can be made again after a run that was broken off."""

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from config.indexes import AddIndexBesideWriters, AddUniqueBesideWriters
from leads.models import Identity
from routing.models import Assignment
from routing.models.assignment import UNCONTACTED

NAME = "routing_contact_by_place"
INDEX = models.Index(fields=["place_id", "id"], condition=UNCONTACTED, name=NAME)
BREAK = {
    "postgresql": f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('{NAME}')",
    "sqlite": f"DROP INDEX {NAME}",
}


def is_there() -> bool:
    with connection.cursor() as cursor:
        found = NAME in connection.introspection.get_constraints(cursor, Assignment._meta.db_table)
        if found and connection.vendor == "postgresql":
            cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [NAME])
            found = cursor.fetchall() == [(True,)]
    return found


@pytest.mark.django_db(transaction=True)
def test_an_index_that_a_broken_run_left_is_made_anew():
    """SQLite has one writer and makes it at once, so there is nothing left of a broken run."""
    state = MigrationLoader(connection).project_state()
    with connection.cursor() as cursor:
        cursor.execute(BREAK[connection.vendor])
    assert not is_there()
    with connection.schema_editor(atomic=False) as editor:
        AddIndexBesideWriters("assignment", INDEX).database_forwards("routing", editor, state, state)
    assert is_there()


def unique_of_identities() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Identity._meta.db_table)
    return tuple(sorted(name for name, each in found.items() if each["unique"] and not each["primary_key"]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("runs", [1, 2])
def test_a_constraint_is_made_beside_writers_and_again_after_a_broken_run(runs: int):
    state = MigrationLoader(connection).project_state()
    constraint = next(each for each in Identity._meta.constraints if each.name == "leads_one_lead_per_own_identity")
    before = unique_of_identities()
    with connection.schema_editor() as editor:
        editor.remove_constraint(Identity, constraint)
    for _run in range(runs if connection.vendor == "postgresql" else 1):  # SQLite makes it at once or not at all
        with connection.schema_editor(atomic=False) as editor:
            AddUniqueBesideWriters("identity", constraint).database_forwards("leads", editor, state, state)
    assert (unique_of_identities(), len(before)) == (before, 1)
