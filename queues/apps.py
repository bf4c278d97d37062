"""Configures the app: connects its receivers, its warnings about rotations, and the SQL function of take next."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class QueuesConfig(AppConfig):
    name = "queues"
    verbose_name = _("Queues")

    def ready(self) -> None:
        import_module("queues.receivers")
        warnings = import_module("queues.presenters.rotation_warnings").feeding_queue_warnings
        import_module("routing.presenters.rotation_warnings").register_rotation_warnings(warnings)
        for kinds, pages in import_module("queues.presenters.message_pages").PAGES:
            import_module("routing.presenters.message_links").register_message_pages(kinds, pages)
        settled = import_module("queues.queries.escalations").settled_messages
        import_module("routing.queries.notifications").register_settled(settled)
        messages = import_module("queues.presenters.message_pages")
        words = import_module("routing.presenters.settled").register_settled_words
        words(messages.DECISION_KINDS, messages.decided_words)
        for kind in import_module("queues.presenters.background_jobs").JOB_KINDS:
            import_module("config.jobs").register_job_kind(kind)
        for model in ("EntryRule", "PriorityTier", "Segment"):
            import_module("leads.queries.own_fields").register_rules(self.get_model(model))
        maps = import_module("queues.presenters.crm.maps")
        for column in ("field_map", "status_map", "closing_map"):
            import_module("config.json_presenters").register_json_presenter(column, getattr(maps, f"{column}_text"))
        probe = import_module("queues.queries.probe").health_part
        import_module("config.health_parts").register_health_part("probe", probe)
        findings = import_module("queues.presenters.doctor").queue_findings
        import_module("config.doctor.findings").register_check("CRMs and test leads", findings)
        install = import_module("queues.actions.claims.statement").install
        post_migrate.connect(install, sender=self, dispatch_uid="queues_take_next")
