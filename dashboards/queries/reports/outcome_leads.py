"""The rows behind the figures of outcomes, as many as each counts (E2, H2, E10)."""

from django.db.models import F, Q, QuerySet

from config.web.ids import read_id
from dashboards.decisions.reports.lead_flow import ENDS, End, Step
from dashboards.queries.reports.behind import taken_leads, waited_stays
from dashboards.queries.reports.outcomes import FLAGS
from leads.models import Lead
from queues.models import Entry
from queues.queries.figures.arrivals import arrived
from queues.queries.figures.asked import Asked
from queues.queries.figures.stays import IS_CONVERTED, IS_WON
from queues.queries.figures.taken import ENDS as HOW_ENDED
from queues.queries.figures.taken import IS_WON as IS_WON_BY_REP
from routing.models import Assignment

BY_WAIT = "wait"
BETWEEN = "-"


def claimed(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    """Claims of one queue or source, or with `by` "wait" those that waited between two numbers of seconds ("0-900",
    "259200-" has no end). Raises KeyError for an unknown part or value."""
    if by != BY_WAIT:
        return waited_stays(asked, by, value)
    first, _found, last = value.partition(BETWEEN)
    start, end = read_id(first), read_id(last)
    if start is None or (last and end is None):
        raise KeyError(value)
    rows = waited_stays(asked, "", "").filter(Q(wait__gte=start))
    return rows if end is None else rows.filter(Q(wait__lt=end))


def converted(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    return claimed(asked, by, value).filter(IS_CONVERTED)


def won(asked: Asked, by: str, value: str) -> QuerySet[Entry]:
    return claimed(asked, by, value).filter(IS_WON)


def still_held(asked: Asked) -> QuerySet[Assignment]:
    """Leads out of these queues that were taken in the period and are with a rep now, so that nobody knows yet what
    becomes of them. Few, whatever the history: they are found among the open ones."""
    rows = Assignment.objects.open().filter(assigned_at__gte=asked.start, assigned_at__lt=asked.counted_end)
    given = {
        "place_id__in": asked.queues,
        "lead__source__in": asked.sources,
        "lead__lead_type__in": asked.types,
        "holder__in": asked.reps,
    }
    rows = rows.filter(**{name: ids for name, ids in given.items() if ids is not None})
    return rows.select_related("lead__source").order_by("-assigned_at", "-pk")


def taken_and_converted(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    """What reps took and made an opportunity or a customer."""
    return taken_leads(asked, by, value).filter(ended_how__in=HOW_ENDED["converted"])


def taken_and_won(asked: Asked, by: str, value: str) -> QuerySet[Assignment]:
    return taken_leads(asked, by, value).filter(IS_WON_BY_REP)


def went(asked: Asked, by: str, value: str) -> QuerySet[Lead]:
    """Leads that arrived and are not merged; `by` "end" or "step", or "at" both ("claimed.lost")."""
    rows = arrived(asked.start, asked.counted_end).exclude(stage=Lead.Stage.MERGED)
    given = {"source__in": asked.sources, "lead_type__in": asked.types, "last_queue__in": asked.queues}
    rows = rows.filter(**{name: ids for name, ids in given.items() if ids is not None})
    step, _found, end = {"": "captured.", "step": f"{value}.", "end": f"captured.{value}", "at": value}[by].partition(
        "."
    )
    if end:
        rows = rows.filter(stage__in=[stage for stage, its in ENDS.items() if its == End(end)])
    if Step(step) != Step.CAPTURED:
        rows = rows.filter(**{FLAGS[Step(step)].removeprefix("was_"): True})
    return rows.select_related("source").order_by(F("created_at").desc(), "-pk")
