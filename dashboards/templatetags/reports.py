"""Tags of the reports: this address with something changed, the "?" beside a figure."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from config.web.explained import explanation
from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure

register = template.Library()
JOINED = "\u2060"  # no new line before the "?"


@register.simple_tag
def asked_with(asked: Asked, **changes: str) -> str:
    """The address of this report with some of it changed."""
    return asked.address(**changes)


@register.simple_tag
def explain(figure: Figure, asked: Asked, by: str = "", value: str = "") -> SafeString:
    """What the figure counts, and after whose rule, behind a "?"; with the list of the leads behind it, of one row
    where `by` and `value` name one. With `as` it can stand inside a sentence that is translated as a whole."""
    href = asked.leads(figure.key, by=by, value=str(value)) if figure.behind is not None else ""
    return mark_safe(JOINED + explanation(figure, href=href))
