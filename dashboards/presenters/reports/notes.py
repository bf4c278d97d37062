"""Notes beside figures that are being counted again (E10)."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from config.web.figures import number


def recount_notes(days: int) -> list[str]:
    """So many days of the period of the page."""
    if not days:
        return []
    text = ngettext(
        "%(n)s day of this period is being counted again; its figures may still change.",
        "%(n)s days of this period are being counted again; their figures may still change.",
        days,
    )
    return [text % {"n": number(days)}]


def recount_notes_since(start: datetime, days: int) -> list[str]:
    """So many days, for figures that go back from now to `start`."""
    if not days:
        return []
    text = ngettext(
        "%(n)s day since %(first)s is being counted again; these figures may still change.",
        "%(n)s days since %(first)s are being counted again; these figures may still change.",
        days,
    )
    return [text % {"n": number(days), "first": date_format(localtime(start), "j M")}]
