"""The form field for working hours, one line for each day (D3, F5); and the list of time zones."""

import re
from collections.abc import Mapping
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from routing.decisions.availability.hours import WEEKDAYS, HoursRefused, parse_hours
from routing.presenters.hours import DAYS, blocks_text

_UNTIL = r"-|–|—|to|until|sampai|hingga|s\s?[./]?\s?d\.?"
BLOCK = re.compile(rf"(\d{{1,2}})(?:[:.](\d{{2}}))?\s*(?:{_UNTIL})\s*(\d{{1,2}})(?:[:.](\d{{2}}))?", re.IGNORECASE)
TEAM_HOURS_HINT = lazy(
    "Blocks such as 09:00-12:00, 13:00-17:00, or over midnight 22:00-06:00. Leave a day empty if it is free. "
    "An empty week means Monday to Friday, 09:00-17:00."
)
REP_HOURS_HINT = lazy(
    "Blocks such as 09:00-12:00, 13:00-17:00, or over midnight 22:00-06:00. Leave a day empty if it is free. "
    "An empty week means the team's hours."
)


class HoursWidget(forms.Widget):
    """Seven lines such as "09:00-12:00, 13:00-17:00". `problems` has the error of each wrong day."""

    input_classes = "form-control"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.problems: dict[str, str] = {}
        self.hint: object = TEAM_HOURS_HINT

    def value_from_datadict(self, data, files, name: str) -> dict[str, str]:
        return {day: data.get(f"{name}-{day}", "").strip() for day in WEEKDAYS}

    def value_omitted_from_data(self, data, files, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{WEEKDAYS[0]}" if id_ else ""

    def render(self, name: str, value: object, attrs: dict | None = None, renderer=None) -> SafeString:
        week = value if isinstance(value, Mapping) else {}
        rows = [(day, DAYS[day], blocks_text(week.get(day)), self.problems.get(day, "")) for day in WEEKDAYS]
        context = {"name": name, "id": (attrs or {}).get("id", name), "rows": rows, "hint": self.hint}
        return render_to_string("admin/hours.html", context | {"input_classes": self.input_classes})


class HoursField(forms.Field):
    """Gives the week as it is stored: without days that have no hours, so an empty week is {}."""

    widget = HoursWidget

    def __init__(self, *args, hint: object = TEAM_HOURS_HINT, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.widget.hint = hint

    def clean(self, value: Mapping[str, str]) -> dict[str, list[list[str]]]:
        week, problems = {}, {}
        for day, text in (value or {}).items():
            try:
                if blocks := _blocks(text, day):
                    parse_hours({day: blocks})
                    week[day] = blocks
            except HoursRefused as problem:
                problems[day] = _error_text(problem.code)
        if not problems:
            problems |= _between_days(week)
        self.widget.problems = problems
        if problems:
            raise ValidationError(_("Correct the marked days."), code="hours")
        return week

    def has_changed(self, initial: object, value: Mapping[str, str]) -> bool:
        try:
            return self.clean(value) != (initial or {})
        except ValidationError:
            return True


def zones() -> list[tuple[str, str]]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC"]


def _between_days(week: Mapping[str, list]) -> dict[str, str]:
    """A night that runs into the hours of the next day."""
    try:
        parse_hours(week)
    except HoursRefused as problem:
        return {problem.day: _("The hours of the night before overlap these.")}
    return {}


def _blocks(text: str, day: str) -> list[list[str]]:
    blocks = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = BLOCK.fullmatch(part)
        if not found:
            raise HoursRefused("not_a_time", day)
        from_hour, from_minute, to_hour, to_minute = found.groups()
        blocks.append([f"{int(from_hour):02}:{from_minute or '00'}", f"{int(to_hour):02}:{to_minute or '00'}"])
    return sorted(blocks)


def _error_text(code: str) -> str:
    return {
        "no_time": _("The end must be after the start. A whole day is 00:00-24:00."),
        "night_too_long": _("Are start and end exchanged? Hours over midnight may last 14 hours, such as 22:00-06:00."),
        "blocks_overlap": _("These hours overlap."),
    }.get(code, _("Write hours like 09:00-12:00, 13:00-17:00."))
