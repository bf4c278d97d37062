"""Figures in templates."""

from django import template

from config.web import figures

register = template.Library()
register.filter("number", figures.number)
register.filter("number_up_to", figures.number_up_to)
register.filter("decimals", figures.decimals)
register.filter("trimmed", figures.trimmed)
register.filter("percent", figures.percent)
register.filter("percent_beside", figures.percent_beside)
register.filter("plain", figures.plain)
