"""The theme of a browser: light or dark as somebody chose in it, else as the computer has it."""

from django.http import HttpRequest, HttpResponse

COOKIE = "theme"
THEMES = ("light", "dark")
SYSTEM = "system"
YEAR = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """ "light", "dark" or "system"."""
    theme = request.COOKIES.get(COOKIE)
    return theme if theme in THEMES else SYSTEM


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    """What is no theme of ours, "system" too, forgets the choice."""
    if theme in THEMES:
        response.set_cookie(COOKIE, theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie(COOKIE, samesite="Lax")
