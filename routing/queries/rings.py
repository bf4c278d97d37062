"""What a person hears: the one question about it, and which message makes a sound now (I1)."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Exists

from routing.decisions.word_times import quiet_until
from routing.models import Notification, PushDevice, PushKeys, Reach
from routing.queries.words import hours_of

RINGS = (Notification.Kind.ASSIGNED, Notification.Kind.MINUTES_LEFT)
FRESH = timedelta(minutes=2)  # what came before that makes no sound any more


def push_question(user: User) -> str:
    """The key with which the browser of this person subscribes; empty for who was asked once, or has push somewhere."""
    asked = Reach.objects.filter(user=user, asked_at__isnull=False)
    devices = PushDevice.objects.filter(user=user)
    keys = PushKeys.objects.filter(~Exists(asked), ~Exists(devices)).order_by("pk")
    return keys.values_list("public", flat=True).first() or ""


def has_sound(user: User) -> bool:
    return Reach.objects.filter(user=user, has_sound=True).exists()


def newest_ring(user: User, *, at: datetime) -> int | None:
    """The message that makes a sound on the open pages of this person; none in quiet hours, and none that was read."""
    wanted = Reach.objects.filter(user=user, has_sound=True)
    rows = Notification.objects.filter(Exists(wanted), user=user, read_at__isnull=True, kind__in=RINGS)
    newest = rows.filter(at__gt=at - FRESH).order_by("-at", "-pk").values_list("pk", flat=True).first()
    if newest is None or quiet_until(hours_of([user])[user.pk], at):
        return None
    return newest
