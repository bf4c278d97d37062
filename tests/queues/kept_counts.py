"""What is kept of the past, as plain rows; and the same counted again from nothing."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.forms.models import model_to_dict

from queues.actions.figures import sweep
from queues.actions.figures.days import DAYS, HOURS
from queues.models import FigureState, StaleDay


def kept() -> dict[str, set[tuple]]:
    """Rows in which nothing is counted say nothing."""
    return {model.__name__: {_plain(row) for row in model.objects.order_by("pk")} for model in (*DAYS, *HOURS)}


def recounted(*, at: datetime, read: Callable[[], dict[str, set[tuple]]] = kept) -> dict[str, set[tuple]]:
    """Counted with nothing known, and then put back as it was."""
    with transaction.atomic():
        for model in (*DAYS, *HOURS, StaleDay, FigureState):
            model.objects.all().delete()
        sweep.count_figures(at=at, patience=60)
        found = read()
        transaction.set_rollback(True)
    return found


def _plain(row) -> tuple:
    return tuple(sorted((name, str(value)) for name, value in model_to_dict(row).items() if name != "id"))
