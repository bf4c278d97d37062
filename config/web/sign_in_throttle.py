"""Names the username and the client address of a sign-in for the throttle (django-axes)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def username_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """In one spelling, so that another letter case gives no further attempts."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(typed).strip().lower()[:255]


def client_address(request: HttpRequest) -> str:
    """What the outermost of our own proxies saw (TRUSTED_PROXIES), never what the client claims."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return hops[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")
