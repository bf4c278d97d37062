"""How soon leads are contacted, in words: table and pictures (E3)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.web.figures import number, percent
from config.web.people import display_name
from config.web.pictures.distribution import Distribution
from config.web.pictures.lines import Chart, line_chart
from config.web.times import exact
from dashboards.presenters.reports.bars import times_picture
from dashboards.presenters.reports.figures import Behind, Fact
from dashboards.presenters.reports.tables import Band, BarMark, Cell, Column, Row, Table
from dashboards.presenters.reports.words import change_text, short_time, time_text
from dashboards.queries.reports.contact import Contacted, Contacts
from queues.decisions.figures.classes import CONTACT_EDGES, DAY, HOUR, MINUTE
from queues.decisions.figures.totals import TakenTotals
from routing.models import Assignment

# where the bars of the picture begin; the first holds the two shortest classes, the last the longest five
BARS = (0, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, DAY)
MARKS = (15 * MINUTE, 2 * HOUR, DAY)
PERCENT_STEPS = (0.25, 0.5)
NOT_YET = gettext_lazy("not yet")


def _took(held: Assignment) -> int | None:
    return getattr(held, "took", None) if held.first_contact_at else None


def _contact_text(held: Assignment) -> str:
    return time_text(_took(held)) if held.first_contact_at else str(NOT_YET)


FACTS: tuple[Fact, ...] = (
    Fact(gettext_lazy("Rep"), lambda held: display_name(held.holder), lambda held: display_name(held.holder)),
    Fact(gettext_lazy("Taken"), lambda held: exact(held.assigned_at), lambda held: held.assigned_at.isoformat()),
    Fact(gettext_lazy("Contact due"), lambda held: exact(held.first_due_at), lambda held: _iso(held.first_due_at)),
    Fact(
        gettext_lazy("First contact"),
        lambda held: exact(held.first_contact_at) or str(NOT_YET),
        lambda held: _iso(held.first_contact_at),
    ),
    Fact(gettext_lazy("After"), _contact_text, _took, is_number=True),
)


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def behind(rows: QuerySet[Any]) -> Behind:
    return Behind(rows, lambda held: held.lead, FACTS)


def table(found: Contacts, columns: Sequence[Column], hrefs: Callable[[str, str], str]) -> Table:
    """`hrefs` gives the address of the leads behind a row by its part and value."""
    return Table(
        caption=_("Time from the claim to the first contact by rep and queue"),
        first=_("Rep or queue"),
        columns=columns,
        bands=(
            Band(_("By rep"), [_row(one, one.name, "rep", hrefs) for one in found.reps]),
            Band(
                _("By queue"),
                [_row(one, one.name or _("No queue of yours"), "queue", hrefs) for one in found.queues],
                _("where the leads came from"),
            ),
        ),
        foot=Row(_("All"), _cells(found.all)),
        sort="within",
    )


def _row(one: Contacted, name: str, by: str, hrefs: Callable[[str, str], str]) -> Row:
    return Row(name, _cells(one), hrefs(by, one.value) if one.value else "")


def _cells(one: Contacted) -> tuple[Cell, ...]:
    now, before = one.now, one.before
    median, most, within = now.percentile(50), now.percentile(95), now.share_within
    change = None if now.mean is None or before.mean is None else now.mean - before.mean
    return (
        Cell(number(now.taken), now.taken),
        Cell(number(now.contacted), now.contacted),
        Cell(percent(within), None if within is None else float(within), is_strong=True, bar=_bar(now)),
        Cell(short_time(now.mean), now.mean),
        Cell(short_time(median), median),
        Cell(short_time(most), most),
        Cell(change_text(change), change),
    )


def _bar(now: TakenTotals) -> BarMark | None:
    return None if now.share_within is None else BarMark(round(float(now.share_within) * 100, 1))


def picture(totals: TakenTotals) -> Distribution:
    """Bars from one minute to a day."""
    says = _("How soon %(n)s leads were contacted") % {"n": number(totals.contacted)}
    return times_picture(totals.contacts, CONTACT_EDGES, starts=BARS, targets=MARKS, says=says)


def weeks_picture(firsts: Sequence[date], shares: Sequence[float | None], *, is_running: bool) -> Chart:
    known = [share for share in shares if share is not None]
    says = _("Contacted within the limit in %(n)s weeks: %(first)s at first, %(last)s in the last.") % {
        "n": number(len(shares)),
        "first": percent(known[0] if known else None),
        "last": percent(known[-1] if known else None),
    }
    labels = [date_format(first, "j M") for first in firsts]
    name = _("Within the limit")
    return line_chart(
        labels, shares, goal=None, words=percent, name=name, says=says, steps=PERCENT_STEPS, is_running=is_running
    )
