"""Addresses of the leads app."""

from django.urls import URLPattern, URLResolver, include, path

from leads.views import (
    api_call,
    api_docs,
    column_fields,
    lead,
    saved_views,
    search,
    upload,
    uploads,
    web_form,
    webhook,
    webhook_acts,
    webhooks,
)

app_name = "leads"

# the framework's own names and addresses, written down so that they are known without loading it (a test compares)
API_CALLS: list[URLPattern] = [
    path("", api_call.api_call, name="api-root"),
    path("leads", api_call.api_call, name="send_lead"),
    path("leads/batch", api_call.api_call, name="send_leads"),
    path("leads/<lead_id>", api_call.api_call, name="see_lead"),
    path("me", api_call.api_call, name="me"),
    path("hooks", api_call.api_call, name="make_hook"),
    path("hooks", api_call.api_call, name="see_hooks"),
    path("hooks/samples", api_call.api_call, name="see_samples"),
    path("hooks/<hook_id>", api_call.api_call, name="remove_hook"),
]
# many programs end an address with a slash, and a redirect would lose what they send
WITH_SLASH: list[URLPattern] = [
    path("leads/", api_call.api_call),
    path("leads/batch/", api_call.api_call),
    path("leads/<lead_id>/", api_call.api_call),
    path("me/", api_call.api_call),
    path("hooks/", api_call.api_call),
    path("hooks/samples/", api_call.api_call),
    path("hooks/<hook_id>/", api_call.api_call),
    path("docs/", api_docs.api_docs),
    path("openapi.json/", api_docs.openapi),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("leads/<id:pk>/", lead.lead, name="lead"),
    path("imports/", uploads.uploads, name="uploads"),
    path("imports/new", uploads.create_upload, name="bring_upload"),
    path("imports/<id:pk>/", upload.upload, name="upload"),
    path("imports/<id:pk>/preview", upload.preview, name="preview_upload"),
    path("imports/<id:pk>/read", upload.read_upload, name="read_upload"),
    path("imports/<id:pk>/start", upload.start_upload, name="start_upload"),
    path("imports/<id:pk>/fields", column_fields.make_column_fields, name="make_column_fields"),
    path("imports/<id:pk>/cancel", uploads.cancel_upload, name="cancel_upload"),
    path("imports/<id:pk>/continue", uploads.continue_upload, name="continue_upload"),
    path("imports/<id:pk>/discard", uploads.discard_upload_file, name="discard_upload"),
    path("imports/<id:pk>/problems.csv", upload.report, name="upload_problems"),
    path("api/docs", api_docs.api_docs, name="api_docs"),
    path("api/openapi.json", api_docs.openapi, name="openapi"),
    path("api/", include((API_CALLS, "ninja"), namespace="api")),
    path("api/", include(WITH_SLASH)),
    path("forms/<slug:slug>/", web_form.web_form, name="web_form"),
    path("forms/<slug:slug>/thanks", web_form.thanks, name="web_form_thanks"),
    path("connections/webhooks/", webhooks.webhooks, name="webhooks"),
    path("connections/webhooks/add/", webhooks.add_webhook, name="add_webhook"),
    path("connections/webhooks/<id:pk>/", webhook.webhook, name="webhook"),
    path("connections/webhooks/<id:pk>/change/", webhooks.change_webhook, name="change_webhook"),
    path("connections/webhooks/<id:pk>/test/", webhook_acts.test_webhook, name="test_webhook"),
    path("connections/webhooks/<id:pk>/try/", webhook_acts.try_webhook, name="try_webhook"),
    path("connections/webhooks/<id:pk>/replay/", webhook_acts.replay_many, name="replay_webhook"),
    path("connections/webhooks/<id:pk>/on/", webhook_acts.switch_on, name="switch_webhook_on"),
    path("connections/webhooks/<id:pk>/off/", webhook_acts.switch_off, name="switch_webhook_off"),
    path("connections/webhooks/keys/<id:pk>/remove/", webhook_acts.remove_webhooks_of, name="remove_webhooks_of"),
    path("connections/webhooks/<id:pk>/secret/", webhook_acts.rotate_secret, name="rotate_webhook"),
    path("connections/webhooks/<id:pk>/remove/", webhook_acts.remove_webhook, name="remove_webhook"),
    path("connections/webhooks/messages/<id:pk>/", webhook.message, name="webhook_message"),
    path("connections/webhooks/messages/<id:pk>/replay/", webhook_acts.replay_message, name="replay_webhook_message"),
    path("search/", search.search, name="search"),
    path("views/save/", saved_views.save, name="save_view"),
    path("views/<id:pk>/rename/", saved_views.rename, name="rename_view"),
    path("views/<id:pk>/change/", saved_views.change, name="change_view"),
    path("views/<id:pk>/default/", saved_views.default, name="default_view"),
    path("views/<id:pk>/share/", saved_views.share, name="share_view"),
    path("views/<id:pk>/remove/", saved_views.remove, name="remove_view"),
    path("views/<id:pk>/undo/", saved_views.undo, name="bring_view_back"),
]
