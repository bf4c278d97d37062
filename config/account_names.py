"""One reading of the names with which people sign in, wherever they are typed: the sign-in and its limits, invitations,
forgotten passwords (J4). Databases do not agree on letter case: to PostgreSQL "davıd" without a dot is DAVID."""

import unicodedata
from collections.abc import Collection

from django.contrib.auth.models import User


def normal_name(text: str) -> str:
    """Two spellings of one name are the same text: any letter case, full-width letters, blanks around it."""
    text = text.strip()
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def accounts_named(names: Collection[str]) -> dict[str, list[int]]:
    """By normal name: the accounts that have it as their user name or e-mail, the oldest first.

    Names are compared here and not in the database, so that both databases say the same; reading a thousand takes some
    milliseconds.
    """
    wanted = {normal_name(name) for name in names} - {""}
    found: dict[str, list[int]] = {}
    if wanted:
        rows = User.objects.order_by("pk").values_list("pk", "username", "email")
        for pk, username, email in rows.iterator():
            for key in {normal_name(username), normal_name(email)} & wanted:
                found.setdefault(key, []).append(pk)
    return found


def account_named(typed: str) -> User | None:
    """The one account of that name or address. Of several the one that is spelled exactly so; else none, because an
    address that two people share signs nobody in."""
    ids = accounts_named([typed]).get(normal_name(typed), [])
    people = list(User.objects.filter(pk__in=ids[:20]).order_by("pk"))
    exact = [person for person in people if typed.strip() in (person.username, person.email)]
    found = exact if len(people) > 1 else people
    return found[0] if len(found) == 1 else None
