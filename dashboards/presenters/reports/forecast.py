"""Presents what the day will bring: a sentence, what helps, the line of the coming hours, and hits and misses (K1)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.pictures.lines import Chart, line_chart
from config.web.times import clock_time
from dashboards.presenters.reports.figures import Figure
from dashboards.presenters.reports.tables import Band, Cell, Column, Row, Table
from dashboards.queries.reports.forecast import Outlook
from queues.decisions.figures.calendar import hour_start
from queues.decisions.figures.forecast import Forecast, Measure, Record, total_error

ONE_HOUR = timedelta(hours=1)
LEAST_AWAY = 0.005
GRID = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


def clock_text(moment: datetime) -> str:
    return clock_time(localtime(moment))


def range_text(found: Forecast) -> str:
    """The least and the worst of the replayed weeks; nothing if they agree."""
    if found.least == found.most:
        return ""
    words = {"least": number(found.least), "most": number(found.most)}
    return _("%(least)s to %(most)s, as the last weeks went") % words


def measure_text(measure: Measure) -> str:
    prevented = number(measure.prevents)
    if measure.reps:
        return ngettext(
            "%(n)s more rep prevents %(prevented)s", "%(n)s more reps prevent %(prevented)s", measure.reps
        ) % {"n": number(measure.reps), "prevented": prevented}
    return _("pausing %(source)s prevents %(prevented)s") % {"source": measure.source, "prevented": prevented}


def measure_links(one: Outlook) -> list[tuple[str, str]]:
    """(what it says, where it is done), the better first."""
    lend, queue = reverse("queues:lend", args=[one.queue.slug]), reverse("dashboards:queue", args=[one.queue.slug])
    return [(measure_text(measure), lend if measure.reps else queue) for measure in one.measures]


def away_text(rows: Sequence[Outlook]) -> str:
    """Where planned absences leave fewer hands than usual, the fewest first; empty where everybody is there."""
    short = sorted((one for one in rows if one.away >= LEAST_AWAY), key=lambda one: (-one.away, one.queue.name))
    named = ", ".join(f"{one.queue.name} {percent(one.away)}" for one in short)
    return _("Away, of those who usually take the leads: %(named)s.") % {"named": named} if short else ""


def picture(found: Forecast, *, at: datetime) -> Chart:
    """Breaches added up, from now to the end of each hour."""
    ends = [hour_start(at) + (place + 1) * ONE_HOUR for place in range(len(found.by_hour))]
    says = _("Breaches expected from now on: %(first)s by %(first_time)s, %(last)s by %(last_time)s.") % {
        "first": number(round(found.by_hour[0])),
        "first_time": clock_text(ends[0]),
        "last": number(found.expected),
        "last_time": clock_text(ends[-1]),
    }
    return line_chart(
        [_("now"), *map(clock_text, ends)],
        [0.0, *found.by_hour],
        goal=None,
        words=lambda value: number(round(value or 0)),
        name=_("Breaches"),
        says=says,
        steps=GRID,
    )


def queue_table(rows: Sequence[Outlook], figures: dict[str, Figure], leads: Callable[[Outlook, str], str]) -> Table:
    columns = (
        Column("overdue", _("Overdue now"), figures["overdue"]),
        Column("due", _("Limit ends by then"), figures["due"]),
        Column("expected", _("Will breach"), figures["expected"]),
        Column("range", _("Earlier weeks"), is_number=False, can_sort=False),
        Column("helps", _("What would help"), is_number=False, can_sort=False),
    )
    lines = [
        Row(
            one.queue.name,
            (
                Cell(number(one.overdue), one.overdue, href=leads(one, "overdue") if one.overdue else ""),
                Cell(number(one.due), one.due, href=leads(one, "due") if one.due else ""),
                _expected(one),
                Cell((one.forecast and range_text(one.forecast)) or ""),
                Cell("; ".join(measure_text(each) for each in one.measures)),
            ),
            href=reverse("dashboards:queue", args=[one.queue.slug]),
        )
        for one in rows
    ]
    return Table(_("What the coming hours bring, by queue"), _("Queue"), columns, (Band("", lines),), sort="-expected")


def _expected(one: Outlook) -> Cell:
    if one.forecast is None:
        return Cell(_("n/a"))
    return Cell(number(one.forecast.expected), one.forecast.expected, is_strong=True)


def record_table(records: Sequence[tuple[date, Record]], figure: Figure) -> Table:
    columns = (
        Column("expected", _("Forecast"), figure),
        Column("range", _("Earlier weeks"), is_number=False, can_sort=False),
        Column("happened", _("Happened")),
        Column("verdict", _("Verdict"), is_number=False, can_sort=False),
    )
    rows = [
        Row(
            date_format(day, "D j M"),
            (
                Cell(number(record.expected), record.expected),
                Cell(_("%(least)s to %(most)s") % {"least": number(record.least), "most": number(record.most)}),
                Cell(_("not over") if record.happened is None else number(record.happened), record.happened),
                _verdict(record),
            ),
        )
        for day, record in records
    ]
    return Table(_("Forecasts at this hour and what happened"), _("Day"), columns, (Band("", rows),))


def _verdict(record: Record) -> Cell:
    if record.is_hit is None:
        return Cell("")
    return Cell(_("hit"), level="ok") if record.is_hit else Cell(_("missed"), level="warn")


def record_text(records: Sequence[tuple[date, Record]]) -> str:
    """How far forecasts can be believed, in one sentence."""
    known = [record for _day, record in records if record.is_hit is not None]
    if not known:
        return _("How good it is shows as soon as the first forecast is over.")
    hits = sum(1 for record in known if record.is_hit)
    words = {"hits": number(hits), "n": number(len(known))}
    error = total_error(known)
    says = ngettext("Of %(n)s earlier day %(hits)s came true.", "Of %(n)s earlier days %(hits)s came true.", len(known))
    says = says % words
    if error is None:
        return says
    off = _("All together the forecast was %(percent)s off.") % {"percent": percent(abs(error))}
    return f"{says} {off}"
