"""People and languages by the names that people use."""

from django.utils.translation import get_language_info


def initials(name: str) -> str:
    """'RH' of Rina Hartono: first and last word."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


def display_name(user: object) -> str:
    """A user's full name, else the name of the login."""
    return user.get_full_name() or user.get_username() if hasattr(user, "get_full_name") else ""


def own_language(code: str) -> str:
    """A language in its own words."""
    name = get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]
