"""Filters of lists, which live in the address: whether one is set, the address with one changed, the others kept."""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def same(value: object, other: object) -> bool:
    """Whether a filter's value is the one that is set; None and "" are the same."""
    return str("" if value is None else value) == str("" if other is None else other)


@register.filter
def get(mapping: dict, key: object) -> object:
    return mapping.get(key) if mapping else None


@register.simple_tag(takes_context=True)
def address_with(context: dict, key: str, value: object) -> str:
    """This address with one filter set, or taken away by "" or None; back on the first page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    if value in ("", None):
        query.pop(key, None)
    else:
        query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def other_inputs(context: dict, *names: str) -> SafeString:
    """Hidden inputs for all of the address except these names, so that a form which sets these keeps the rest."""
    dropped = {*names, "v", "format"}
    query = context["request"].GET.lists()
    pairs = [(name, value) for name, values in query if name not in dropped for value in values]
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.filter
def text_in(column: Any, row: object) -> str:
    """The words of a cell of a list whose column brings its own."""
    return column.text(row)
