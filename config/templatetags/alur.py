"""Empty: its tags are built into all templates (settings: TEMPLATES); the name stays until no template loads it."""

from django import template

register = template.Library()
