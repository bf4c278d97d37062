"""Patterns in words: what was found, with the evidence, what it means, and what to do (E9).

The advice is that of the articles on queues, "Watch for bottlenecks" and "When a queue overflows", in our words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import decimals, number, percent
from dashboards.queries.reports.patterns import FullQueue, Patterns
from queues.decisions.figures.patterns import LEAST_WEEKS, Verdict, Week
from queues.decisions.figures.patterns_of_days import MondayBacklog, SpikeAndStall
from queues.decisions.figures.patterns_of_months import LEAST_MONTHS, MonthEndSurge

SPIKE, MONDAY, MONTH, FULL = "spike", "monday", "month", "full"
LEVELS = {Verdict.FOUND: "bad", Verdict.NOT_FOUND: "ok"}


@dataclass(frozen=True, slots=True)
class Act:
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Told:
    """One pattern; `shown` is in how many weeks or months of how many, `strength` how many times the usual, `count`
    what the last whole week counted."""

    key: str
    name: str
    verdict: Verdict
    evidence: str
    advice: str = ""
    shown: tuple[int, int] = (0, 0)
    strength: float | None = None
    count: int | None = None
    slug: str = ""
    value: str = ""
    acts: Sequence[Act] = field(default=())

    @property
    def is_found(self) -> bool:
        return self.verdict == Verdict.FOUND

    @property
    def level(self) -> str:
        return LEVELS.get(self.verdict, "")


def told(found: Patterns) -> list[Told]:
    """Each pattern once, and every queue that is always full; one line for all others."""
    full = [one for one in found.full if one.found.verdict == Verdict.FOUND]
    return [
        _spike(found.spike, found.last_week),
        _monday(found.monday, found.last_week),
        _month(found.month),
        *([_full(one) for one in full] or [_none_full(found.full)]),
    ]


def verdict_text(verdict: Verdict) -> str:
    return {
        Verdict.FOUND: _("found"),
        Verdict.NOT_FOUND: _("not found"),
        Verdict.TOO_SHORT: _("too short a history"),
        Verdict.TOO_FEW: _("too few leads"),
    }[verdict]


def summary(found: Patterns, rows: Sequence[Told]) -> str:
    """The first sentence: what keeps coming back, or that nothing does."""
    weeks = weeks_text(len(found.weeks))
    names = [row.name for row in rows if row.is_found]
    if names:
        text = ngettext(
            "One pattern keeps coming back: %(names)s.", "%(n)s patterns keep coming back: %(names)s.", len(names)
        )
        return text % {"n": number(len(names)), "names": ", ".join(names)}
    if len(found.weeks) < LEAST_WEEKS:
        return _("%(weeks)s of history are too short to find a pattern; it needs %(least)s whole weeks.") % {
            "weeks": weeks,
            "least": number(LEAST_WEEKS),
        }
    return _("Nothing keeps coming back: %(n)s leads came in %(weeks)s without a pattern.") % {
        "n": number(found.leads),
        "weeks": weeks,
    }


def weeks_text(count: int) -> str:
    return ngettext("%(n)s week", "%(n)s weeks", count) % {"n": number(count)}


def _spike(found: SpikeAndStall, week: Week | None) -> Told:
    name = _("morning spike and afternoon stall")
    if found.verdict in (Verdict.TOO_SHORT, Verdict.TOO_FEW):
        return Told(SPIKE, name, found.verdict, _too_little(found.verdict, found.weeks))
    numbers = {
        "came_am": number(found.came[0]),
        "came_pm": number(found.came[1]),
        "claimed_am": number(found.claimed[0]),
        "claimed_pm": number(found.claimed[1]),
        "chance_am": percent(found.chance[0]),
        "chance_pm": percent(found.chance[1]),
    }
    text = _(
        "On working days %(came_am)s leads came from 8 to 12 and %(came_pm)s from 13 to 17; %(claimed_am)s and "
        "%(claimed_pm)s were claimed, in an hour %(chance_am)s and %(chance_pm)s of what waited."
    )
    evidence = text % numbers
    if found.verdict == Verdict.NOT_FOUND:
        evidence += " " + _spike_only(found)
    return Told(
        SPIKE,
        name,
        found.verdict,
        evidence,
        _("Too few people take leads in the peak hours. Move working hours to the morning, or lend reps for it."),
        (found.agreeing, found.weeks),
        found.came[0] / found.came[1] if found.came[1] else None,
        week.came_in(range(5), range(8, 12)) if week else None,
    )


def _spike_only(found: SpikeAndStall) -> str:
    if found.has_spike and not found.has_stall:
        return _("Most come in the morning, but the afternoon does not stall.")
    if found.has_stall and not found.has_spike:
        return _("Fewer are claimed in the afternoon, but the morning is no peak.")
    return _("Neither half of the day stands out.") if not found.has_spike else _("It does not show in most weeks.")


def _monday(found: MondayBacklog, week: Week | None) -> Told:
    name = _("Monday backlog")
    if found.verdict in (Verdict.TOO_SHORT, Verdict.TOO_FEW):
        return Told(MONDAY, name, found.verdict, _too_little(found.verdict, found.weeks))
    text = _(
        "At 8:00 on Mondays %(monday)s leads wait on average, on the other working days %(others)s. %(came)s came at "
        "weekends, %(claimed)s were claimed then."
    )
    return Told(
        MONDAY,
        name,
        found.verdict,
        text
        % {
            "monday": tenths(found.monday),
            "others": tenths(found.other_days),
            "came": number(found.weekend[0]),
            "claimed": number(found.weekend[1]),
        },
        _(
            "Leads of the weekend pile up while nobody works. Let a few people work then, or start Monday with more "
            "reps."
        ),
        (found.agreeing, found.weeks),
        found.times,
        week.depth[8] if week else None,
    )


def _month(found: MonthEndSurge) -> Told:
    name = _("month-end surge")
    if found.verdict == Verdict.TOO_SHORT:
        text = ngettext(
            "%(n)s end of a month lies in this history; it needs %(least)s.",
            "%(n)s ends of months lie in this history; it needs %(least)s.",
            len(found.ends),
        )
        return Told(MONTH, name, found.verdict, text % {"n": number(len(found.ends)), "least": number(LEAST_MONTHS)})
    if found.verdict == Verdict.TOO_FEW:
        return Told(MONTH, name, found.verdict, _("Too few leads came at the ends of months to tell."))
    text = _(
        "On the last three working days of a month %(came)s times the usual number of leads come, and %(claimed)s "
        "times the usual number are claimed."
    )
    advice = _("Quotas press, and reps leave the queue alone. Keep an hour of those days for new leads, or lend reps.")
    if found.is_more:
        advice = _("More comes than people can take. Plan more reps for these days, or pause a source of low priority.")
    return Told(
        MONTH,
        name,
        found.verdict,
        text % {"came": tenths(found.came_times), "claimed": tenths(found.claimed_times)},
        advice,
        (found.agreeing, len(found.ends)),
        found.came_times if found.is_more or not found.is_less else found.claimed_times,
        found.ends[-1].came,
    )


def _full(one: FullQueue) -> Told:
    text = _(
        "It was above its yellow number or at its limit in %(full)s of %(hours)s hours of the last %(weeks)s; "
        "%(n)s leads wait now."
    )
    found = one.found
    return Told(
        FULL,
        _("%(queue)s is always full") % {"queue": one.queue.name},
        found.verdict,
        text
        % {
            "full": number(found.full),
            "hours": number(found.hours),
            "weeks": weeks_text(found.weeks),
            "n": number(one.waiting),
        },
        _("It needs people of its own, or a better filter for what enters. Lend reps, or change its limits."),
        (found.agreeing, found.weeks),
        found.full / found.hours,
        one.waiting,
        one.queue.slug,
        str(one.queue.pk),
    )


def _none_full(queues: Sequence[FullQueue]) -> Told:
    name = _("a queue that is always full")
    known = [one for one in queues if one.found.verdict != Verdict.TOO_SHORT]
    if not known:
        return Told(FULL, name, Verdict.TOO_SHORT, _too_little(Verdict.TOO_SHORT, 0))
    most = max(known, key=lambda one: one.found.full)
    text = _("No queue was full for most of the last %(weeks)s; %(queue)s was for %(full)s of %(hours)s hours.")
    words = {
        "weeks": weeks_text(most.found.weeks),
        "queue": most.queue.name,
        "full": number(most.found.full),
        "hours": number(most.found.hours),
    }
    return Told(FULL, name, Verdict.NOT_FOUND, text % words, shown=(most.found.agreeing, most.found.weeks))


def _too_little(verdict: Verdict, weeks: int) -> str:
    if verdict == Verdict.TOO_FEW:
        return _("Too few leads came to tell a pattern from chance.")
    return _("It needs %(least)s whole weeks of history.") % {"least": number(LEAST_WEEKS)}


def tenths(value: float | None) -> str:
    return decimals(value)


def history_text(weeks: Sequence[Week]) -> str:
    """'13 weeks from 31 Aug 2026'."""
    if not weeks:
        return ""
    return _("%(weeks)s from %(day)s") % {"weeks": weeks_text(len(weeks)), "day": date_format(weeks[0].monday, "j M Y")}
