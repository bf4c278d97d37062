"""The time zone that a name in a calendar means: of the IANA, of Windows and Outlook, a path, or an offset (I2).

The names of Windows come from the calendar package's table, cities from the database of time zones.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

MAX_NAME = 200
FARTHEST = timedelta(hours=14)
MICROSOFT = re.compile(r"tzone://microsoft/(.*)", re.I)
OFFSET = re.compile(r"\(?(?:UTC|GMT)? ?([+-]) ?(\d{1,2})(?:[:.]?(\d{2}))?\)?", re.I)
DISPLAYED = re.compile(r"\((?:UTC|GMT)([+-]\d{1,2}[:.]?\d{2})?\) *(.+)", re.I)  # as in (UTC+01:00) Amsterdam, Berlin
COUNTRY = re.compile(r" ?\([^()]*\)$")  # as in Eastern Time (US & Canada)
UNIVERSAL = {"z", "coordinated universal time", "greenwich mean time"}
OF_NO_PLACE = {"localtime", "posixrules", "factory"}  # names of files beside the zones
SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=1024)
def zone_meant(name: str) -> ZoneInfo | timedelta | None:
    """A zone, or only how far it is ahead of UTC, or None for a name that says nothing."""
    name = bare(name)[:MAX_NAME].replace("\u2212", "-")
    if not name or not name.isprintable():
        return None
    found = MICROSOFT.fullmatch(name)
    name = found[1] if found else name
    ways = (_named, _at_the_end_of, _offset, _displayed, _of_cities)
    return next((zone for way in ways if (zone := way(name)) is not None), None)


def bare(name: str) -> str:
    """A name without quotes and blanks around it, and without the signs that keep its commas."""
    return " ".join(name.replace("\\", "").strip().strip("\"'").split())


def _named(name: str) -> ZoneInfo | None:
    wanted = name.casefold()
    if wanted in OF_NO_PLACE:
        return None
    if wanted in UNIVERSAL:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError for a name that is a folder of zones
        pass
    windows = re.sub(r" \d+$", "", wanted).replace(" daylight time", " standard time")
    found = _windows().get(windows) or _iana().get(wanted) or _iana().get(wanted.replace(" ", "_"))
    return ZoneInfo(found) if found else None


def _at_the_end_of(path: str) -> ZoneInfo | None:
    """Of /mozilla.org/20050126_1/Europe/Berlin and the like, the longest end that is a zone."""
    parts = path.strip("/").split("/")
    ends = ("/".join(parts[-count:]) for count in (3, 2, 1) if len(parts) > count)
    return next((zone for end in ends if (zone := _named(end))), None) if "/" in path else None


def _offset(text: str) -> timedelta | None:
    found = OFFSET.fullmatch(text)
    if found is None:
        return None
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    if ahead > FARTHEST or int(found[3] or 0) > 59:
        return None
    return -ahead if found[1] == "-" else ahead


def _displayed(name: str) -> ZoneInfo | timedelta | None:
    """As Windows shows zones to people; only the offset where neither the cities nor the rest is known."""
    found = DISPLAYED.fullmatch(name)
    if found is None:
        return None
    ahead = _offset(found[1]) if found[1] else timedelta(0)
    zone = _of_cities(found[2])
    return zone if zone and ahead in _offsets(zone) else ahead


def _of_cities(text: str) -> ZoneInfo | None:
    """The zone of the first city that has one, or as in "Eastern Time (US & Canada)"."""
    plain = COUNTRY.sub("", text).casefold()
    if plain.endswith(" time") and (windows := _windows().get(f"{plain.removesuffix(' time')} standard time")):
        return ZoneInfo(windows)
    cities = (city.strip().replace(" ", "_") for city in re.split("[,:/]", plain))
    found = next((_cities()[city] for city in cities if city in _cities()), None) or _named(plain)
    return ZoneInfo(found) if isinstance(found, str) else found


def _offsets(zone: ZoneInfo) -> set[timedelta | None]:
    return {zone.utcoffset(at.replace(tzinfo=None)) for at in (SUMMER, WINTER)}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=1)
def _iana() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones())}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """By the last part of the name, for zones of regions."""
    return {wanted.rpartition("/")[2]: name for wanted, name in _iana().items() if "/" in name and wanted[:3] != "etc"}
