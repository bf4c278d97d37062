"""Words the morning's figures: what changed most yesterday, against the same weekday of four weeks, and where."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.web.figures import number, percent
from config.web.times import duration

SENTENCES = {
    "came": lazy("%(now)s leads came, %(usual)s are usual."),
    "claimed": lazy("%(now)s leads were claimed, %(usual)s are usual."),
    "wait": lazy("Leads waited %(now)s on average, %(usual)s is usual."),
    "within_day": lazy("%(now)s were claimed within 24 h, %(usual)s is usual."),
    "turned_old": lazy("%(now)s leads became older than 72 h, %(usual)s are usual."),
    "contacted_in_time": lazy("%(now)s were contacted within their limit, %(usual)s is usual."),
    "returned": lazy("%(now)s of the leads taken were given back, %(usual)s are usual."),
}
SHARES = {"within_day", "contacted_in_time"}


def morning_message(details: Mapping[str, Any]) -> str:
    """The strongest change, and how many more there are."""
    lines = morning_lines(details)
    if not lines:
        return _("Your figures of yesterday are there.")
    if len(lines) == 1:
        return _("Yesterday: %(line)s") % {"line": lines[0]}
    return _("Yesterday: %(line)s %(n)s more figures changed.") % {"line": lines[0], "n": number(len(lines) - 1)}


def morning_lines(details: Mapping[str, Any]) -> list[str]:
    """One for each figure, the strongest change first; where it comes from stands behind it."""
    return [_line(change) for change in details.get("changes", ()) if change.get("figure") in SENTENCES]


def morning_title(details: Mapping[str, Any]) -> str:
    try:
        day = date.fromisoformat(str(details.get("day", "")))
    except ValueError:
        return _("Yesterday against the same weekday of the last four weeks:")
    return _("%(day)s against the same weekday of the last four weeks:") % {"day": date_format(day, "l j F")}


def _line(change: Mapping[str, Any]) -> str:
    figure = change["figure"]
    says = str(SENTENCES[figure]) % {"now": _value(figure, change["now"]), "usual": _value(figure, change["usual"])}
    if not change.get("queue"):
        return says
    words = {
        "queue": change["queue"],
        "now": _value(figure, change["queue_now"]),
        "usual": _value(figure, change["queue_usual"]),
    }
    return " ".join((says, _("Most of it is %(queue)s: %(now)s instead of %(usual)s.") % words))


def _value(figure: str, value: float) -> str:
    if figure == "wait":
        return duration(value)
    return percent(value) if figure in SHARES else number(round(value))
