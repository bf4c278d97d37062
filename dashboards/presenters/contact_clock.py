"""The clock to first contact in words: its headline, and what each step does (D2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.clocks import clock, clock_html_of
from config.web.figures import plain
from config.web.times import Moment, duration, limit_text, moments, when
from dashboards.queries.card import ContactClock, ContactStep
from dashboards.queries.pauses import Pause
from routing.models import TimeOff

REMIND, TELL_MANAGER = "remind", "tell_manager"


@dataclass(frozen=True, slots=True)
class Line:
    """One step; `percent` is its position on the line."""

    is_passed: bool
    percent: str
    time: str
    exact: str
    says: str


@dataclass(frozen=True, slots=True)
class ContactClockDisplay:
    """`clock` counts down in the page; `label` is for screen readers; `run`, `over` and `here` are percent of the
    line."""

    clock: SafeString
    headline: str
    pause: str
    label: str
    lines: Sequence[Line]
    run: str
    over: str
    here: str


def contact_clock_display(
    contact_clock: ContactClock, *, manager: str, is_mine: bool, at: datetime, times: Sequence[Moment] | None = None
) -> ContactClockDisplay:
    """`manager`: who is notified at the second step, by name; `times`: those of the steps, if already computed."""
    times = times or moments(*(step.step.due_at for step in contact_clock.steps))
    due = {"limit": limit_text(contact_clock.limit), "time": times[0].time}
    if contact_clock.is_overdue:
        headline = _("first contact was due within %(limit)s, at %(time)s") % due
    else:
        headline = _("first contact is due within %(limit)s, at %(time)s") % due
    passed = {"passed": contact_clock.passed, "of": len(contact_clock.steps)}
    left = contact_clock.pause.left if contact_clock.pause and not contact_clock.is_overdue else None
    shown = clock(contact_clock.first_due_at, at=at, limit=contact_clock.limit, left=left)
    shown = replace(shown, note="")  # the headline says when
    return ContactClockDisplay(
        clock=clock_html_of(times[0], shown, limit=contact_clock.limit, left=left),
        headline=headline,
        pause=_pause(contact_clock.pause, at=at) if contact_clock.pause else "",
        label=_("%(passed)s of %(of)s steps of the contact clock have passed") % passed,
        lines=[
            _line(step, time, manager, is_mine=is_mine) for step, time in zip(contact_clock.steps, times, strict=True)
        ],
        run=plain(contact_clock.run),
        over=plain(contact_clock.over) if contact_clock.over else "",
        here=plain(contact_clock.here),
    )


def _pause(pause: Pause, *, at: datetime) -> str:
    """Why the clock stands still, or when it will, and how much it still counts."""
    left = pause.left
    words = {"again": when(left.resumes_at, at), "left": duration(left.left)}
    if left.stops_at is not None:
        words["stops"] = when(left.stops_at, at)
        return _("It pauses at %(stops)s and counts again %(again)s: %(left)s of working time left.") % words
    if pause.absence == TimeOff.Kind.LEAVE:
        return _("Paused: on leave until %(again)s. Then %(left)s of working time are left.") % words
    if pause.absence:
        return _("Paused: away until %(again)s. Then %(left)s of working time are left.") % words
    return _("Paused outside working hours; counts again %(again)s. Then %(left)s of working time are left.") % words


def _line(step: ContactStep, time: Moment, manager: str, *, is_mine: bool) -> Line:
    says = _passed(step.step.act, is_mine=is_mine) if step.is_passed else _coming(step.step.act, is_mine=is_mine)
    return Line(step.is_passed, plain(step.percent), time.time, time.exact, says % {"manager": manager})


def _passed(act: str, *, is_mine: bool) -> str:
    if act == REMIND:
        return _("you were reminded") if is_mine else _("the holder was reminded")
    return _("%(manager)s was notified") if act == TELL_MANAGER else _("was due to go to another rep")


def _coming(act: str, *, is_mine: bool) -> str:
    if act == REMIND:
        return _("you are reminded") if is_mine else _("the holder is reminded")
    return _("%(manager)s is notified") if act == TELL_MANAGER else _("goes to another rep")
