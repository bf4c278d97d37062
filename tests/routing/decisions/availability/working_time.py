"""How much working time lies between two moments, as the stretches of hours add up to it."""

from datetime import datetime, timedelta

from routing.decisions.availability.hours import WorkingHours, working_stretches


def working_between(start: datetime, end: datetime, hours: WorkingHours) -> timedelta:
    return sum((ends - starts for starts, ends in working_stretches(start, end, hours)), timedelta())
