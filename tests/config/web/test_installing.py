"""A phone can install Alur: the manifest, its icons and their sizes (J3)."""

import json
import re
import struct
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

TOKENS = (Path(settings.BASE_DIR) / "static/css/base/tokens.css").read_text()


def size_of(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def file_of(address: str) -> bytes:
    return (Path(settings.BASE_DIR) / address.removeprefix("/")).read_bytes()


def papers() -> list[str]:
    """Light, dark."""
    (both,) = re.findall(r"--al-paper: light-dark\((#\w+), (#\w+)\)", TOKENS)
    return list(both)


def test_the_manifest_says_how_alur_starts_and_its_icons_have_the_sizes_it_names(client: Client):
    answer = client.get("/manifest.webmanifest")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/manifest+json")
    assert "manifest-src 'self'" in answer["Content-Security-Policy"]
    says = json.loads(answer.content)
    assert (says["id"], says["start_url"], says["scope"]) == ("/", "/", "/")
    assert (says["name"], says["display"]) == ("Alur", "standalone")
    assert says["theme_color"] == says["background_color"] == papers()[0]
    wanted = {("any", "192x192"), ("any", "512x512"), ("maskable", "192x192"), ("maskable", "512x512")}
    assert {(icon["purpose"], icon["sizes"]) for icon in says["icons"]} == wanted
    for icon in says["icons"]:
        assert "{}x{}".format(*size_of(file_of(icon["src"]))) == icon["sizes"]


def test_the_icon_of_a_home_screen_is_where_phones_ask_for_it(client: Client):
    answer = client.get("/apple-touch-icon.png")
    assert (answer.status_code, size_of(file_of(answer["Location"]))) == (301, (180, 180))


@pytest.mark.django_db
def test_a_page_names_the_manifest_and_the_colour_of_its_theme(client: Client):
    light, dark = papers()
    colours = {}
    for theme in ("light", "dark", "system"):
        client.cookies["theme"] = theme
        page = client.get("/sign-in/").content.decode()
        assert '<link rel="manifest" href="/manifest.webmanifest">' in page
        colours[theme] = re.findall('name="theme-color" content="(#\\w+)"', page)
    assert colours == {"light": [light], "dark": [dark], "system": [light, dark]}
