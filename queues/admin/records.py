"""Read-only admin of queue entries, breaches, escalations, moves of deadlines, and help for queues that overflow."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from config.admin.base import RecordAdmin
from queues.models import (
    Breach,
    ContactStep,
    DeadlineMove,
    Entry,
    Escalation,
    FastLane,
    Loan,
    Queue,
    SourcePause,
)

ACTS = dict(ContactStep.Act.choices) | dict(Queue.OnWaitBreach.choices)


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    list_display = ("entered_at", "queue", "lead", "since_at", "left_at", "left_how")
    list_select_related = ("queue", "lead")
    list_filter = ("queue",)
    search_fields = ("lead_id",)


@admin.register(Breach)
class BreachAdmin(RecordAdmin):
    list_display = ("at", "clock", "number", "lead", "due_at", "what_happened")
    list_select_related = ("lead",)
    search_fields = ("lead_id",)

    @admin.display(description=_("what happens"))
    def what_happened(self, breach: Breach) -> str:
        return str(ACTS.get(breach.act, breach.act))


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


@admin.register(Loan)
class LoanAdmin(RecordAdmin):
    list_display = ("at", "rep", "queue", "by", "until", "ended_at")
    list_select_related = ("rep__user", "queue", "by")
    list_filter = ("queue",)


@admin.register(FastLane)
class FastLaneAdmin(RecordAdmin):
    list_display = ("since", "queue", "min_score", "rotation", "by", "until", "given", "ended_at", "ended_how")
    list_select_related = ("queue", "rotation", "by")
    list_filter = ("queue",)


@admin.register(SourcePause)
class SourcePauseAdmin(RecordAdmin):
    list_display = ("since", "source", "queue", "by", "ended_at")
    list_select_related = ("source", "queue", "by")
    list_filter = ("queue",)
