"""Captures, imports and activities in the admin, read-only."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import action, display

from config.admin.base import RecordAdmin
from leads.actions.web_forms import NotHeldAsSpam, mark_not_spam
from leads.models import Activity, Capture, Upload
from leads.presenters.import_rows import destination_text
from leads.queries.imports import destinations_of


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("at", "lead", "kind", "by")
    list_select_related = ("lead", "by")
    search_fields = ("lead_id",)


@admin.register(Capture)
class CaptureAdmin(RecordAdmin):
    list_display = ("received_at", "channel", "state", "lead", "upload", "line", "web_form")
    list_select_related = ("lead", "upload", "web_form")
    search_fields = ("lead_id",)
    actions_detail = ("take_in",)

    def has_take_in_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Users who can edit forms decide about spam. Offered only for captures that are held."""
        if not request.user.has_perm("leads.change_webform"):
            return False
        row = self.get_object(request, object_id) if object_id else None
        return row is None or row.is_held_as_spam or request.method == "POST"

    @action(description=lazy("Not spam: take it in"), icon="move_to_inbox", permissions=["take_in"])
    def take_in(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not request.user.has_perm("leads.change_webform"):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None or row.web_form_id is None:
            raise Http404
        if request.method != "POST":
            return self.confirm(
                request,
                row,
                title=_("Take this in?"),
                about=_("It joins the lead of the same person if there is one. Otherwise the entry rules place it."),
                act=_("Take it in"),
            )
        try:
            self._tell(request, mark_not_spam(row, by=request.user, at=timezone.now()))
        except NotHeldAsSpam:
            self.message_user(request, _("This is not held as spam, or no longer."), messages.WARNING)
        return HttpResponseRedirect(reverse("admin:leads_webform_embed", args=[row.web_form_id]))

    def _tell(self, request: HttpRequest, row: Capture) -> None:
        if row.lead is None:
            text = _("This is not enough for a lead. It stays here as it came.")
            self.message_user(request, text, messages.WARNING)
            return
        where = destination_text(row.lead, destinations_of([row.lead_id]).get(row.lead_id))
        lead = format_html('<a href="{}">{}</a>', reverse("leads:lead", args=[row.lead_id]), row.lead)
        self.message_user(request, format_html(_("{lead} is taken in. {where}."), lead=lead, where=where))


@admin.register(Upload)
class UploadAdmin(RecordAdmin):
    list_display = ("name", "created_at", "created_by", "state", "made", "merged", "unchanged", "refused")
    list_select_related = ("created_by",)
    list_filter = ("state",)
    fields = ("name", "state", "problem", "size_shown", "made", "merged", "unchanged", "refused")
    fields += ("created_at", "created_by", "started_at", "finished_at")
    readonly_fields = ("size_shown",)

    @display(description=lazy("size"))
    def size_shown(self, obj: Upload) -> int:
        return obj.bytes
