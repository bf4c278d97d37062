"""Tags of the reports: this address with something changed, the "?" beside a figure."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from dashboards.presenters.reports.asked import Asked
from dashboards.presenters.reports.figures import Figure

register = template.Library()


@register.simple_tag
def asked_with(asked: Asked, **changes: str) -> str:
    """The address of this report with some of it changed."""
    return asked.address(**changes)


@register.simple_tag
def explain(figure: Figure, asked: Asked, by: str = "", value: str = "") -> SafeString:
    """What the figure counts; with the list of the leads behind it, of one row where `by` and `value` name one. With
    `as` it can stand inside a sentence that is translated as a whole."""
    href = asked.address(reverse("dashboards:report_leads"), figure=figure.key, by=by, value=str(value))
    context = {"figure": figure, "href": href if figure.behind is not None else ""}
    return mark_safe(render_to_string("_parts/explain.html", context).strip())
