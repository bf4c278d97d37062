"""The choices in the menu of a filter, in Python: a page has up to a hundred and thirty, in menus that few open."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString, mark_safe

from config.web.escaping import escaped
from config.web.icons import icon
from dashboards.presenters.reports.filter_chips import Choice

register = template.Library()


@register.simple_tag
def choice_lines(choices: Sequence[Choice]) -> SafeString:
    """One line for each; the one that is set has a check."""
    return mark_safe("".join([_line(choice) for choice in choices]))


def _line(choice: Choice) -> str:
    current, mark = (' aria-current="true"', icon("check")) if choice.is_on else ("", '<span class="i"></span>')
    return f'<li><a href="{escaped(choice.href)}"{current}>{mark}{escaped(choice.text)}</a></li>'
