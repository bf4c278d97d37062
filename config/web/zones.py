"""Time zones as people name them, where a clock is not the viewer's (J1)."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils import timezone


def differs(zone: tzinfo, at: datetime) -> bool:
    """Whether its clocks show another time than the viewer's at this moment."""
    return at.astimezone(zone).utcoffset() != timezone.localtime(at).utcoffset()


def zone_text(zone: ZoneInfo, at: datetime) -> str:
    """'WITA (Makassar)', 'UTC+03 (Istanbul)', 'UTC'."""
    short, city = f"{at.astimezone(zone):%Z}", zone.key.rpartition("/")[2].replace("_", " ")
    name = f"UTC{short}" if short[:1] in ("+", "-") else short
    return name if name == city else f"{name} ({city})"
