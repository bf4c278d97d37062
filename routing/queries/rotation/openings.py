"""Reads how many leads a rotation can give out now, and which place a rep has in line (C5, F6)."""

from datetime import datetime

from routing.decisions.rotation.turns import upcoming_reps
from routing.models import Rep, Rotation
from routing.queries.rotation.state import load_state


def remaining_turns(rotation: Rotation, *, at: datetime) -> int | None:
    """How many leads this rotation would give out now; None: no limit, 0: nobody can be given one."""
    if rotation.when_nobody != Rotation.WhenNobody.HOLD:
        return None
    left = [member.remaining for member in load_state(rotation, at=at).members if not member.skip_reason]
    return None if None in left else sum(max(count, 0) for count in left)


def rep_places_in_line(rep: Rep, *, at: datetime) -> list[dict]:
    """The place of this rep in each own rotation (C5): rotation, place (None when passed over), length of the line."""
    found = []
    rotations = Rotation.objects.filter(members__rep=rep, is_active=True).order_by("name", "pk").distinct()
    for rotation in rotations:
        line = upcoming_reps(load_state(rotation, at=at))
        place = line.index(rep.pk) + 1 if rep.pk in line else None
        found.append({"rotation": rotation, "place": place, "of": len(line)})
    return found
