"""The filters of a report as chips that open a small choice, and what is wrong with those that cannot be used."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.web.figures import NO_BREAK_SPACE, number
from dashboards.decisions.reports.filters import KEYS, PERIOD, Problem
from dashboards.decisions.reports.periods import MOST_DAYS, ROLLING, TODAY, Period, Refusal, months_back
from dashboards.presenters.reports.asked import KEPT, Asked

SHOWN_MONTHS = 6
SHOWN_OPTIONS = 25  # in the menu of a chip; the others are listed on a page of their own


@dataclass(frozen=True, slots=True)
class Choice:
    """One line in the menu of a chip."""

    text: str
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """`text` is what is set; `choices` open below it; `problem` says what is wrong with what the address
    asks for; `more_href` lists all choices where the menu has room for some only."""

    key: str
    label: str
    text: str
    is_on: bool
    choices: Sequence[Choice]
    problem: str = ""
    is_unused: bool = False
    kept: Sequence[tuple[str, str]] = field(default=())
    more_href: str = ""


def filter_chips(asked: Asked, unused: frozenset[str] = frozenset()) -> list[Chip]:
    """Period first, then queue, team, source, type and rep; a filter without any option has no chip."""
    return [
        _period_chip(asked, is_unused=PERIOD in unused),
        *(_chip(asked, key, unused) for key in KEYS if asked.reach.options.get(key)),
    ]


def period_text(period: Period) -> str:
    """'30 days', 'November 2026', '1 Oct – 15 Oct 2026'."""
    if period.is_rolling:
        return _rolling_text(period.key)
    if period.is_month:
        return date_format(period.first, "F Y")
    return days_text(period.first, period.last)


def days_text(first: date, last: date) -> str:
    """The first and the last day; the year once where both have the same."""
    if first == last:
        return date_format(first, "j M Y")
    start = date_format(first, "j M" if first.year == last.year else "j M Y")
    return f"{start} – {date_format(last, 'j M Y')}".replace(" ", NO_BREAK_SPACE)


def weeks_text(count: int, last: date) -> str:
    """What a line over weeks covers."""
    return _("%(n)s weeks up to %(day)s") % {"n": number(count), "day": date_format(last, "j M Y")}


def before_text(period: Period) -> str:
    """What the period is compared with, after 'than in'."""
    if period.key == TODAY:
        return _("the day before")
    if period.is_month:
        return _("the month before")
    return _("the %(n)s days before") % {"n": number(period.days)}


def _rolling_text(key: str) -> str:
    return _("today") if key == TODAY else _("%(n)s days") % {"n": ROLLING[key]}


def _period_chip(asked: Asked, *, is_unused: bool) -> Chip:
    period = asked.filters.period
    choices = [Choice(_rolling_text(key), asked.address(period=key), key == period.key) for key in ROLLING]
    today = asked.at.astimezone(asked.tz).date()
    for first in months_back(SHOWN_MONTHS, today=today):
        key = f"{first:%Y-%m}"
        choices.append(Choice(date_format(first, "F Y"), asked.address(period=key), key == period.key))
    query = {key: value for key, value in asked.filters.as_query().items() if key != PERIOD}
    kept = tuple((query | {key: asked.query[key] for key in KEPT if asked.query.get(key)}).items())
    problem = _problem_text(asked.filters.problem(PERIOD))
    return Chip(PERIOD, _("Period"), period_text(period), True, choices, problem, is_unused=is_unused, kept=kept)


def _chip(asked: Asked, key: str, unused: frozenset[str]) -> Chip:
    label, everything = _words(key)
    chosen = asked.filters.chosen.get(key)
    options = asked.reach.options[key]
    is_long = len(options) > SHOWN_OPTIONS and asked.choosing != key
    shown = [*options[:SHOWN_OPTIONS]] if is_long else [*options]
    if chosen is not None and chosen not in shown:
        shown.insert(0, chosen)
    choices = [Choice(everything, asked.address(**{key: ""}), chosen is None)]
    choices += [Choice(each.name, asked.address(**{key: each.value}), each == chosen) for each in shown]
    text = chosen.name if chosen else _("all %(n)s") % {"n": number(len(options))}
    problem = _problem_text(asked.filters.problem(key))
    more = asked.address(choose=key) if is_long else ""
    return Chip(key, label, text, chosen is not None, choices, problem, is_unused=key in unused, more_href=more)


def _words(key: str) -> tuple[str, str]:
    return {
        "queue": (_("Queue"), _("All queues")),
        "team": (_("Team"), _("All teams")),
        "source": (_("Source"), _("All sources")),
        "type": (_("Type"), _("All types")),
        "rep": (_("Rep"), _("All reps")),
    }[key]


def _problem_text(problem: Problem | None) -> str:
    if problem is None:
        return ""
    if problem.key == PERIOD:
        return {
            Refusal.FUTURE: _("This period lies in the future; the last day can be today. You see 30 days instead."),
            Refusal.REVERSED: _("This period ends before it starts. You see 30 days instead."),
            Refusal.TOO_LONG: _("A period has at most %(n)s days. You see 30 days instead.") % {"n": MOST_DAYS},
            Refusal.TOO_EARLY: _("A period starts in the year 2000 or later. You see 30 days instead."),
        }.get(
            Refusal(problem.why),
            _("This is no period; write it as 2026-11 or 2026-11-01..2026-11-15. You see 30 days instead."),
        )
    return {
        "queue": _("None of your queues has this number. You see all of them."),
        "team": _("None of your teams has this number. You see all of them."),
        "source": _("No source has this number. You see all of them."),
        "type": _("No type of lead is called that. You see all of them."),
        "rep": _("Nobody of your teams has this number. You see everybody."),
    }[problem.key]
