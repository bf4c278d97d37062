"""What will the day bring? Breaches of the coming hours, what prevents them, and how often it came true (K1)."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number
from config.web.ids import read_id
from dashboards.presenters.reports import forecast as words
from dashboards.presenters.reports.answers import Answer, Empty, Picture, Question
from dashboards.presenters.reports.asked import Asked, Group
from dashboards.presenters.reports.figures import Behind, Fact, Figure
from dashboards.presenters.reports.notes import recount_notes_since
from dashboards.queries.reports.forecast import Outlook, outlooks, past_records, until
from dashboards.queries.reports.scope import reported_queues
from queues.decisions.figures.forecast import Forecast, added_up
from queues.models import Entry
from queues.queries.figures.asked import kept_since
from queues.queries.figures.forecast import replayed_since


def answer(asked: Asked) -> Answer:
    queues = reported_queues(asked.user, asked.filters)
    rows = outlooks(queues, at=asked.at)
    since = replayed_since(asked.at)
    notes = recount_notes_since(since, kept_since(since, at=asked.at).stale_days)
    whole = added_up([one.forecast for one in rows if one.forecast is not None])
    if whole is None:
        why = Empty(
            _("There is no forecast yet: it replays the same hours of earlier weeks."),
            _("It begins a week after the first lead came to a queue."),
        )
        return Answer("dashboards/reports/_forecast.html", empty=why, notes=notes)
    records = past_records(queues, at=asked.at, tz=asked.tz)
    figures = {"overdue": OVERDUE, "due": DUE, "expected": EXPECTED}
    tables = [words.queue_table(rows, figures, lambda one, what: _leads(asked, one, figures[what]))]
    if records:
        tables.append(words.record_table(records, EXPECTED))
    return Answer(
        "dashboards/reports/_forecast.html",
        facts=_facts(asked, rows, whole) | {"record": words.record_text(records)},
        pictures=[_picture(asked, whole)],
        tables=tables,
        notes=notes,
    )


def _picture(asked: Asked, whole: Forecast) -> Picture:
    title, when = _("Breaches from now on"), _("until %(time)s") % {"time": words.clock_text(until(asked.at))}
    draw = words.picture
    return Picture("hours", _("Hours"), title, "_parts/line_chart.html", lambda: draw(whole, at=asked.at), when)


def _facts(asked: Asked, rows: list[Outlook], whole: Forecast) -> dict[str, object]:
    helped = [one for one in rows if one.measures]
    worst = max(helped, key=lambda one: one.forecast.expected if one.forecast else 0, default=None)
    return {
        "asked": asked,
        "figure": EXPECTED,
        "count": whole.expected,
        "n": number(whole.expected),
        "by": words.clock_text(until(asked.at)),
        "range": words.range_text(whole),
        "worst": worst.queue if worst else None,
        "worst_n": number(worst.forecast.expected) if worst and worst.forecast else "",
        "away": words.away_text(rows),
        "measures": words.measure_links(worst) if worst else [],
    }


def _leads(asked: Asked, one: Outlook, figure: Figure) -> str:
    return asked.leads(figure.key, by="queue", value=str(one.queue.pk))


def _waiting(asked: Asked, group: Group) -> QuerySet[Entry]:
    queues = {queue.pk for queue in reported_queues(asked.user, asked.filters) if queue.is_active}
    if group.by:
        pk = {"queue": read_id}[group.by](group.value)
        if pk not in queues:
            raise KeyError(group.value)
        queues = {pk}
    rows = Entry.objects.waiting().filter(queue__in=queues)
    return rows.select_related("lead__source", "queue").order_by("wait_due_at", "pk")


def _overdue(asked: Asked, group: Group) -> Behind:
    return _behind(_waiting(asked, group).filter(wait_due_at__lt=asked.at))


def _due(asked: Asked, group: Group) -> Behind:
    rows = _waiting(asked, group).filter(wait_due_at__gte=asked.at, wait_due_at__lt=until(asked.at))
    return _behind(rows.filter(wait_breached_at__isnull=True))


def _behind(rows: QuerySet[Entry]) -> Behind:
    queue = Fact(gettext_lazy("Queue"), lambda row: row.queue.name, lambda row: row.queue.name)
    due = Fact(
        gettext_lazy("Longest wait ends"),
        lambda row: words.clock_text(row.wait_due_at),
        lambda row: row.wait_due_at.isoformat(),
    )
    return Behind(rows, lambda row: row.lead, (queue, due))


EXPECTED = Figure(
    "forecast_expected",
    gettext_lazy("Will breach"),
    gettext_lazy(
        "Leads whose longest wait will end before somebody takes them. The same hours of the last four weeks are "
        "replayed on what waits now: as many leads come, and in each hour as many can be taken as the most that were, "
        "less the part of those who will be away. Who is due first is taken first. The figure is the mean of the weeks."
    ),
    gettext_lazy("Ours (K1)"),
)
OVERDUE = Figure(
    "forecast_overdue",
    gettext_lazy("Overdue now"),
    gettext_lazy("Waiting leads whose longest wait has ended. They do not breach again, and are taken first."),
    gettext_lazy("Longest wait (D1)"),
    _overdue,
)
DUE = Figure(
    "forecast_due",
    gettext_lazy("Limit ends by then"),
    gettext_lazy("Waiting leads whose longest wait ends within the hours of the forecast, unless they are taken."),
    gettext_lazy("Longest wait (D1)"),
    _due,
)
QUESTION = Question(
    slug="forecast",
    title=gettext_lazy("What will the day bring?"),
    says=gettext_lazy("The coming hours, as the same hours of the last four weeks went."),
    answer=answer,
    figures=(EXPECTED, OVERDUE, DUE),
    unused=frozenset({"period", "source", "type", "rep"}),
)
