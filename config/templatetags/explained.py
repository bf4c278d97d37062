"""The "?" beside a figure of a board, once in its column head or card (E10)."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from config.web.explained import explanation

register = template.Library()


@register.simple_tag
def about(figures: Mapping[str, Any], key: str, href: str = "") -> SafeString:
    """`figures` explains each figure of the page by its key; `href` opens the leads behind the one that it stands at.
    Once a page for each key, so that a "?" that is open stays open when the page renews itself."""
    figure = figures[key]
    opens = getattr(figure, "opens", False) or getattr(figure, "behind", None) is not None
    return explanation(figure, href=href, named=f"about-{key}", opens_below=opens and not href)
