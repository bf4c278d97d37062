"""The topics that people may follow in the live tests: two of their own."""

from datetime import datetime

from django.contrib.auth.models import User


def topics(user: User, *, at: datetime) -> set[str]:
    return {f"{user.username}-1", f"{user.username}-2"}
