"""A snapshot as the form of a rotation would have sent it, so that its draft can be opened there (F11b)."""

from collections.abc import Mapping

from routing.decisions.rotation.editable_fields import EDITABLE, MEMBER_FIELDS
from routing.decisions.rotation.versions import Snapshot

MEMBERS = "members"


def form_of_snapshot(snapshot: Snapshot, rows: Mapping[int, int]) -> list[list[str]]:
    """`rows` has the key of each current member by rep, in order; who is not in the snapshot leaves. Rules are left
    out: a form without them leaves them as they are."""
    found = [pair for name in sorted(EDITABLE) for pair in _pair(name, snapshot["fields"].get(name))]
    places = {each["rep"]: place for place, each in enumerate(snapshot["members"], start=1)}
    members = {each["rep"]: each for each in snapshot["members"]}
    listed = [*rows, *(rep for rep in members if rep not in rows)]
    for number, rep in enumerate(listed):
        prefix = f"{MEMBERS}-{number}"
        found += [[f"{prefix}-id", str(rows.get(rep, ""))], [f"{prefix}-rep", str(rep)]]
        if rep not in members:
            found.append([f"{prefix}-DELETE", "on"])
            continue
        found.append([f"{prefix}-position", str(places[rep])])
        for name in MEMBER_FIELDS:
            found += _pair(f"{prefix}-{name}", members[rep].get(name))
    counts = {"TOTAL_FORMS": len(listed), "INITIAL_FORMS": len(rows), "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return found + [[f"{MEMBERS}-{name}", str(count)] for name, count in counts.items()]


def _pair(name: str, value: object) -> list[list[str]]:
    """A box that is not ticked sends nothing."""
    if isinstance(value, bool):
        return [[name, "on"]] if value else []
    return [[name, "" if value is None else str(value)]]
