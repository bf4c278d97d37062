"""Migrations from nothing, for the templates of test databases, in a third of the time that Django takes.

Before each operation Django makes the classes of all models again that are related to the one that changes: here nearly
all of them. The classes of the others are needed only where relations to a model are read, and in data migrations.
tests/upgrades migrates as everybody does, and compares the schemas.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db.migrations.operations import (
    AlterField,
    AlterModelTable,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

READ_RELATIONS = (AlterField, AlterModelTable, DeleteModel, RemoveField, RenameField, RenameModel)


@contextmanager
def quick_migrations() -> Iterator[None]:
    patches = [patch.object(ProjectState, "_find_reload_model", _only_itself)]
    patches += [patch.object(each, "database_forwards", _with_all(each.database_forwards)) for each in READ_RELATIONS]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


def _only_itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    state.is_delayed = True  # so a data migration has all classes made first
    return {(app_label, model_name)}


def _with_all(forwards: Callable[..., None]) -> Callable[..., None]:
    def with_all(
        operation: Operation, app_label: str, editor: object, before: ProjectState, after: ProjectState
    ) -> None:
        if _reads_relations(operation):
            before.clear_delayed_apps_cache()
            after.clear_delayed_apps_cache()
        forwards(operation, app_label, editor, before, after)

    return with_all


def _reads_relations(operation: Operation) -> bool:
    if not isinstance(operation, AlterField):
        return True
    return operation.field.is_relation or operation.field.primary_key or operation.field.unique
