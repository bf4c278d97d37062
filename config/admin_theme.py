"""The look of the admin."""

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from config.admin_sidebar import navigation
from config.web.themes import chosen_theme

# The colours of the application: batik indigo for actions, paper and ink for the rest.
NILA = {
    "50": "#f1f3fc",
    "100": "#e2e6f8",
    "200": "#c5ccf1",
    "300": "#a0abe6",
    "400": "#7382d8",
    "500": "#7f8ef0",
    "600": "#3040a6",
    "700": "#26338a",
    "800": "#1f296c",
    "900": "#171d49",
    "950": "#0e122e",
}
PAPER = {
    "50": "#faf9f6",
    "100": "#f5f4f0",
    "200": "#e7e5dd",
    "300": "#d3d0c6",
    "400": "#98958b",
    "500": "#656876",
    "600": "#474a5b",
    "700": "#373d52",
    "800": "#262a3a",
    "900": "#161925",
    "950": "#0e1018",
}
INK = {
    "subtle-light": "#656876",
    "subtle-dark": "#9197ad",
    "default-light": "#474a5b",
    "default-dark": "#b8bdcf",
    "important-light": "#1a1c29",
    "important-dark": "#eceef6",
}

UNFOLD = {
    "SITE_TITLE": "Alur",
    "SITE_HEADER": "Alur",
    "SITE_SUBHEADER": _("Settings"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/mark.svg")}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": lambda request: len(settings.LANGUAGES) > 1,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "7px",
    "COLORS": {"base": PAPER, "primary": NILA, "font": INK},
    "THEME": chosen_theme,
    "STYLES": [lambda request: static("css/admin.css")],
    "SCRIPTS": [
        lambda request, path=path: static(path)
        for path in ("js/admin_theme.js", "js/admin.js", "js/copy.js", "js/save_keys.js")
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": navigation},
}
