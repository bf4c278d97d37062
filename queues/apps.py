"""Names the app of leads that wait; connects its receivers, and warns where rotations are changed."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class QueuesConfig(AppConfig):
    name = "queues"
    verbose_name = _("Queues")

    def ready(self) -> None:
        import_module("queues.receivers")
        warnings = import_module("queues.presenters.rotation_warnings").leading_warnings
        import_module("routing.presenters.rotation_warnings").register_rotation_warnings(warnings)
        install = import_module("queues.actions.claims.statement").install
        post_migrate.connect(install, sender=self, dispatch_uid="queues_take_next")
