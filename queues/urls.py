"""Addresses of the queues app."""

from django.urls import URLPattern, path

from queues.views import claims

app_name = "queues"

urlpatterns: list[URLPattern] = [
    path("take-next/", claims.take, name="take_next"),
    path("take-batch/", claims.batch, name="take_batch"),
    path("take/<int:pk>/", claims.take_one, name="take_one"),
]
