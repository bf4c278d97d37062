"""Addresses of the leads app."""

from django.urls import URLPattern, path

from leads.api import api
from leads.views import lead, search

app_name = "leads"

urlpatterns: list[URLPattern] = [
    path("leads/<int:pk>/", lead.lead, name="lead"),
    path("api/", api.urls),
    path("search/", search.search, name="search"),
]
