"""What Django's own checks say about the settings, with those for production."""

from collections.abc import Iterator

from django.conf import settings
from django.core import checks

from config.doctor.findings import Finding, broken, fine, look

WHAT = "settings"
DEMO = "This is a demo or a developer's machine, so settings for production are not checked."


def findings() -> Iterator[Finding]:
    found = [each for each in checks.run_checks(include_deployment_checks=settings.IN_PUBLIC) if not each.is_silenced()]
    for each in found:
        kind = broken if each.is_serious() else look if each.level >= checks.WARNING else None
        if kind is not None:
            yield kind(WHAT, f"{each.msg} ({each.id})", str(each.hint or "See .env.example."))
    if not settings.IN_PUBLIC:
        yield look(WHAT, DEMO, "For real work remove DEBUG and ALUR_DEMO, and set what .env.example names.")
    elif not any(each.level >= checks.WARNING for each in found):
        yield fine(WHAT, "All checks of the settings for production pass.")
    if settings.IN_PUBLIC and settings.SITE_URL.startswith("http://127.0.0.1"):
        yield look("address", f"Links in messages lead to {settings.SITE_URL}.", "Set SITE_URL to the public address.")
