"""The WSGI application: pages only; live updates come from a small ASGI process beside it."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("ALUR_SERVER", "wsgi")

from django.core.wsgi import get_wsgi_application

from config.bodies.wsgi import measured

application = measured(get_wsgi_application())
