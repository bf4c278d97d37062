"""Admin of segments: a list ordered by dragging, with a condition editor; each segment names a rotation (F7)."""

from collections.abc import Mapping

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from config.admin.sortable import ArrangedAdmin
from leads.admin.conditions import ConditionsAdmin
from queues.actions.queue_settings import apply_segments
from queues.models import Queue, Segment
from queues.presenters.routing_trail import segment_warnings
from routing.presenters.rotation_warnings import own_warnings


class SegmentForm(ModelForm):
    def clean_queue(self) -> Queue:
        queue = self.cleaned_data["queue"]
        if queue.is_pull:
            text = _("Reps take the leads of this queue themselves. Choose one that hands them out through a rotation.")
            raise ValidationError(text)
        return queue


@admin.register(Segment)
class SegmentAdmin(ConditionsAdmin, ArrangedAdmin):
    form = SegmentForm
    list_display = ("name", "queue", "reads_as", "rotation", "is_active", "position")
    list_editable = ("is_active", "position")
    list_filter = ("queue",)
    list_select_related = ("queue", "rotation")
    list_before_template = "admin/segments_before.html"
    fieldsets = (
        (None, {"fields": (("name", "is_active"), "queue")}),
        (lazy("When"), {"fields": ("conditions",)}),
        (lazy("Then"), {"fields": ("rotation",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: Mapping | None = None) -> HttpResponse:
        texts = [text for queue in _with_segments() for text in segment_warnings(queue)]
        return super().changelist_view(request, {**(extra_context or {}), "segment_warnings": texts})

    def save_model(self, request: HttpRequest, obj: Segment, form: ModelForm, change: bool) -> None:
        before = form.initial.get("queue") if change else None
        super().save_model(request, obj, form, change)
        if change and not set(form.changed_data) - {"position"}:
            return
        self.warn_about_conditions(request, obj)
        self._apply(request, {obj.queue_id, before})
        for text in [*segment_warnings(obj.queue), *own_warnings(obj.rotation, at=timezone.now())]:
            self.message_user(request, text, messages.WARNING)

    def arrange(self, request: HttpRequest, typed: Mapping[int, int]) -> None:
        super().arrange(request, typed)
        self._apply(request, {queue.pk for queue in _with_segments()})

    def delete_model(self, request: HttpRequest, obj: Segment) -> None:
        queue = obj.queue_id
        super().delete_model(request, obj)
        self._apply(request, {queue})

    def _apply(self, request: HttpRequest, queue_ids: set[int | None]) -> None:
        """Waiting leads change to the rotation of the new segments, once per queue."""
        for queue in Queue.objects.filter(pk__in=queue_ids - {None}).select_related("rotation").order_by("pk"):
            apply_segments(queue, by=request.user, at=timezone.now())


def _with_segments() -> list[Queue]:
    rows = Queue.objects.filter(segments__isnull=False).select_related("rotation")
    return list(rows.order_by("position", "name", "pk").distinct())
