"""Notes above an answer: figures that are being counted again (E10)."""

from django.utils.translation import ngettext

from config.web.figures import number
from queues.queries.figures.asked import Asked, days_to_count_again


def recount_notes(asked: Asked) -> list[str]:
    """One query."""
    days = days_to_count_again(asked)
    if not days:
        return []
    text = ngettext(
        "%(n)s day of this period is being counted again; its figures may still change.",
        "%(n)s days of this period are being counted again; their figures may still change.",
        days,
    )
    return [text % {"n": number(days)}]
