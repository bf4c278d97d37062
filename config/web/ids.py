"""Ids of rows in URLs, queries and forms: whole numbers that a database can compare with a key."""

from django.urls import register_converter
from django.urls.converters import IntConverter

MAX_ID = 2**63 - 1
MAX_DIGITS = 19


class IdConverter(IntConverter):
    """`<id:pk>` in a path; a number that no row can have is 404, as any unknown id."""

    regex = f"[0-9]{{1,{MAX_DIGITS}}}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValueError
        return number


def read_id(text: str) -> int | None:
    """The id in a query or a form, if it is one."""
    number = int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else MAX_ID + 1
    return number if number <= MAX_ID else None


register_converter(IdConverter, "id")
