"""Presents a rep's own numbers: one sentence, a row for each figure with what it counts, and the names of periods."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from config.web.figures import NO_BREAK_SPACE, amount, percent
from config.web.times import duration
from dashboards.decisions.my_numbers import FIGURES, MIN_COLLEAGUES, Kind, Numbers, Period
from routing.decisions.weeks import WEEK, week_text

LABELS = {
    "taken": lazy("Leads that I took"),
    "waited": lazy("They had waited, median"),
    "contacted": lazy("Of these, contacted"),
    "contact": lazy("From claim to contact, median"),
    "within": lazy("First contact within the limit"),
    "conversion": lazy("Became an opportunity"),
}
COUNTS = {
    "taken": lazy("Leads that came to you in this time, by whatever way. Undone ones do not count."),
    "waited": lazy(
        "From entering the queue to your taking it; half of your leads had waited shorter. All hours count."
    ),
    "contacted": lazy("Leads that came to you in this time and had a first contact by now."),
    "contact": lazy("By the clock of each lead, working hours where it counts them; half were contacted sooner."),
    "within": lazy("First contacts in time, divided by leads that were contacted or are overdue (E3)."),
    "conversion": lazy("Opportunities and customers, divided by the leads that you took in this time; it still grows."),
}
TEXTS: dict[str, Callable[[Any], str]] = {
    "taken": lambda value: count_text(value),
    "waited": duration,
    "contact": duration,
    "within": percent,
    "contacted": lambda value: count_text(value),
    "conversion": percent,
}


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One figure: mine, my own before, the team's median; `plain` are the same for CSV; without a median, why."""

    key: str
    label: str
    says: str
    mine: str
    before: str
    team: str
    plain: tuple[object, object, object]
    has_leads: bool


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    key: str
    text: str
    is_on: bool


def number_rows(mine: Numbers, before: Numbers, team: Numbers) -> list[NumberRow]:
    return [
        _row(
            name,
            getattr(mine, name),
            getattr(before, name),
            getattr(team, name),
            is_about=(name in mine.about, name in before.about),
        )
        for name in FIGURES
    ]


def numbers_sentence(mine: Numbers, before: Numbers, period: Period) -> str:
    """What was taken, against the own past."""
    taken = int(mine.taken or 0)
    words = {"n": taken, "before": count_text(before.taken), "days": period_days(period)}
    first = {
        Kind.THIS_WEEK: ngettext("You took %(n)s lead this week.", "You took %(n)s leads this week.", taken),
        Kind.LAST_WEEK: ngettext("You took %(n)s lead last week.", "You took %(n)s leads last week.", taken),
    }.get(period.kind, ngettext("You took %(n)s lead in %(days)s.", "You took %(n)s leads in %(days)s.", taken))
    then = {
        Kind.THIS_WEEK: _("In the four weeks before it was %(before)s up to this time of the week, on average."),
        Kind.FOUR_WEEKS: _("In the four weeks before it was %(before)s."),
    }.get(period.kind, _("In the four weeks before it was %(before)s a week, on average."))
    return f"{first % words} {then % words}"


def before_label(period: Period) -> str:
    """The head of the column with the own past."""
    if period.kind == Kind.FOUR_WEEKS:
        return _("My 4 weeks before")
    return _("My 4 weeks before, a week")


def team_note(others: int) -> str:
    """Why there is no median of the team, or how it is read."""
    if others < MIN_COLLEAGUES:
        text = _("There is no median of the team, because fewer than %(n)s colleagues worked in this time.")
        return text % {"n": MIN_COLLEAGUES}
    text = _(
        "The median of the team, you included, names nobody; it needs %(n)s colleagues who have the figure. Their "
        "times are read from counts by length, so their median is about right."
    )
    return text % {"n": MIN_COLLEAGUES}


def period_days(period: Period) -> str:
    """'16 – 22 Nov 2026'; a running period up to today."""
    first, last = period.first, period.last
    if first == last:
        return date_format(first, "j M Y")
    form = (
        "j" if (first.year, first.month) == (last.year, last.month) else "j M" if first.year == last.year else "j M Y"
    )
    return f"{date_format(first, form)} – {date_format(last, 'j M Y')}".replace(" ", NO_BREAK_SPACE)


def period_choices(period: Period) -> list[PeriodChoice]:
    words = {Kind.THIS_WEEK: _("This week"), Kind.LAST_WEEK: _("Last week"), Kind.FOUR_WEEKS: _("4 weeks")}
    return [PeriodChoice(kind.value, text, kind == period.kind) for kind, text in words.items()]


def neighbours(period: Period, today: date) -> tuple[str, str]:
    """The keys of the week before and the week after; "" where there is none to show."""
    if period.kind == Kind.FOUR_WEEKS:
        return "", ""
    after = period.first + WEEK
    return week_text(period.first - WEEK), week_text(after) if after <= today else ""


def count_text(value: float | None) -> str:
    """12, or 9.5 for a mean."""
    return _("n/a") if value is None else amount(value, whole=True)


def _about(time: str) -> str:
    return _("about %(time)s") % {"time": time}


def _row(name: str, mine: Any, before: Any, team: Any, *, is_about: tuple[bool, bool]) -> NumberRow:
    text = TEXTS[name]
    plain = tuple(None if value is None else round(float(value), 4) for value in (mine, before, team))
    return NumberRow(
        key=name,
        label=str(LABELS[name]),
        says=str(COUNTS[name]),
        mine=_about(text(mine)) if is_about[0] else text(mine),
        before=_about(text(before)) if is_about[1] else text(before),
        team=text(team),
        plain=(plain[0], plain[1], plain[2]),
        has_leads=bool(mine is not None and (name not in ("taken", "contacted") or mine)),
    )
