"""The zone of a column of times that names it in its title: "Create Date (GMT+2)", "Waktu (WIB)" (A1a)."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta, tzinfo

from leads.decisions.facts.moments import plain, zone_named

FIELD = "captured_at"  # the only moment among the fields; own dates are days as they are written
_IN_BRACKETS = re.compile(r"[(\[] ?(?:in |time ?zone:? ?)?([^()\[\]]*?)(?: time)? ?[)\]]")
_AT_END = re.compile(r"[ _-]((?:utc|gmt)(?: ?[+-]\d{1,2}(?::?\d{2})?)?|wib|wita)$", re.ASCII)
_BARE = re.compile(r"[+-]\d{1,3}", re.ASCII)  # "(+2)" may count anything; "(+02:00)" does not
_MAX_TITLE_LENGTH = 200


def zone_of_title(title: str) -> str:
    """As "GMT+2", for zone_named(); "" if the title names none. Without brackets only names count that are no words."""
    return _parted(title)[1]


def without_zone(title: str) -> str:
    """The same title in summer and in winter."""
    return _parted(title)[0]


def _parted(title: str) -> tuple[str, str]:
    text = plain(title[:_MAX_TITLE_LENGTH].replace("\u2212", "-"))
    for found in (*_IN_BRACKETS.finditer(text), *_AT_END.finditer(text)):
        zone = None if _BARE.fullmatch(found[1]) else zone_named(found[1])
        if zone is not None:
            return f"{text[: found.start()]} {text[found.end() :]}", _as_text(zone)
    return title, ""


def zones_of_columns(mapping: Mapping[int, str], header: Sequence[str]) -> dict[int, str]:
    """The zones that the titles of columns of moments name."""
    named = {column: zone_of_title(header[column]) for column, field in mapping.items() if field == FIELD}
    return {column: zone for column, zone in named.items() if zone}


def zone_of(reading: Mapping[str, object], otherwise: tzinfo) -> tzinfo:
    """The zone of moments without one, as Upload.reading keeps it, or else the other one."""
    kept = reading.get("zones")
    return (zone_named(str(kept.get(FIELD, ""))) if isinstance(kept, Mapping) else None) or otherwise


def _as_text(zone: tzinfo) -> str:
    minutes = round((zone.utcoffset(None) or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"GMT{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "GMT"
