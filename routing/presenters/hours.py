"""Presents a week of working hours; days in a row with equal hours become one phrase (D3, F5)."""

from collections.abc import Mapping
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.times import clock_text
from routing.decisions.availability.hours import WEEKDAYS

DAYS = dict(
    zip(
        WEEKDAYS,
        (
            lazy("Monday"),
            lazy("Tuesday"),
            lazy("Wednesday"),
            lazy("Thursday"),
            lazy("Friday"),
            lazy("Saturday"),
            lazy("Sunday"),
        ),
        strict=True,
    )
)


def week_text(raw: object) -> str:
    """Stored hours of a team; empty means the default hours."""
    if not isinstance(raw, Mapping) or not any(raw.values()):
        return _("Monday to Friday, 09:00-17:00")
    runs = [list(run) for _line, run in groupby(WEEKDAYS, key=lambda day: blocks_text(raw.get(day)))]
    return "; ".join(f"{_days(run)} {clock_text(blocks_text(raw[run[0]]))}" for run in runs if raw.get(run[0]))


def own_week_text(raw: object) -> str:
    """Stored hours of a rep; empty means as the team."""
    return week_text(raw) if isinstance(raw, Mapping) and any(raw.values()) else _("as the team")


def blocks_text(blocks: object) -> str:
    """As they stand in a field: with a colon in every language."""
    if isinstance(blocks, str):
        return blocks
    return ", ".join(f"{starts}-{ends}" for starts, ends in blocks or [])


def _days(run: list[str]) -> str:
    if len(run) == 1:
        return str(DAYS[run[0]])
    return _("%(first)s to %(last)s") % {"first": DAYS[run[0]], "last": DAYS[run[-1]]}
