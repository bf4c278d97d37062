"""What became of leads: the tables and pictures of the report (E2, H2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _

from config.web.figures import number, percent
from dashboards.decisions.reports.interval_chart import interval_chart
from dashboards.decisions.reports.lead_flow import End, Flow, Step
from dashboards.presenters.reports import outcome_figures as figures
from dashboards.presenters.reports.outcome_words import end_names, range_text, span_text, step_names
from dashboards.presenters.reports.tables import Band, BarMark, Cell, Column, Row, Table
from dashboards.presenters.reports.words import change_of_share
from dashboards.queries.reports.contact import Contacted
from dashboards.queries.reports.outcomes import Group, Groups
from queues.decisions.figures.chance import Sample
from queues.decisions.figures.speed import WaitGroup
from queues.decisions.figures.totals import share

Href = Callable[[object, str, str], str]  # the leads behind a figure, of one part and value


def stay_columns() -> tuple[Column, ...]:
    return (
        Column("claimed", _("Claimed"), figures.CLAIMED),
        Column("converted", _("Converted"), figures.CONVERTED),
        Column("won", _("Won"), figures.WON),
        Column("conversion", _("Conversion"), figures.CONVERSION),
        Column("range", _("Range by chance"), figures.RANGE, can_sort=False),
        Column("change", _("Change in points"), figures.CHANGE),
    )


def conversion_table(found: Groups, href: Href) -> Table:
    return Table(
        caption=_("Conversion by queue and by source"),
        first=_("Queue or source"),
        columns=stay_columns(),
        bands=(
            Band(
                _("By queue"),
                [_stay_row(one, "queue", href) for one in found.queues if one.now.claimed],
                _("each claim by how it ended, also if the lead was lost later"),
            ),
            Band(_("By source"), [_stay_row(one, "source", href) for one in found.sources if one.now.claimed]),
        ),
        foot=Row(_("All"), _stay_cells(found.all, "", href)),
        sort="-conversion",
    )


def speed_table(groups: Sequence[WaitGroup], href: Href) -> Table:
    """In the order of time."""
    wanted = ("claimed", "converted", "conversion", "range")
    columns = tuple(replace(column, can_sort=False) for column in stay_columns() if column.key in wanted)
    rows = [_speed_row(group, href) for group in groups]
    title, says = _("By time waited"), _("times with few claims are put together")
    return Table(_("Conversion by the time that leads waited"), _("Waited"), columns, (Band(title, rows, says),))


def rep_table(reps: Sequence[Contacted], total: Contacted, href: Href) -> Table:
    columns = (
        Column("taken", _("Taken"), figures.TAKEN),
        Column("converted", _("Converted"), figures.REP_CONVERTED),
        Column("conversion", _("Conversion"), figures.REP_CONVERSION),
        Column("range", _("Range by chance"), figures.RANGE, can_sort=False),
        Column("rate", _("Win rate"), figures.WIN_RATE),
        Column("change", _("Change in points"), figures.CHANGE),
    )
    rows = [Row(one.name, _rep_cells(one, href), href(figures.TAKEN, "rep", one.value)) for one in reps]
    return Table(
        caption=_("Conversion by rep"),
        first=_("Rep"),
        columns=columns,
        bands=(Band(_("By rep"), rows, _("what each took from anywhere and converted, also if it was lost later")),),
        foot=Row(_("All"), _rep_cells(total, href)),
        sort="-conversion",
    )


def flow_table(flow: Flow, href: Href) -> Table:
    """How many of the leads that stand so today had come how far."""
    names, titles = end_names(), step_names()
    columns = [Column(step.value, titles[step], figures.STEPS[step]) for step in Step]

    def cell(step: Step, end: End) -> Cell:
        return _count_cell(flow.reached[step, end], figures.CAPTURED, "at", f"{step}.{end}", href)

    rows = [
        Row(names[end], (*(cell(step, end) for step in Step), _part(flow, end)), href(figures.CAPTURED, "end", end))
        for end in End
    ]
    sums = [_count_cell(flow.of_step(step), figures.CAPTURED, "step", step, href) for step in Step]
    return Table(
        caption=_("Leads that arrived, by how they stand today and how far they came"),
        first=_("Today"),
        columns=(*columns, Column("share", _("Share"), figures.STANDS)),
        bands=(Band(_("How leads stand that arrived in this period"), rows),),
        foot=Row(_("All"), (*sums, Cell(percent(share(flow.total, flow.total))))),
    )


def flow_picture(flow: Flow) -> dict[str, object]:
    steps, ends = step_names(), end_names()
    parts = [f"{steps[step]} {number(flow.of_step(step))}" for step in Step]
    parts += [f"{ends[end]} {number(flow.of_end(end))}" for end in End]
    return {
        "flow": flow,
        "says": ", ".join(parts),
        "steps": [(node, steps[Step(node.name)], _of_all(node.count, flow)) for node in flow.steps],
        "ends": [(node, ends[End(node.name)], _of_all(node.count, flow)) for node in flow.ends],
    }


def speed_picture(groups: Sequence[WaitGroup]) -> dict[str, object]:
    chart = interval_chart([group.sample for group in groups])
    texts = [
        (span_text(each), percent(each.sample.share), range_text(each.sample.interval), number(each.sample.whole))
        for each in groups
    ]
    says = "; ".join(f"{span}: {part} ({interval})" for span, part, interval, _count in texts)
    return {"chart": chart, "bars": list(zip(chart.bars, texts, strict=True)), "says": says}


def _stay_row(one: Group, by: str, href: Href) -> Row:
    return Row(one.name, _stay_cells(one, by, href), href(figures.CLAIMED, by, one.value))


def _stay_cells(one: Group, by: str, href: Href) -> tuple[Cell, ...]:
    now = one.now
    return (
        Cell(number(now.claimed), now.claimed),
        _count_cell(now.converted, figures.CONVERTED, by, one.value, href),
        _count_cell(now.won, figures.WON, by, one.value, href),
        _share_cell(now.conversion),
        _range_cell(Sample(now.converted, now.claimed)),
        _change_cell(now.conversion, one.before.conversion),
    )


def _speed_row(group: WaitGroup, href: Href) -> Row:
    value, sample = f"{group.start}-{'' if group.end is None else group.end}", group.sample
    cells = (
        Cell(number(sample.whole), sample.whole),
        _count_cell(sample.part, figures.CONVERTED, "wait", value, href),
        _share_cell(sample.share),
        _range_cell(sample),
    )
    return Row(span_text(group), cells, href(figures.CLAIMED, "wait", value))


def _rep_cells(one: Contacted, href: Href) -> tuple[Cell, ...]:
    now, by = one.now, "rep" if one.value else ""
    return (
        Cell(number(now.taken), now.taken),
        _count_cell(now.converted, figures.REP_CONVERTED, by, one.value, href),
        _share_cell(now.conversion),
        _range_cell(Sample(now.converted, now.taken)),
        Cell(
            percent(now.win_rate), _value(now.win_rate), href=href(figures.WIN_RATE, by, one.value) if now.won else ""
        ),
        _change_cell(now.conversion, one.before.conversion),
    )


def _share_cell(value: Fraction | None) -> Cell:
    bar = None if value is None else BarMark(round(float(value) * 100, 1))
    return Cell(percent(value), _value(value), is_strong=True, bar=bar)


def _range_cell(sample: Sample) -> Cell:
    return Cell(range_text(sample.interval))


def _change_cell(now: Fraction | None, before: Fraction | None) -> Cell:
    change = None if now is None or before is None else round(float(now - before) * 100, 1)
    return Cell(change_of_share(now, before), change)


def _count_cell(count: int, figure: object, by: str, value: str, href: Href) -> Cell:
    """It opens what it counts."""
    return Cell(number(count), count, href=href(figure, by, value) if count else "")


def _part(flow: Flow, end: End) -> Cell:
    return Cell(_of_all(flow.of_end(end), flow), _value(share(flow.of_end(end), flow.total)))


def _of_all(count: int, flow: Flow) -> str:
    return percent(share(count, flow.total))


def _value(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
