"""What the environment says about this place, without Django: for settings and for processes that only watch."""

import sys
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules

env = environ.Env()
if not TESTING:  # the tests must mean the same on every machine
    environ.Env.read_env(BASE_DIR / ".env")

VAR = BASE_DIR / env.str("VAR_DIR", default="var")

DEBUG = env.bool("DEBUG", default=False)
ALUR_DEMO = env.bool("ALUR_DEMO", default=False)  # a show on one machine: plain HTTP, visible logins, moving traffic
IN_PUBLIC = not (DEBUG or ALUR_DEMO or TESTING)  # everything else is production, and must be safe by default
ALUR_SERVER = env.str("ALUR_SERVER", default="")  # "asgi", "wsgi" or "worker", set by the doors themselves

# of hosts that people name (calendars, gateways): other ports are those of other services. Webhooks also have 8443
OUTSIDE_PORTS = tuple(env.list("OUTSIDE_PORTS", cast=int, default=[80, 443]))

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="json" if IN_PUBLIC else "text")

BEAT_STALE_SECONDS = env.int("BEAT_STALE_SECONDS", default=90)  # the scheduler ticks every 30 s
WORKER_GRACE_SECONDS = env.float("WORKER_GRACE_SECONDS", default=20)  # between asking a worker to stop and killing it
