"""Addresses of the routing app."""

from django.urls import URLPattern

app_name = "routing"

urlpatterns: list[URLPattern] = []
