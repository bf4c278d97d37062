"""The topics that people may follow in the live tests: two of their own."""

from django.contrib.auth.models import User


def topics(user: User) -> set[str]:
    return {f"{user.username}-1", f"{user.username}-2"}
