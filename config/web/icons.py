"""Symbols of the sprite, and the signs of health: a shape for each level, so that colour is never alone."""

from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.web.charts import level_of

SIGNS = {
    "ok": "circle-check-filled",
    "warn": "alert-triangle-filled",
    "bad": "alert-octagon-filled",
    "off": "circle-dashed",
}


@lru_cache(maxsize=1024)
def icon(name: str, classes: str = "i") -> SafeString:
    """A symbol of the sprite; decoration only, the words stand beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, static("img/icons.svg"), name
    )


def sign(level: str) -> SafeString:
    """Shape and colour of a health level: ok, warn, bad, off; also yellow, red, critical. Words belong beside it."""
    level = level_of(level)
    return icon(SIGNS.get(level, SIGNS["off"]), f"sign {level}")
