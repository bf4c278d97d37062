"""Keep what a person answered to the one question about notifications, and whether pages make a sound (I1)."""

from datetime import datetime

from django.contrib.auth.models import User

from routing.models import Reach


def answer_push_question(user: User, *, wants_sound: bool, at: datetime) -> None:
    """Whatever the answer is, the question does not come again; the profile has both switches."""
    sound = {"has_sound": True} if wants_sound else {}
    Reach.objects.update_or_create(user=user, defaults={"asked_at": at} | sound)


def set_sound(user: User, *, is_on: bool) -> None:
    Reach.objects.update_or_create(user=user, defaults={"has_sound": is_on})
