"""The figures of "Do we keep our goals?": what each counts, and the leads behind it (E8, E10)."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from config.web.ids import read_id
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Figure
from dashboards.presenters.reports.goals import behind
from dashboards.queries.reports import goals as queries
from dashboards.queries.reports.scope import reported_queues
from queues.models import Entry

Rows = Callable[[Asked, list[int]], QuerySet[Entry]]


def behind_queues(rows: Rows) -> Callable[[Asked, Group], Behind]:
    """The rows of the queues asked for, or of one of them."""

    def found(asked: Asked, group: Group) -> Behind:
        ids = [queue.pk for queue in reported_queues(asked.user, asked.filters)]
        if group.by:
            asked_for = read_id(group.value)
            if group.by != "queue" or asked_for not in ids:
                raise KeyError(group.value)
            ids = [asked_for]
        return behind(rows(asked, ids))

    return found


def _pair(asked: Asked) -> queries.Bounds:
    return queries.bounds(asked.filters.period, at=asked.at)


RULE = gettext_lazy("Articles: keep the queue moving (E8)")
AGE = Figure(
    "goal_age",
    gettext_lazy("Mean age"),
    gettext_lazy(
        "The ages of the leads that waited at each full hour of the period, added up and divided by their number: an "
        "hour in which many waited weighs more. A lead that was given back keeps its age. Counted back from now: who "
        "waits, less who came later, and who left later. The list shows who waits now."
    ),
    gettext_lazy("Articles: a mean age below 12 hours; exactly 12 hours is too old (E8, L1)"),
    behind_queues(lambda asked, ids: queries.waiting_leads(ids)),
    gettext_lazy("The leads that wait now"),
)
WAITING = Figure(
    "goal_waiting",
    gettext_lazy("Waiting now"),
    gettext_lazy("Leads that wait now. Their mean age is the sum of their ages divided by their number."),
    RULE,
    behind_queues(lambda asked, ids: queries.waiting_leads(ids)),
)
OLD_NOW = Figure(
    "goal_old_now",
    gettext_lazy("Older than 72 h now"),
    gettext_lazy("Leads that wait now and are older than 72 hours."),
    RULE,
    behind_queues(lambda asked, ids: queries.waiting_leads(ids, very_old_at=asked.at)),
)
WITHIN = Figure(
    "goal_within",
    gettext_lazy("Within 24 h"),
    gettext_lazy(
        "Each stay in a queue is decided once: when it is claimed within 24 hours, or when it becomes 24 hours old. "
        "The share is the first, divided by both. The list shows the first."
    ),
    gettext_lazy("Articles: 90 % and more claimed within 24 hours; exactly 24 hours is too late (E8, L1)"),
    behind_queues(lambda asked, ids: queries.claimed_leads(_pair(asked), ids, within_day=True)),
    gettext_lazy("The leads claimed within 24 h"),
)
LATE = Figure(
    "goal_late",
    gettext_lazy("Not within 24 h"),
    gettext_lazy("Stays that became 24 hours old in this period without a claim, wherever they went later."),
    RULE,
    behind_queues(lambda asked, ids: queries.day_old_leads(_pair(asked), ids)),
)
OLD = Figure(
    "goal_old",
    gettext_lazy("Over 72 h"),
    gettext_lazy("Leads that became older than 72 hours in this period while they waited; the goal is none."),
    gettext_lazy("Articles: no lead older than 72 hours (E8)"),
    behind_queues(lambda asked, ids: queries.very_old_leads(_pair(asked), ids)),
)
DEPTH = Figure(
    "goal_depth",
    gettext_lazy("Mean depth"),
    gettext_lazy("Leads that waited at each full hour of the period, divided by the hours. Counted back from now."),
    RULE,
)
CLAIMS = Figure(
    "goal_claims",
    gettext_lazy("Claims a day"),
    gettext_lazy("Claims in the period, divided by its hours and multiplied by 24; weekends count too."),
    RULE,
    behind_queues(lambda asked, ids: queries.claimed_leads(_pair(asked), ids)),
    gettext_lazy("The claims behind it"),
)
DAYS = Figure(
    "goal_days",
    gettext_lazy("Days of claims"),
    gettext_lazy(
        "Mean depth divided by the claims of a day. Below two, reps run out of work; above four, leads grow old."
    ),
    gettext_lazy("Articles: a depth of 2 to 4 times the team's daily claims (E8)"),
)
