"""The REST endpoint of the intake (A1b): `api` is what leads.urls mounts."""

from leads.api.endpoint import api

__all__ = ["api"]
