"""Tells the clock to first contact: its headline, and what each of its steps does (D2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.web.clocks import clock, clock_html_of
from config.web.figures import plain
from config.web.times import Moment, moments
from dashboards.presenters.places import limit_words
from dashboards.queries.card import Ladder, Rung

REMIND, TELL_MANAGER = "remind", "tell_manager"


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `percent` is its place on the line."""

    is_passed: bool
    percent: str
    time: str
    exact: str
    says: str


@dataclass(frozen=True, slots=True)
class LadderWords:
    """`clock` counts by itself, `label` is for who cannot see the line; `run`, `over`, `here` are percent of it."""

    clock: SafeString
    headline: str
    label: str
    lines: Sequence[Line]
    run: str
    over: str
    here: str


def ladder_words(
    ladder: Ladder, *, told: str, is_mine: bool, at: datetime, times: Sequence[Moment] | None = None
) -> LadderWords:
    """`told` is whom the second step tells; `times` are those of the steps, drawn here unless given."""
    times = times or moments(*(rung.step.due_at for rung in ladder.rungs))
    due = {"limit": limit_words(ladder.limit), "time": times[0].time}
    if ladder.is_overdue:
        headline = _("first contact was due within %(limit)s, at %(time)s") % due
    else:
        headline = _("first contact is due within %(limit)s, at %(time)s") % due
    passed = {"passed": ladder.passed, "of": len(ladder.rungs)}
    shown = clock(ladder.first_due_at, at=at, limit=ladder.limit)
    return LadderWords(
        clock=clock_html_of(times[0], shown, limit=ladder.limit),
        headline=headline,
        label=_("%(passed)s of %(of)s steps of the contact clock have passed") % passed,
        lines=[_line(rung, time, told, is_mine=is_mine) for rung, time in zip(ladder.rungs, times, strict=True)],
        run=plain(ladder.run),
        over=plain(ladder.over) if ladder.over else "",
        here=plain(ladder.here),
    )


def _line(rung: Rung, time: Moment, told: str, *, is_mine: bool) -> Line:
    says = _passed(rung.step.act, is_mine=is_mine) if rung.is_passed else _coming(rung.step.act, is_mine=is_mine)
    return Line(rung.is_passed, plain(rung.percent), time.time, time.exact, says % {"told": told})


def _passed(act: str, *, is_mine: bool) -> str:
    if act == REMIND:
        return _("you were reminded") if is_mine else _("the holder was reminded")
    return _("%(told)s was told") if act == TELL_MANAGER else _("was due to go to another rep")


def _coming(act: str, *, is_mine: bool) -> str:
    if act == REMIND:
        return _("you are reminded") if is_mine else _("the holder is reminded")
    return _("%(told)s is told") if act == TELL_MANAGER else _("goes to another rep")
