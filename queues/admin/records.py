"""Read-only admin of queue entries, breaches, escalations and moves of deadlines."""

from django.contrib import admin

from config.admin.base import RecordAdmin
from queues.models import Breach, DeadlineMove, Entry, Escalation


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    list_display = ("entered_at", "queue", "lead", "since_at", "left_at", "left_how")
    list_select_related = ("queue", "lead")
    list_filter = ("queue",)
    search_fields = ("lead_id",)


@admin.register(Breach)
class BreachAdmin(RecordAdmin):
    list_display = ("at", "clock", "number", "lead", "due_at", "act")
    list_select_related = ("lead",)
    search_fields = ("lead_id",)


@admin.register(Escalation)
class EscalationAdmin(RecordAdmin):
    list_display = ("broke_at", "kind", "queue", "lead", "closed_at", "closed_how")
    list_select_related = ("queue", "lead")
    search_fields = ("lead_id",)


@admin.register(DeadlineMove)
class DeadlineMoveAdmin(RecordAdmin):
    list_display = ("at", "why", "name", "by", "moved", "kept_breaches")
    list_select_related = ("by",)
    list_filter = ("why",)
    search_fields = ("name",)
