"""The times of events with zones that mean one thing in the whole process, whatever a calendar calls them (I2).

What the calendar itself defines counts for its own events, and only there, also under a name that everybody knows.
Other names are looked up; one that says nothing is the person's own time, and is reported.
"""

import re
from datetime import timedelta

from routing.decisions.calendars.zone_names import bare, zone_meant
from routing.decisions.calendars.zones import MAX_ZONES, Definition, TooManyZones, fixed

ZONE = re.compile(r';TZID=(?:"([^"]*)"?|(.*?)(?=;[A-Za-z-]+=|$))', re.I)
MAX_UNKNOWN, MAX_NAME = 20, 80  # names that are reported
IN_UTC = "UTC"


class Times:
    """The zones of one calendar. `used` are the definitions that its events need, `unknown` the names that say
    nothing."""

    def __init__(self, definitions: list[Definition], calendar_zone: str) -> None:
        self.used: dict[str, Definition] = {}
        self.unknown: list[str] = []
        self._named: set[str] = set()
        self._defined: dict[str, list[tuple[int, Definition]]] = {}
        for number, each in enumerate(definitions):
            if each.is_usable:
                self._defined.setdefault(bare(each.name).casefold(), []).append((number, each))
        self._calendar_zone = calendar_zone

    def line(self, name: str, line: str, *, seen: int, start: str = "") -> str:
        """A line with a time, in a zone that everybody understands in the same way; without one it is the person's.
        `seen` is how many zones were defined before; `start` is the zone of the event's start."""
        head, _colon, value = line.rpartition(":")
        found = ZONE.search(head)
        if found:
            head = head[: found.start()] + head[found.end() :]
        if "T" not in value.upper() or "/" in value and not found or value.strip().upper().endswith("Z"):
            return f"{head or name}:{value}"
        if found:
            zone = self._key(found[1] if found[1] is not None else found[2], seen)
        else:
            zone = start if name != "DTSTART" and start else self._key(self._calendar_zone, seen)
        return f"{head or name};TZID={zone}:{value}" if zone else f"{head or name}:{value}"

    def texts(self) -> list[str]:
        return [line for each in self.used.values() for line in each.text()]

    def _key(self, name: str, seen: int) -> str:
        """ "" for the person's own time."""
        name = bare(name)
        if not name:
            return ""
        if defined := self._defined.get(name.casefold()):
            before = [each for number, each in defined if number < seen]
            return self._use(before[-1] if before else defined[0][1])
        self._named.add(name)
        if len(self._named) > MAX_ZONES:
            raise TooManyZones
        zone = zone_meant(name)
        if zone is None:
            self._report(name)
            return ""
        return self._use(fixed(zone)) if isinstance(zone, timedelta) else zone.key

    def _use(self, definition: Definition) -> str:
        key = definition.key
        self.used[key] = definition
        return key

    def _report(self, name: str) -> None:
        name = name[:MAX_NAME]
        if name not in self.unknown and len(self.unknown) < MAX_UNKNOWN:
            self.unknown.append(name)
