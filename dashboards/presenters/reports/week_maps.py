"""The map of a week in words: the mean of each hour of each weekday, for a picture and the table behind it (E9)."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from config.web.times import clock_time
from dashboards.decisions.reports.week_map import Field, week_map
from dashboards.presenters.reports.patterns import tenths, weeks_text
from queues.decisions.figures.patterns import HOURS_OF_WEEK, Week, mean


def map_picture(weeks: Sequence[Week], part: str) -> dict[str, Any]:
    """The mean of each hour of the week: of `came`, `claimed` or `depth`."""
    values = [
        [value for week in weeks if (value := getattr(week, part)[place]) is not None] for place in range(HOURS_OF_WEEK)
    ]
    found = week_map([mean(each) for each in values])
    return {
        "map": found,
        "rows": [(WEEKDAYS_ABBR[row[0].weekday], [(each, _field_text(each)) for each in row]) for row in found.rows],
        "most": tenths(found.most),
        "says": _map_says(found.peak, len(weeks)),
        "hours": range(24),
    }


def _map_says(peak: Field | None, weeks: int) -> str:
    if peak is None:
        return _("There was nothing in any hour.")
    return _("Mean of %(weeks)s by weekday and hour. Most on %(day)s at %(hour)02d:00, %(mean)s.") % {
        "weeks": weeks_text(weeks),
        "day": WEEKDAYS[peak.weekday],
        "hour": peak.hour,
        "mean": tenths(peak.mean),
    }


def _field_text(each: Field) -> str:
    return f"{WEEKDAYS_ABBR[each.weekday]} {clock_time(time(each.hour))}: {tenths(each.mean)}"
