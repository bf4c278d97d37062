"""What django-q keeps of a finished task is JSON, and no pickle in its table is ever read.

Its fields hold unsigned pickles: who can write that table could have run anything in the next process that lists
tasks. Tasks that wait are pickles too, but signed with the secret key.
"""

import json
from typing import Any

from django.apps import apps
from picklefield.fields import PickledObjectField  # type: ignore[import-untyped]

KEPT = ("args", "kwargs", "result")


class PlainField(PickledObjectField):
    """In the column of a pickle; a row of an earlier release is read as empty."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "picklefield.fields.PickledObjectField", args, kwargs  # for the database nothing has changed

    def get_db_prep_value(self, value: Any, connection: Any = None, prepared: bool = False) -> str | None:
        return None if value is None else json.dumps(value, default=str)

    def to_python(self, value: Any) -> Any:
        return value

    def from_db_value(self, value: str | None, *_args: Any) -> Any:
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return None

    def value_to_string(self, obj: Any) -> str | None:
        return self.get_db_prep_value(self.value_from_object(obj))


def keep_plain_results() -> None:
    for name in KEPT:
        apps.get_model("django_q", "Task")._meta.get_field(name).__class__ = PlainField
