"""Configures the app of people, rotations and assignments: connects receivers, checks and presenters."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from config.json_presenters import register_json_presenter


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Routing")

    def ready(self) -> None:
        import_module("routing.checks")
        import_module("routing.receivers")
        for kind in import_module("routing.presenters.background_jobs").JOB_KINDS:
            import_module("config.jobs").register_job_kind(kind)
        findings = import_module("routing.presenters.doctor").routing_findings
        import_module("config.doctor.findings").register_check("calendars and rotations", findings)
        hours = import_module("routing.presenters.hours")
        register_json_presenter("working_hours", hours.week_text)
        register_json_presenter("own_hours", hours.own_week_text)
        register_json_presenter("kinds", import_module("routing.presenters.holiday_kinds").kinds_text)
        post_migrate.connect(import_module("routing.roles").sync_roles, dispatch_uid="routing_roles")
        make_keys = import_module("routing.receivers").make_push_keys
        post_migrate.connect(make_keys, sender=self, dispatch_uid="routing_push_keys")
