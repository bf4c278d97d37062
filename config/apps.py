"""The Django app of what all apps share; registers its system checks."""

from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from config.environment import TESTING
from config.private_files import make_all_private


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = _("System")

    def ready(self) -> None:
        import_module("config.checks")
        post_migrate.connect(_close_files, sender=self)
        import_module("config.worker.plain_results").keep_plain_results()
        import_module("config.web.ids")  # the lists of URLs name its converter


def _close_files(**_facts: Any) -> None:
    """With each upgrade, as an earlier release left them open to all users of the machine."""
    if TESTING:
        return
    beside = [Path(f"{settings.DATABASES['default']['NAME']}{end}") for end in ("", "-wal", "-shm", "-line")]
    is_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    make_all_private(settings.VAR, [Path(settings.MEDIA_ROOT), *(beside if is_sqlite else ())])
