"""The application with one trivial page more, for comparing request rates on one server."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

settings.ROOT_URLCONF = "tests.benchmarks.urls"

from config.wsgi import application  # noqa: E402

__all__ = ["application"]
