"""How long leads wait, in words: figures, verdicts, table and pictures (E1)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number, percent
from config.web.pictures.distribution import Distribution
from config.web.pictures.lines import Chart, line_chart
from config.web.times import exact
from dashboards.decisions.reports.verdicts import Kept, Verdict, verdict
from dashboards.presenters.reports.bars import times_picture
from dashboards.presenters.reports.figures import Behind, Fact
from dashboards.presenters.reports.tables import Band, BarMark, Cell, Column, Row, Table
from dashboards.presenters.reports.words import change_text, rough_time, short_time, time_text
from dashboards.queries.reports.waits import Waited, Waits
from queues.decisions.figures.classes import DAY, HOUR, MINUTE, WAIT_EDGES
from queues.decisions.figures.totals import StayTotals, share

TARGETS = (2 * HOUR, 8 * HOUR, 24 * HOUR)
# where the bars of the picture begin; the first holds the three shortest classes, the last the longest four
BARS = (0, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY, 2 * DAY, 3 * DAY)
BAR_SCALE = 1.5  # a bar in a cell ends at this many times the target
GRID_STEPS = (HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 4 * DAY, 7 * DAY)
NAMED_QUEUES = 3
FACTS: tuple[Fact, ...] = (
    Fact(gettext_lazy("Queue"), lambda stay: stay.queue.name, lambda stay: stay.queue.name),
    Fact(gettext_lazy("Source"), lambda stay: stay.lead.source.name, lambda stay: stay.lead.source.name),
    Fact(gettext_lazy("Type"), lambda stay: stay.lead.get_lead_type_display(), lambda stay: stay.lead.lead_type),
    Fact(gettext_lazy("Entered"), lambda stay: exact(stay.entered_at), lambda stay: stay.entered_at.isoformat()),
    Fact(gettext_lazy("Claimed"), lambda stay: exact(stay.left_at), lambda stay: stay.left_at.isoformat()),
    Fact(gettext_lazy("Waited"), lambda stay: time_text(stay.wait), lambda stay: stay.wait, is_number=True),
)


def behind(rows: QuerySet[Any]) -> Behind:
    return Behind(rows, lambda stay: stay.lead, FACTS)


def verdict_of(group: Waited) -> Verdict:
    return verdict(group.now.mean, group.before.mean, group.target)


def verdict_cell(found: Verdict) -> Cell:
    if found.kept == Kept.MISSED:
        return Cell(_("missed by %(time)s") % {"time": rough_time(found.by)}, found.by, "bad")
    if found.kept == Kept.GETTING_WORSE:
        return Cell(_("kept, getting worse"), -1, "warn")
    return Cell(_("kept"), -2, "ok")


def table(found: Waits, columns: Sequence[Column], hrefs: Any) -> Table:
    """`hrefs` gives the address of the leads behind a row by its part and value."""
    return Table(
        caption=_("Waiting by queue, source and type, the longest mean first"),
        first=_("Queue, source or type"),
        columns=columns,
        bands=(
            Band(_("By queue"), _rows(found.queues, "queue", hrefs), _("mean against its target")),
            Band(_("By source"), _rows(found.sources, "source", hrefs), _("each lead against the target of its queue")),
            Band(_("By type"), _rows(found.types, "type", hrefs), _("each lead against the target of its queue")),
        ),
        foot=Row(_("All"), _cells(found.all)),
        sort="-mean",
    )


def _rows(groups: Sequence[Waited], by: str, hrefs: Any) -> list[Row]:
    return [Row(group.name, _cells(group), hrefs(by, group.value)) for group in groups]


def _cells(group: Waited) -> tuple[Cell, ...]:
    now, before = group.now, group.before
    median, most = now.percentile(50), now.percentile(95)
    change = None if now.mean is None or before.mean is None else now.mean - before.mean
    within = share(group.within, now.claimed)
    return (
        Cell(time_text(group.target), group.target) if group.target else Cell(""),
        Cell(number(now.claimed), now.claimed),
        Cell(short_time(now.mean), now.mean, is_strong=True, bar=_bar(group)),
        Cell(short_time(median), median),
        Cell(short_time(most), most),
        Cell(percent(within), None if within is None else float(within)),
        Cell(change_text(change), change),
        verdict_cell(verdict_of(group)) if group.target else Cell(""),
    )


def _bar(group: Waited) -> BarMark | None:
    if group.target is None or group.now.mean is None:
        return None
    width = min(group.now.mean / (BAR_SCALE * group.target), 1) * 100
    return BarMark(round(width, 1), round(100 / BAR_SCALE, 2), is_late=group.now.mean >= group.target)


def picture(totals: StayTotals) -> Distribution:
    """Bars from fifteen minutes to three days, with the three targets between them."""
    says = _("How long %(n)s leads waited") % {"n": number(totals.claimed)}
    return times_picture(totals.waits, WAIT_EDGES, starts=BARS, targets=TARGETS, says=says)


def weeks_picture(
    firsts: Sequence[date], means: Sequence[float | None], target: int | None, *, is_running: bool
) -> Chart:
    """The mean of each week; the goal where all queues shown have the same. `is_running`: the last is not over."""
    labels = [date_format(first, "j M") for first in firsts]
    known = [mean for mean in means if mean is not None]
    says = _("Mean wait of %(n)s weeks: %(first)s at first, %(last)s in the last.") % {
        "n": number(len(means)),
        "first": time_text(known[0] if known else None),
        "last": time_text(known[-1] if known else None),
    }
    return line_chart(
        labels,
        means,
        goal=target,
        words=time_text,
        name=_("Mean wait"),
        says=says,
        goal_words=_("target %(time)s") % {"time": time_text(target)} if target else "",
        steps=GRID_STEPS,
        is_missed=(lambda mean: mean >= target) if target else None,
        is_running=is_running,
    )


def targets_text(queues: Sequence[Waited]) -> str:
    """'2 h: Hot inbound · 8 h: MQL, Enterprise', for the key below the picture."""
    found = []
    for target in sorted({queue.target for queue in queues if queue.target}):
        names = [queue.name for queue in queues if queue.target == target]
        more = len(names) - NAMED_QUEUES
        shown = ", ".join(names[:NAMED_QUEUES])
        shown = _("%(names)s and %(n)s more") % {"names": shown, "n": number(more)} if more > 0 else shown
        found.append(f"{time_text(target)}: {shown}")
    return " · ".join(found)
