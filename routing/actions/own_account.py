"""A person changes the own name, clock and password (J1, J3, J4)."""

from django.contrib.auth.models import User
from django.db import transaction

from config.live import announce
from routing.decisions.pasted_people import split_name
from routing.models import Reach


@transaction.atomic
def save_me(user: User, *, name: str, time_zone: str, language: str = "") -> None:
    """The last word of a name is the family name, as in pasted lists; a name that did not change stays as it was split.
    Without a zone, that of the calendar holds; without a language, the one before."""
    chosen = {"time_zone": time_zone} | ({"language": language} if language else {})
    Reach.objects.update_or_create(user=user, defaults=chosen)
    if name == user.get_full_name():
        return
    user.first_name, user.last_name = split_name(name.split())
    user.save(update_fields=["first_name", "last_name"])
    announce("people")


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """Sessions are the door's: the others end."""
    user.set_password(password)
    user.save(update_fields=["password"])
