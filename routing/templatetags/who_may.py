"""What to do about an empty page, in templates."""

from django import template
from django.template.context import Context

from routing.presenters import who_may

register = template.Library()


@register.simple_tag(takes_context=True)
def help_with(context: Context, name: str) -> who_may.Help:
    """What the reader can do about it, or who can."""
    return who_may.help_with(name, context["request"].user)
