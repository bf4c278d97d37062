"""What is lost, in words: sentences, tables and the picture of twelve weeks (E4)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.web.figures import number, percent
from config.web.pictures.lines import Chart, line_chart
from dashboards.presenters.reports import loss_figures as figures
from dashboards.presenters.reports.tables import Band, BarMark, Cell, Column, Row, Table
from dashboards.presenters.reports.words import change_of_share
from dashboards.queries.reports.losses import KINDS, Reason
from dashboards.queries.reports.outcomes import Group, Groups
from queues.decisions.figures.losses import MOST_LOST, loses_too_many
from queues.decisions.figures.reasons import Standing
from queues.decisions.figures.totals import share

Href = Callable[[object, str, str], str]  # the leads behind a figure, of one part and value
STEPS = (0.05, 0.1, 0.25, 0.5)
BAR_END = 2 * MOST_LOST
NAMED = 3


def loss_text(value: Fraction | float | None) -> str:
    """With a decimal, because the alarm begins above 15 %."""
    return percent(value, decimals=1)


def loss_sentence(found: Groups, before: str) -> str:
    """'Before: 12.0 % in the 30 days before.'"""
    was = found.all.before.abandonment
    if was is None:
        return _("Nothing entered in %(before)s.") % {"before": before}
    text = _("It was %(was)s in %(before)s, whose leads have had more time.")
    return text % {"was": loss_text(was), "before": before}


def alarm_sentence(queues: Sequence[Group]) -> str:
    """Which queues are above 15 %, the worst first."""
    bad = [queue for queue in queues if loses_too_many(queue.now.abandonment)]
    if not bad:
        return _("No queue is above 15 %.")
    bad.sort(key=lambda queue: (-(queue.now.abandonment or 0), queue.name))
    named = ", ".join(f"{queue.name} {loss_text(queue.now.abandonment)}" for queue in bad[:NAMED])
    text = ngettext("%(n)s queue is above 15 %%: %(named)s.", "%(n)s queues are above 15 %%: %(named)s.", len(bad))
    if len(bad) > NAMED:
        text = _("%(n)s queues are above 15 %%, the worst are %(named)s.")
    return text % {"n": number(len(bad)), "named": named}


def reason_sentence(reasons: Sequence[Reason]) -> str:
    """The reason given most often for giving leads back; all of them where several are."""
    given = [reason for reason in reasons if reason.kind == "returned" and reason.now]
    if not given:
        return _("No rep gave a lead back.")
    most, total = max(reason.now for reason in given), sum(reason.now for reason in given)
    names = sorted(figures.reason_text(reason.reason) for reason in given if reason.now == most)
    text = ngettext(
        "Reps gave back %(n)s lead, most often for this reason: %(reason)s (%(share)s).",
        "Reps gave back %(n)s leads, most often for this reason: %(reason)s (%(share)s).",
        total,
    )
    if len(names) > 1:
        text = _("Reps gave back %(n)s leads, most often for these reasons: %(reason)s (%(share)s each).")
    return text % {"n": number(total), "reason": get_text_list(names, _("and")), "share": percent(share(most, total))}


def standing_sentences(found: Sequence[Standing], sources: Mapping[int, str]) -> list[str]:
    """The reasons given far more often in one source than in the others, the strongest first."""
    text = _("%(source)s stands out: %(n)s of %(of)s were given back for this reason: %(reason)s; elsewhere %(usual)s.")
    return [
        text
        % {
            "source": sources.get(each.part, ""),
            "n": number(each.here.part),
            "of": number(each.here.whole),
            "reason": figures.reason_text(each.reason),
            "usual": percent(each.elsewhere),
        }
        for each in found
        if each.part in sources
    ][:NAMED]


def loss_table(found: Groups, href: Href) -> Table:
    ways = {"nurtured": _("Nurture"), "archived": _("Archive"), "partnered": _("Partner"), "closed": _("Closed")}
    columns = (
        Column("entered", _("Entered"), figures.ENTERED),
        Column("left", _("Left without a claim"), figures.LOST),
        Column("loss", _("Abandonment"), figures.ABANDONMENT),
        Column("change", _("Change in points"), figures.CHANGE),
        *(Column(key, name, figures.WAYS[key]) for key, name in ways.items()),
        Column("verdict", _("Verdict"), is_number=False),
    )
    return Table(
        caption=_("Leads that left without a claim by queue and source, the largest share first"),
        first=_("Queue or source"),
        columns=columns,
        bands=(
            Band(_("By queue"), [_loss_row(one, "queue", href) for one in found.queues if one.now.entered]),
            Band(_("By source"), [_loss_row(one, "source", href) for one in found.sources if one.now.entered]),
        ),
        foot=Row(_("All"), _loss_cells(found.all, "", href)),
        sort="-loss",
    )


def reason_table(reasons: Sequence[Reason], href: Href) -> Table | None:
    """Each reason with its share among returns, skips or disqualifications; None without any."""
    bands = []
    for kind, title in KINDS.items():
        given = [reason for reason in reasons if reason.kind == kind]
        total, before = sum(reason.now for reason in given), sum(reason.before for reason in given)
        if given:
            rows = [_reason_row(reason, total, before, href) for reason in given]
            says = ngettext("%(n)s time", "%(n)s times", total) % {"n": number(total)}
            bands.append(Band(str(title), rows, says))
    if not bands:
        return None
    columns = (
        Column("times", _("Times"), figures.REASON),
        Column("share", _("Share"), figures.REASON_SHARE),
        Column("times_before", _("Before"), figures.REASON_BEFORE),
        Column("share_change", _("Change of share in points"), figures.REASON_CHANGE),
    )
    return Table(
        _("Why reps gave leads back, skipped or disqualified them"), _("Reason"), columns, bands, sort="-times"
    )


def weeks_picture(firsts: Sequence[date], shares: Sequence[float | None], *, is_running: bool) -> Chart:
    known = [one for one in shares if one is not None]
    says = _("Abandonment in %(n)s weeks: %(first)s at first, %(last)s in the last.") % {
        "n": number(len(shares)),
        "first": loss_text(known[0] if known else None),
        "last": loss_text(known[-1] if known else None),
    }
    return line_chart(
        [date_format(first, "j M") for first in firsts],
        shares,
        goal=float(MOST_LOST),
        words=percent,
        name=_("Abandonment"),
        says=says,
        goal_words=_("alarm above 15 %"),
        steps=STEPS,
        is_missed=lambda value: value > float(MOST_LOST),
        is_running=is_running,
    )


def _loss_row(one: Group, by: str, href: Href) -> Row:
    return Row(one.name, _loss_cells(one, by, href), href(figures.ENTERED, by, one.value))


def _loss_cells(one: Group, by: str, href: Href) -> tuple[Cell, ...]:
    now, was = one.now, one.before.abandonment
    change = None if now.abandonment is None or was is None else round(float(now.abandonment - was) * 100, 1)
    return (
        Cell(number(now.entered), now.entered),
        Cell(number(now.unclaimed), now.unclaimed, href=_link(href, figures.LOST, by, one.value, now.unclaimed)),
        Cell(loss_text(now.abandonment), _value(now.abandonment), is_strong=True, bar=_bar(now.abandonment)),
        Cell(change_of_share(now.abandonment, was), change),
        *(
            Cell(number(count), count, href=_link(href, figures.WAYS[key], by, one.value, count))
            for key in figures.WAYS
            if (count := getattr(now, key)) is not None
        ),
        _verdict(now.abandonment),
    )


def _link(href: Href, figure: object, by: str, value: str, count: int) -> str:
    return href(figure, by, value) if count else ""


def _bar(value: Fraction | None) -> BarMark | None:
    if value is None:
        return None
    return BarMark(round(min(float(value / BAR_END), 1.0) * 100, 1), 50.0, is_late=loses_too_many(value))


def _verdict(value: Fraction | None) -> Cell:
    if value is None:
        return Cell(_("n/a"))
    return Cell(_("above 15 %"), 1, "bad") if loses_too_many(value) else Cell(_("fine"), 0, "ok")


def _reason_row(reason: Reason, total: int, before: int, href: Href) -> Row:
    now, was = share(reason.now, total), share(reason.before, before)
    change = None if now is None or was is None else round(float(now - was) * 100, 1)
    cells = (
        Cell(number(reason.now), reason.now),
        Cell(
            percent(now), _value(now), is_strong=True, bar=None if now is None else BarMark(round(float(now) * 100, 1))
        ),
        Cell(number(reason.before), reason.before),
        Cell(change_of_share(now, was), change),
    )
    link = href(figures.REASON, "reason", f"{reason.kind}.{reason.reason}") if reason.now else ""
    return Row(figures.reason_text(reason.reason), cells, link)


def _value(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
