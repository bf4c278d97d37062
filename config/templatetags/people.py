"""Names of people and languages in templates."""

from django import template

from config.web import people

register = template.Library()
register.filter("initials", people.initials)
register.filter("person", people.display_name)
register.filter("own_language", people.own_language)
