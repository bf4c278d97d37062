"""The many like pieces of the pictures on Flow, in Python: a template takes five times as long for them."""

from datetime import datetime, time

from django import template
from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.web.escaping import escaped
from config.web.figures import number, plain
from config.web.times import clock_time
from dashboards.decisions.flow_chart import Bar, Chart
from dashboards.decisions.heat_map import Cell, HeatMap
from dashboards.decisions.time_spans import Span
from dashboards.templatetags.flow_page import cut_name, weekday

register = template.Library()


@register.simple_tag
def heat_days(heat: HeatMap, here: datetime) -> SafeString:
    """The names of the seven rows; the one of `here` stands out."""
    found = []
    for row in heat.rows:
        strong = ' class="lblstrong"' if row[0].weekday == here.weekday() else ""
        found.append(f'<text{strong} x="0" y="{plain(row[0].y + 17)}">{escaped(weekday(row[0]))}</text>')
    return mark_safe("".join(found))


@register.simple_tag
def heat_rows(heat: HeatMap) -> SafeString:
    """Seven rows of fields."""
    waiting, unknown = _("%(n)s waiting"), escaped(_("not measured yet"))
    clock = [clock_time(time(hour)) for hour in range(24)]
    found = []
    for row in heat.rows:
        name = escaped(weekday(row[0]))
        found += [_heat_cell(cell, f"{name} {clock[cell.hour]}", waiting, unknown) for cell in row]
    return mark_safe("".join(found))


@register.simple_tag
def heat_table(heat: HeatMap, hour_list: str) -> SafeString:
    """The same fields as numbers, each the address of its leads."""
    hours = "".join([f'<th scope="col" class="r">{cell.hour:02d}</th>' for cell in heat.rows[0]])
    corner = escaped(_("Weekday"))
    head = f'<thead><tr><th scope="col">{corner}</th>{hours}</tr></thead>'
    rows = []
    for row in heat.rows:
        fields = "".join([_heat_field(cell, escaped(hour_list)) for cell in row])
        rows.append(f'<tr><th scope="row">{escaped(weekday(row[0]))}</th>{fields}</tr>')
    return mark_safe(f"{head}<tbody>{''.join(rows)}</tbody>")


def _heat_field(cell: Cell, hour_list: str) -> str:
    if cell.mean is None:
        nothing = escaped(_("n/a"))
        return f'<td class="r">{nothing}</td>'
    says = escaped(floatformat(cell.mean, 1))
    return f'<td class="r"><a href="{hour_list}{cell.weekday}-{cell.hour}">{says}</a></td>'


def _heat_cell(cell: Cell, name: str, waiting: str, unknown: str) -> str:
    says = unknown if cell.mean is None else escaped(waiting % {"n": floatformat(cell.mean, 0)})
    return (
        f'<rect class="h{cell.level}" x="{cell.x}" y="{cell.y}" width="34" height="25" rx="3">'
        f"<title>{name}, {says}</title></rect>"
    )


@register.simple_tag
def flow_bars(chart: Chart, span: Span) -> SafeString:
    """What came above the axis and what went below it, each bar with its hour or day."""
    came, went = escaped(_("in")), escaped(_("out"))
    return mark_safe("".join([_bar(bar, span, came, went) for bar in chart.bars]))


def _bar(bar: Bar, span: Span, came: str, went: str) -> str:
    name, x, width, middle = escaped(cut_name(bar.starts_at, span)), plain(bar.x), plain(bar.width), plain(bar.middle)
    parts = [
        f'<rect class="in" x="{x}" y="{plain(bar.in_y)}" width="{width}" height="{plain(bar.in_height)}" rx="2">'
        f"<title>{name}, {came} {bar.came}</title></rect>"
        f'<rect class="out" x="{x}" y="{plain(bar.out_y)}" width="{width}" height="{plain(bar.out_height)}" rx="2">'
        f"<title>{name}, {went} {bar.went}</title></rect>"
    ]
    if bar.tells_in:
        parts.append(_label(middle, bar.in_label_y, bar.came))
    if bar.tells_out:
        parts.append(_label(middle, bar.out_label_y, bar.went))
    parts.append(f'<text x="{middle}" y="296" text-anchor="middle">{escaped(cut_label(bar.starts_at, span))}</text>')
    return "".join(parts)


def _label(middle: str, y: float, count: int) -> str:
    return f'<text class="lbl" x="{middle}" y="{plain(y)}" text-anchor="middle">{number(count)}</text>'


def cut_label(cut: datetime, span: Span) -> str:
    """The label under a bar."""
    return date_format(localtime(cut), {"24h": "H", "7d": "D j"}.get(span.key, "j"))
