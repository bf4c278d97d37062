"""Which function puts a JSON column into words; each app registers its own in `apps.py: ready()`."""

from collections.abc import Callable

JSON_PRESENTERS: dict[str, Callable[[object], str]] = {}


def register_json_presenter(column: str, presenter: Callable[[object], str]) -> None:
    """`column` is the name of the model field: conditions read as sentences, working hours as a week."""
    JSON_PRESENTERS[column] = presenter
