"""The ASGI application: pages and live updates."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ALUR_SERVER", "asgi")

from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured

from config.bodies.asgi import measured
from config.checks import connections_fit_the_server

application = measured(get_asgi_application())

if errors := connections_fit_the_server():
    raise ImproperlyConfigured("; ".join(str(error) for error in errors))
