"""Signs a person in by e-mail address or user name, in any letter case."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest


class RoutingBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: object
    ):
        """The one active user of that name or address; an address shared by two people signs nobody in."""
        if not username or password is None:
            return None
        people = get_user_model().objects.filter(Q(username__iexact=username) | Q(email__iexact=username))
        found = list(people.order_by("pk")[:2])
        if len(found) != 1:
            get_user_model()().set_password(password)  # spend the same time, so that names cannot be guessed
            return None
        user = found[0]
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
