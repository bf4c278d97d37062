"""The system's own tables in the admin, read-only: tasks, schedules, heartbeats, refused sign-ins."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django_q.models import Failure, OrmQ, Schedule, Success

from config.admin.base import RecordAdmin
from config.models import Heartbeat

for model in (Schedule, Success, Failure, OrmQ, AccessAttempt, AccessFailureLog, AccessLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(Schedule)
class ScheduleAdmin(RecordAdmin):
    """Only config/schedules.py writes them: one schedule that cannot be read would stop all others."""

    list_display = ("name", "func", "minutes", "next_run")
    ordering = ("name", "pk")
    fields = ("name", "func", "schedule_type", "minutes", "next_run", "repeats")


@admin.register(Success)
class SuccessAdmin(RecordAdmin):
    list_display = ("name", "func", "started", "stopped")
    ordering = ("-started", "-pk")
    fields = ("name", "func", "started", "stopped", "attempt_count")


@admin.register(Failure)
class FailureAdmin(RecordAdmin):
    list_display = ("name", "func", "started", "stopped", "attempt_count")
    ordering = ("-started", "-pk")
    fields = ("name", "func", "started", "stopped", "attempt_count", "result")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(RecordAdmin):
    list_display = ("attempt_time", "username", "ip_address", "failures_since_start")
    fields = ("attempt_time", "username", "ip_address", "user_agent", "path_info", "failures_since_start")
    ordering = ("-attempt_time", "-pk")


@admin.register(Heartbeat)
class HeartbeatAdmin(RecordAdmin):
    list_display = ("name", "at", "note")
    ordering = ("name", "pk")
