"""A browser by a name that its owner knows (I1, J4)."""

from django.utils.translation import gettext as _


def device_text(browser: str, system: str) -> str:
    """Either may be empty."""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A browser")
