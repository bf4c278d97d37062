"""The small charts of the lists in templates; config/web/charts.py has their geometry."""

from collections.abc import Sequence

from django import template

from config.web import charts

register = template.Library()


@register.inclusion_tag("_parts/age.html")
def age_bar(fresh: int, warm: int, old: int) -> dict:
    """Leads by age: 0-4 h, 4-24 h, 24 h and more (E6)."""
    return {"fresh": fresh, "warm": warm, "old": old, "segments": charts.age_segments(fresh, warm, old)}


@register.inclusion_tag("_parts/depth.html")
def depth_bar(waiting: int, yellow: int, red: int, critical: int, level: str) -> dict:
    """How many wait, on the scale of the queue's own thresholds (E5, L4)."""
    bar = charts.depth(waiting, yellow=yellow, red=red, critical=critical, level=level)
    over = {"yellow": yellow, "red": red, "critical": critical}.get(level)
    return {"waiting": waiting, "bar": bar, "over": over}


@register.inclusion_tag("_parts/spark.html")
def spark(values: Sequence[float], label: str, limit: float | None = None) -> dict:
    """A line of the last hours; `label` says it in words, ending with the current number."""
    return {"spark": charts.spark(list(values), limit), "label": label}
