"""Icons and signs of health in templates."""

from django import template

from config.web import charts, icons

register = template.Library()
register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.sign, name="sign")
register.filter("level", charts.level_of)
