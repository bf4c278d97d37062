"""The root of all addresses; each app has its own list and namespace."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import views
from config.live.stream import events

urlpatterns = [
    path("", include("dashboards.urls")),
    path("", include("leads.urls")),
    path("", include("routing.urls")),
    path("", include("queues.urls")),
    path("admin/", admin.site.urls),
    path("language", login_not_required(set_language), name="set_language"),
    path("events", events, name="events"),
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
]

handler400 = "config.errors.bad_request"
