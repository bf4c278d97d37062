"""The figures of "What keeps coming back?": what each counts, and the leads behind it (E9, E10)."""

from datetime import date

from django.utils.translation import gettext_lazy

from dashboards.decisions.reports.periods import weeks_back
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure
from dashboards.queries.reports import patterns as queries
from dashboards.queries.reports.goals import waiting_leads
from dashboards.views.reports.goal_figures import behind_queues
from queues.decisions.figures.patterns_of_days import MORNING
from queues.decisions.figures.patterns_of_months import last_end

RULE = gettext_lazy("Articles: watch for bottlenecks. How large and how steady a pattern must be is ours (E9)")


def last_monday(asked: Asked) -> date:
    """Of the last whole week."""
    return weeks_back(2, last=asked.at.astimezone(asked.tz).date(), tz=asked.tz)[0].first


STRENGTH = Figure(
    "pattern_strength",
    gettext_lazy("Times the usual"),
    gettext_lazy(
        "How many times as much as usual: the morning as a multiple of the afternoon, what waits on Monday as a "
        "multiple of the other mornings, the end of a month as a multiple of the working days around it; of a full "
        "queue the part of the hours. A pattern counts when it is 1.5 times the usual (1.3 times at the end of "
        "months), when chance alone would make it in less than one of 200 histories, and when it shows in three of "
        "four weeks or months."
    ),
    RULE,
)
MORNING_CAME = Figure(
    "pattern_morning",
    gettext_lazy("Last time"),
    gettext_lazy(
        "What the last whole week counted: leads that came from 8 to 12 on working days; leads that waited on Monday "
        "at 8:00; leads that came on the last three working days of the last month; of a full queue, who waits now."
    ),
    RULE,
    behind_queues(lambda asked, ids: queries.came_on_workdays(ids, last_monday(asked), MORNING, tz=asked.tz)),
    gettext_lazy("The leads of the mornings"),
)
MONDAY_WAITING = Figure(
    "pattern_monday",
    gettext_lazy("Waiting on Monday at 8:00"),
    gettext_lazy("Leads that waited when work started on Monday of the last whole week."),
    RULE,
    behind_queues(lambda asked, ids: queries.waited_on_monday(ids, last_monday(asked), tz=asked.tz)),
)
MONTH_CAME = Figure(
    "pattern_month",
    gettext_lazy("Came at the end of the month"),
    gettext_lazy("Leads that came on the last three working days of the last month whose end lies in whole weeks."),
    RULE,
    behind_queues(lambda asked, ids: queries.came_on(ids, last_end(last_monday(asked)), tz=asked.tz)),
)
WAITING = Figure(
    "pattern_full",
    gettext_lazy("Waiting now"),
    gettext_lazy("Leads that wait now in the queue that is always full."),
    RULE,
    behind_queues(lambda asked, ids: waiting_leads(ids)),
)
FIGURES = (STRENGTH, MORNING_CAME, MONDAY_WAITING, MONTH_CAME, WAITING)
