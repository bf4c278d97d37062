"""What does not work, over all people and rotations (F6b, I2)."""

from django.db.models import OuterRef, Subquery

from routing.models import Audit, CalendarFeed, Rotation


def feed_problems() -> list[str]:
    """The problem of each calendar, "" for one without."""
    return list(CalendarFeed.objects.order_by("pk").values_list("problem", flat=True))


def faulty_rotations() -> list[str]:
    """Names of those whose newest audit found something."""
    newest = Audit.objects.filter(rotation=OuterRef("pk")).order_by("-pk").values("faults")[:1]
    rows = Rotation.objects.annotate(faults=Subquery(newest)).order_by("name", "pk")
    return [name for name, faults in rows.values_list("name", "faults") if faults]
