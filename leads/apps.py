"""Django's configuration of the leads app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from config.json_presenters import register_json_presenter


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self) -> None:
        for kind in import_module("leads.presenters.background_jobs").JOB_KINDS:
            import_module("config.jobs").register_job_kind(kind)
        findings = import_module("leads.presenters.doctor").webhook_findings
        import_module("config.doctor.findings").register_check("webhooks", findings)
        web_forms = import_module("leads.presenters.web_forms")
        register_json_presenter("asks", web_forms.questions_text)
        register_json_presenter("allowed_origins", web_forms.origins_text)
        register_json_presenter("conditions", import_module("leads.presenters.conditions").stored_conditions_sentence)
