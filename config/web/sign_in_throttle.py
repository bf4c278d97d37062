"""Tells the sign-in throttle who was tried and from where."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The name in one spelling, so that changing its letter case buys no further attempts."""
    tried = (credentials or {}).get("username") or request.POST.get("username") or ""
    return str(tried).strip().lower()[:255]


def address_of(request: HttpRequest) -> str:
    """The client's address: what the outermost of our own proxies saw (TRUSTED_PROXIES), never what it claims."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        return hops[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")
