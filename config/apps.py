"""The Django app of what all apps share; registers its system checks."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("System")

    def ready(self) -> None:
        import_module("config.checks")
        import_module("config.worker.plain_results").keep_plain_results()
        import_module("config.web.ids")  # the lists of URLs name its converter
