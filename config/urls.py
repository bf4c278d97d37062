"""The root of all URLs; each app has its own list and namespace."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from config import views
from config.kept import views as kept
from config.live.stream import events

urlpatterns = [
    path("", include("queues.urls")),  # first, because take next is there: Django tries them in this order
    path("", include("dashboards.urls")),
    path("", include("leads.urls")),
    path("", include("routing.urls")),
    path("admin/login/", views.admin_sign_in),
    path("admin/logout/", LogoutView.as_view()),
    path("admin/background-jobs/", views.background_jobs, name="background_jobs"),
    path("admin/", admin.site.urls),
    path("language", views.choose_language, name="set_language"),  # as the theme of the admin names it
    path("session/", kept.session_state, name="session_state"),
    path("sign-in/again/", kept.signed_in_again, name="signed_in_again"),
    path("kept-form/discard/", kept.discard, name="discard_kept_form"),
    path("events", events, name="events"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("apple-touch-icon.png", views.touch_icon, name="touch_icon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]

handler400 = "config.web.errors.bad_request"
handler500 = "config.web.busy.server_error"
