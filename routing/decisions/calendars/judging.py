"""Whether the events of a calendar are absences, by the working time that they take from the person (F5, I2).

Out of office is leave, for as long as it lasts. A title or a category that says away is leave if it lasts half a
working day. What is only busy is an all-day meeting if it takes a whole working day, alone or with others.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from routing.decisions.availability.status import AbsenceKind
from routing.decisions.calendars.absence import CalendarAbsence, Why
from routing.decisions.calendars.coverage import NOTHING, Span, WorkDay, WorkDays, midnight, union
from routing.decisions.calendars.events import MAX_NOTE, ONE_DAY, Busy

ONE_MINUTE = timedelta(minutes=1)
HALF_A_DAY = timedelta(hours=3)  # a morning from nine to twelve, or an afternoon
SHORTEST_HALF = timedelta(hours=2)  # of somebody who works few hours


def judge(events: list[Busy], *, days: WorkDays, zone: ZoneInfo) -> Iterator[CalendarAbsence]:
    """Each absence, some more than once. `days` are the working days that the events may touch."""
    timed = [(span, event) for event in events if (span := span_on_clock(event, zone)) is not None]
    leave: list[Span] = []
    for span, event in timed:
        kind, why = _alone(event, span, days)
        if kind:
            yield _absence(span, kind, why, days, event)
        if kind == AbsenceKind.LEAVE:
            leave.append(span)
    yield from _together(timed, union(leave), days)


def span_on_clock(event: Busy, zone: ZoneInfo) -> Span | None:
    """From when until when, on this person's clock; None for what no clock can show."""
    try:
        starts, ends = (_moment(each, zone) for each in (event.starts, event.ends))
        if event.is_rounded:
            first, last = (_nearest_day(each, zone) for each in (starts, ends))
            starts, ends = midnight(first, zone), midnight(max(last, first + ONE_DAY), zone)
    except (ValueError, OverflowError):
        return None
    return (starts, ends) if starts < ends else None


def _alone(event: Busy, span: Span, days: WorkDays) -> tuple[str, str]:
    """The kind of absence, "" for none, and why."""
    if event.is_out:
        return AbsenceKind.LEAVE, Why.CATEGORY if event.is_category else Why.FLAG
    touched = days.touched(span)
    if event.word and (event.is_whole or _is_half_a_day(span, touched)):
        return AbsenceKind.LEAVE, Why.CATEGORY if event.is_category else Why.TITLE
    if event.is_whole:
        return AbsenceKind.MEETING, Why.ALL_DAY
    if any(day.is_whole([span]) for day in touched):
        return AbsenceKind.MEETING, Why.COVERS
    return "", ""


def _is_half_a_day(span: Span, touched: tuple[WorkDay, ...]) -> bool:
    length = span[1] - span[0]
    if length >= HALF_A_DAY:
        return True
    return length >= SHORTEST_HALF and any(2 * day.covered([span]) >= day.working for day in touched)


def _together(timed: list[tuple[Span, Busy]], leave: list[Span], days: WorkDays) -> Iterator[CalendarAbsence]:
    """Days that no event takes alone. What is leave from the first to the last minute needs no other row."""
    on: dict[date, list[tuple[Span, Busy]]] = defaultdict(list)
    by_date = {day.on: day for day in days.days}
    for span, event in timed:
        for day in days.touched(span):
            on[day.on].append((span, event))
    for day_on, found in on.items():
        day = by_date[day_on]
        if len(found) < 2 or any(event.is_whole or day.is_whole([span]) for span, event in found):
            continue
        taken = union(span for span, _event in found)
        if not day.is_whole(taken) or day.working - day.covered(leave) <= ONE_MINUTE:
            continue
        notes = dict.fromkeys(event.note for _span, event in sorted(found, key=_by_start) if event.note)
        whole = (day.stretches[0][0], day.stretches[-1][1])
        yield CalendarAbsence(
            *whole,
            AbsenceKind.LEAVE if day.is_whole(leave) else AbsenceKind.MEETING,
            note=" + ".join(notes)[:MAX_NOTE],
            why=Why.TOGETHER,
            covered=day.covered(taken) // ONE_MINUTE,
            working=day.working // ONE_MINUTE,
        )


def _by_start(each: tuple[Span, Busy]) -> Span:
    return each[0]


def _absence(span: Span, kind: str, why: str, days: WorkDays, event: Busy) -> CalendarAbsence:
    touched = days.touched(span)
    word = event.word if why in (Why.TITLE, Why.CATEGORY) and not event.is_private else ""
    return CalendarAbsence(
        *span,
        kind,
        note=event.note,
        why=why,
        word=word,
        covered=sum((day.covered([span]) for day in touched), NOTHING) // ONE_MINUTE,
        working=sum((day.working for day in touched), NOTHING) // ONE_MINUTE,
    )


def _moment(each: date, zone: ZoneInfo) -> datetime:
    if not isinstance(each, datetime):
        return midnight(each, zone)
    return (each if each.tzinfo else each.replace(tzinfo=zone)).astimezone(UTC)


def _nearest_day(moment: datetime, zone: ZoneInfo) -> date:
    return (moment.astimezone(zone) + timedelta(hours=12)).date()
