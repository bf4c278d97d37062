"""Do we keep our goals? Age, claims within a day, the oldest, and depth, with twelve weeks of each (E8)."""

from collections.abc import Sequence
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.web.figures import decimals, number, percent
from config.web.pictures.lines import Chart
from dashboards.decisions.reports.periods import Period, weeks_back
from dashboards.presenters.reports import goals as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure
from dashboards.presenters.reports.filter_chips import before_text, weeks_text
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.presenters.reports.tables import Band, Cell, Column, Row, Table
from dashboards.presenters.reports.words import time_text
from dashboards.queries.reports import goals as queries
from dashboards.queries.reports.goals import Goals, GoalsFound
from dashboards.queries.reports.scope import reported_queues
from dashboards.views.reports.goal_figures import AGE, CLAIMS, DAYS, DEPTH, LATE, OLD, OLD_NOW, WAITING, WITHIN
from queues.decisions.figures.goals import Kept

WEEKS = 12


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    if not queues:
        why = Empty(_("No queue is left by these filters."), _("Choose another team or queue."))
        return Answer("dashboards/reports/_goals.html", empty=why)
    weeks = weeks_back(WEEKS, last=asked.last_day, tz=asked.tz)
    found = queries.goals(queues, asked.filters.period, asked.filters.before, weeks, at=asked.at)
    notes = recount_notes_since(found.since, found.stale_days)
    part = found.all.period
    if not part.waited.leads and not part.decided.came:
        why = Empty(_("No lead waited in this period."), _("Choose a longer period or fewer filters."))
        return Answer("dashboards/reports/_goals.html", empty=why, notes=notes)
    return Answer(
        "dashboards/reports/_goals.html",
        facts=_facts(asked, found),
        pictures=[_picture(asked, goal, found, weeks) for goal in words.GOALS],
        tables=(_goals_table(asked, found), _queues_table(asked, found)),
        notes=notes,
    )


def _picture(asked: Asked, goal: words.Goal, found: GoalsFound, weeks: Sequence[Period]) -> Picture:
    def draw() -> Chart:
        firsts = [week.first for week in weeks]
        return words.week_line(goal, firsts, found.weeks, is_running=weeks[-1].ends_at > asked.at)

    label, title = str(goal.label), str(goal.line)
    return Picture(goal.key, label, title, "_parts/line_chart.html", draw, weeks_text(WEEKS, asked.last_day))


def _facts(asked: Asked, found: GoalsFound) -> dict[str, object]:
    judged = [(goal, _kept(goal, found)) for goal in words.GOALS]
    known = [goal for goal, kept in judged if kept != Kept.UNKNOWN]
    missed = [goal for goal, kept in judged if kept.is_missed]
    worst = max(found.queues, key=lambda queue: (words.needs_reps(queue), queue.now.leads))
    return {
        "asked": asked,
        "says": _says(len(known), len(known) - len(missed)),
        "missed": [(goal.label, goal.text(goal.value(found.all.period)), goal.goal_words) for goal in missed],
        "now": words.now_text(found.all),
        "figure": WAITING,
        "help": worst if words.needs_reps(worst) else None,
    }


def _says(known: int, kept: int) -> str:
    if kept == known:
        return ngettext("The one goal that can be judged is kept.", "All %(n)s goals are kept.", known) % {
            "n": number(known)
        }
    text = ngettext("%(kept)s of %(n)s goals is kept.", "%(kept)s of %(n)s goals are kept.", kept)
    return text % {"kept": number(kept), "n": number(known)}


def _kept(goal: words.Goal, found: GoalsFound) -> Kept:
    """While the period runs, a lead that has waited for more than 72 hours now misses the goal, whenever it became
    so old."""
    if goal.key == "oldest" and found.is_running and found.all.old:
        return Kept.MISSED
    return goal.kept(found.all.period)


def _goals_table(asked: Asked, found: GoalsFound) -> Table:
    """The four goals in the period, and in the one before."""
    before = before_text(asked.filters.period)
    columns = (
        Column("period", _("In this period"), can_sort=False),
        Column("before", _("In %(before)s") % {"before": before}, can_sort=False),
        Column("now", _("Now"), can_sort=False),
        Column("goal", _("Verdict"), is_number=False, can_sort=False),
    )
    rows = [
        Row(
            str(goal.name),
            (
                _cell(goal, goal.value(found.all.period), is_strong=True),
                _cell(goal, goal.value(found.all.before)),
                _now_cell(asked, goal, found.all),
                words.verdict_cell(_kept(goal, found)),
            ),
        )
        for goal in words.GOALS
    ]
    return Table(_("The four goals"), _("Goal"), columns, (Band(_("All queues shown"), rows),))


def _cell(goal: words.Goal, value: float | None, *, is_strong: bool = False) -> Cell:
    return Cell(goal.text(value), value, is_strong=is_strong)


def _now_cell(asked: Asked, goal: words.Goal, found: Goals) -> Cell:
    """What can be said of this moment, with the leads behind it."""
    if goal.key == "age":
        return Cell(time_text(found.mean_age_now), found.mean_age_now, href=_leads(asked, WAITING))
    if goal.key == "oldest":
        return Cell(number(found.old), found.old, href=_leads(asked, OLD_NOW))
    if goal.key == "depth":
        text = ngettext("%(n)s lead", "%(n)s leads", found.now.leads) % {"n": number(found.now.leads)}
        return Cell(text, found.now.leads, href=_leads(asked, WAITING))
    return Cell("")


def _queues_table(asked: Asked, found: GoalsFound) -> Table:
    columns = (
        Column("age", _("Mean age"), AGE, unit="s"),
        Column("within", _("Within 24 h"), WITHIN),
        Column("late", _("Not in 24 h"), LATE),
        Column("old", _("Over 72 h"), OLD),
        Column("depth", _("Mean depth"), DEPTH),
        Column("claims", _("Claims a day"), CLAIMS),
        Column("days", _("Days of claims"), DAYS),
        Column("verdict", _("Verdict"), is_number=False),
    )
    return Table(
        caption=_("The goals by queue, the one that misses most first"),
        first=_("Queue"),
        columns=columns,
        bands=(Band(_("By queue"), [_row(asked, queue) for queue in found.queues]),),
        foot=Row(_("All"), _cells(asked, found.all)),
        sort="-verdict",
    )


def _row(asked: Asked, queue: Goals) -> Row:
    return Row(queue.name, _cells(asked, queue), reverse("dashboards:queue", args=[queue.slug]))


def _cells(asked: Asked, queue: Goals) -> tuple[Cell, ...]:
    part, decided = queue.period, queue.period.decided
    within, depth = words.claimed_share(part), part.waited.mean_depth
    a_day, days = queries.claims_a_day(part), words.depth_days(part)
    by = {"by": "queue", "value": queue.value} if queue.value else {}
    return (
        Cell(time_text(part.waited.mean_age), part.waited.mean_age, is_strong=True),
        Cell(percent(within), None if within is None else float(within), href=_leads(asked, WITHIN, **by)),
        Cell(number(decided.turned_day_old), decided.turned_day_old, href=_leads(asked, LATE, **by)),
        Cell(number(decided.turned_72_hours_old), decided.turned_72_hours_old, href=_leads(asked, OLD, **by)),
        Cell(_tenths(depth), None if depth is None else float(depth)),
        Cell(_tenths(a_day), float(a_day), href=_leads(asked, CLAIMS, **by)),
        Cell(_tenths(days), days),
        words.misses_cell(queue),
    )


def _tenths(value: Fraction | float | None) -> str:
    return decimals(value)


def _leads(asked: Asked, figure: Figure, **group: str) -> str:
    return asked.leads(figure.key, **group)


QUESTION = Question(
    slug="goals",
    title=gettext_lazy("Do we keep our goals?"),
    says=gettext_lazy("How old leads get, how many are claimed within a day, and whether depth fits the team."),
    answer=answer,
    figures=(AGE, WAITING, OLD_NOW, WITHIN, LATE, OLD, DEPTH, CLAIMS, DAYS),
    unused=frozenset({"source", "type", "rep"}),
)
