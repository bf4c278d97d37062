"""Tags of the reports: this address with something changed, the "?" beside a figure."""

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from config.web.escaping import escaped
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
    where `by` and `value` name one. With `as` it can stand inside a sentence that is translated as a whole. Drawn here,
    because a page has up to thirty and a template takes ten times as long."""
    name, link = escaped(figure.name), ""
    if figure.behind is not None:
        href = asked.leads(figure.key, by=by, value=str(value))
        link = f' <a href="{escaped(href)}">{escaped(figure.link)}</a>'
    counts = _("What %(name)s counts") % {"name": name}
    return mark_safe(
        f'{JOINED}<details class="al-q"><summary><i aria-hidden="true">?</i> <span class="vh">{counts}</span></summary>'
        f' <span class="al-def"><b>{name}.</b> {escaped(figure.says)}'
        f' <span class="rule">{escaped(figure.rule)}</span>{link}</span></details>'
    )
