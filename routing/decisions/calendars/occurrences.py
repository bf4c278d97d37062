"""The events of a calendar around the time ahead: single ones, and those of series with their exceptions (I2)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import prod
from typing import Any

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vDDDTypes

from routing.decisions.calendars.absence import TOO_MUCH, NotACalendar
from routing.decisions.calendars.events import ONE_DAY, UNREADABLE, written

MAX_SERIES = 1000  # of repeated events that may count
PARTS_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
MAX_TIMES_A_DAY = 24  # how often a series may repeat on one day
FIRST_YEAR = 1970  # a series may start in, because it is expanded from its start
STEPS = {"DAILY": 1, "WEEKLY": 7}  # days; such rules go on alike from each of their steps
WELL_BEFORE = timedelta(days=40)  # longer than what a series moved on by steps may last


class Occurrences:
    """`left_out` series repeat too often, as no leave does, or cannot be read."""

    def __init__(self, events: list[Event], *, begins: datetime, ends: datetime) -> None:
        self.left_out = 0
        self._events, self._begins, self._ends = events, begins, ends

    def __iter__(self) -> Iterator[Event]:
        series: dict[str, list[Event]] = defaultdict(list)
        for event in self._events:
            if any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID")):
                series[str(event.get("UID", ""))].append(event)
            else:
                yield event
        if len(series) > MAX_SERIES:
            raise NotACalendar(TOO_MUCH)
        for each in series.values():
            yield from self._expanded(each)

    def _expanded(self, events: list[Event]) -> list[Event]:
        if not all(map(_is_sane, events)):
            self.left_out += 1
            return []
        whole = Calendar()
        try:
            for event in events:
                whole.add_component(self._moved_on(event))
            return recurring_ical_events.of(whole).between(self._begins, self._ends)
        except UNREADABLE:
            self.left_out += 1
            return []

    def _moved_on(self, event: Event) -> Event:
        """A daily or weekly series as if it had begun not long ago, so that years need not be counted through."""
        rule = event.get("RRULE")
        step = _step(rule) if rule is not None and "RDATE" not in event else 0
        starts: Any = written(event, "DTSTART")
        ends: Any = written(event, "DTEND") if "DTEND" in event else starts
        length = written(event, "DURATION") if "DURATION" in event else _day(ends) - _day(starts)
        gap = (self._begins - WELL_BEFORE).date() - _day(starts)
        if not step or gap < step * ONE_DAY or length > WELL_BEFORE - 2 * ONE_DAY:
            return event
        forward = gap // (step * ONE_DAY) * step * ONE_DAY
        event["DTSTART"] = vDDDTypes(starts + forward)
        if "DTEND" in event:
            event["DTEND"] = vDDDTypes(ends + forward)
        return event


def _step(rule: Any) -> int:
    """After how many days the rule begins alike, 0 for rules that count or are not of days and weeks."""
    frequency = [str(each).upper() for each in rule.get("FREQ", [])]
    if len(frequency) != 1 or frequency[0] not in STEPS or "COUNT" in rule or "BYSETPOS" in rule:
        return 0
    return STEPS[frequency[0]] * int(rule.get("INTERVAL", [1])[0])


def _is_sane(event: Event) -> bool:
    rule = event.get("RRULE")
    if rule is None:
        return True
    if isinstance(rule, list):
        return False
    try:
        a_day = prod(max(len(rule.get(part, [])), 1) for part in PARTS_OF_A_DAY)
        steps = all(int(each) >= 1 for each in rule.get("INTERVAL", []))
        is_later = _day(written(event, "DTSTART")).year >= FIRST_YEAR
        return is_later and steps and a_day <= MAX_TIMES_A_DAY
    except UNREADABLE:
        return False


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
