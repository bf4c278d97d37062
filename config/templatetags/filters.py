"""Filters of lists, which live in the address: whether one is set, and the address with one changed."""

from django import template

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
