"""What came in and what happened to leads, for looking up."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as lazy
from unfold.decorators import display

from config.admin_base import RecordAdmin
from leads.models import Activity, Capture, Upload


@admin.register(Activity)
class ActivityAdmin(RecordAdmin):
    list_display = ("at", "lead", "kind", "by")
    list_select_related = ("lead", "by")
    search_fields = ("lead_id",)


@admin.register(Capture)
class CaptureAdmin(RecordAdmin):
    list_display = ("received_at", "channel", "state", "lead", "upload", "line")
    list_select_related = ("lead", "upload")
    search_fields = ("lead_id",)


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
