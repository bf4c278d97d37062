"""Benchmarks write as durably as production does; the tests need not (config/databases.py)."""

from django.conf import settings

settings.DATABASES["default"].get("OPTIONS", {}).pop("options", None)
