"""Addresses of the leads app."""

from django.urls import URLPattern, path

from leads.api import api
from leads.views import api_docs, lead, search, upload, uploads, web_form

app_name = "leads"

urlpatterns: list[URLPattern] = [
    path("leads/<int:pk>/", lead.lead, name="lead"),
    path("imports/", uploads.uploads, name="uploads"),
    path("imports/new", uploads.create_upload, name="bring_upload"),
    path("imports/<int:pk>/", upload.upload, name="upload"),
    path("imports/<int:pk>/preview", upload.preview, name="preview_upload"),
    path("imports/<int:pk>/start", upload.start_upload, name="start_upload"),
    path("imports/<int:pk>/cancel", uploads.cancel_upload, name="cancel_upload"),
    path("imports/<int:pk>/continue", uploads.continue_upload, name="continue_upload"),
    path("imports/<int:pk>/discard", uploads.discard_upload_file, name="discard_upload"),
    path("imports/<int:pk>/problems.csv", upload.report, name="upload_problems"),
    path("api/docs", api_docs.api_docs, name="api_docs"),
    path("api/openapi.json", api_docs.openapi, name="openapi"),
    path("api/", api.urls),
    path("forms/<slug:slug>/", web_form.web_form, name="web_form"),
    path("forms/<slug:slug>/thanks", web_form.thanks, name="web_form_thanks"),
    path("search/", search.search, name="search"),
]
